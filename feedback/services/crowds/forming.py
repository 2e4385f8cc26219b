"""Who is counted with whom: docs/decisions/0023.

The requests of a campaign are cut into crowds, and every number of answers that is published is a sum over whole
crowds, or over what a report on one person shows. So whatever is added to or subtracted from whatever, what is left
over is about nobody or about a crowd. It is decided from who is asked alone, never from who has answered: the numbers
are about the same people while a campaign is open and after it is released, and the choice of them tells nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from feedback.services.ground import protection
from forms.scheme import POOLED_FAMILIES, Scheme


@dataclass(frozen=True, slots=True)
class AskedRater:
    """One rater asked about one person; the crowd in which he is counted, once there is one."""

    subject: int
    department: int | None
    cell: int
    group: str
    rater: Hashable
    crowd: int | None = None


Asked = Sequence[AskedRater]
Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


def form(asked: Asked, scheme: Scheme) -> list[Asked]:
    """The crowds; who is in none is counted nowhere.

    What may be shown of one person is a crowd by itself where enough are asked. What is left of all people is put
    together, as alike as possible. Raters who answer under their names stay apart from the others: after the close it
    is known who of them answered, and nobody could hide among them.
    """
    atoms = [atom for atom in _atoms(asked, scheme) if _has_one_minimum(atom, scheme)]
    crowds = [atom for atom in atoms if is_crowd(atom, scheme)]
    small = [atom for atom in atoms if not is_crowd(atom, scheme)]
    for attributed in (False, True):
        mine = [atom for atom in small if scheme.group(atom[0].group).attributed is attributed]
        crowds += _together(mine, scheme)
    return crowds


def is_crowd(asked: Asked, scheme: Scheme) -> bool:
    """Enough different people, none of whom has more than half of the requests.

    Whoever had nine of ten would have answered wherever two have come.
    """
    raters = Counter(one.rater for one in asked)
    least = max((minimum(scheme, one.group) for one in asked), default=protection.RATES_FROM)
    return len(raters) >= least and 2 * max(raters.values()) <= len(asked)


def minimum(scheme: Scheme, group: str) -> int:
    """How many must be asked for a number. Attributed groups too: an answer may be theirs, not that it is lacking."""
    return max(scheme.group(group).minimum, protection.RATES_FROM)


def unsound(asked: Asked, subject: int, scheme: Scheme) -> set[int]:
    """The crowds that would not be made like this today, of all those in which the subject's raters are.

    asked: all raters of the subject and of these crowds.
    """
    by_crowd = {crowd: some for crowd, some in _grouped(asked, lambda one: one.crowd) if crowd is not None}
    found = {crowd for crowd, some in by_crowd.items() if not is_crowd(some, scheme)}
    for atom in _atoms([one for one in asked if one.subject == subject], scheme):
        crowds = {one.crowd for one in atom if one.crowd is not None}
        if not _has_one_minimum(atom, scheme):
            found |= crowds
        elif is_crowd(atom, scheme):
            found |= {crowd for crowd in crowds if _cells(by_crowd[crowd]) != _cells(atom)}
    return found


def _atoms(asked: Asked, scheme: Scheme) -> Iterator[Asked]:
    """What is never cut: a cell, or all of a family that may be pooled with a cell of it in which too few are asked."""
    for _, some in _grouped(asked, lambda one: (one.subject, _family(scheme, one))):
        cells = [cell for _, cell in _grouped(some, lambda one: one.cell)]
        yield from cells if all(is_crowd(cell, scheme) for cell in cells) else [some]


def _has_one_minimum(atom: Asked, scheme: Scheme) -> bool:
    """Groups with different ones are pooled or not as answers come: then one could be withheld beside a shown one."""
    return len({minimum(scheme, one.group) for one in atom}) == 1


def _family(scheme: Scheme, one: AskedRater) -> Hashable:
    """What is pooled if need be; a cell by itself if it never is."""
    group = scheme.group(one.group)
    return group.family if group.family in POOLED_FAMILIES and not group.attributed else one.cell


def _together(atoms: Sequence[Asked], scheme: Scheme) -> Iterator[Asked]:
    """Crowds of what is too small: of the same groups in one department, or in several, or else of all groups."""
    left: list[AskedRater] = []
    for _, alike in _grouped(atoms, _groups):
        parts = [_flat(some) for _, some in _grouped(alike, _department)]
        crowds = sorted((part for part in parts if is_crowd(part, scheme)), key=len)
        rest = _flat(part for part in parts if not is_crowd(part, scheme))
        joining = _joining(rest, crowds, scheme)
        yield from crowds[joining:]
        rest += _flat(crowds[:joining])
        if is_crowd(rest, scheme):
            yield rest
        else:
            left += rest
    if is_crowd(left, scheme):
        yield left


def _joining(rest: Asked, crowds: Sequence[Asked], scheme: Scheme) -> int:
    """How many of these crowds, smallest first, join the rest; none if nothing is left, or nothing helps."""
    numbers = range(len(crowds) + 1 if rest else 0)
    enough = (n for n in numbers if is_crowd([*rest, *_flat(crowds[:n])], scheme))
    return next(enough, 0)


def _flat(parts: Iterable[Asked]) -> list[AskedRater]:
    return [one for part in parts for one in part]


def _groups(atom: Asked) -> Hashable:
    return frozenset(one.group for one in atom)


def _department(atom: Asked) -> Hashable:
    return atom[0].department


def _cells(asked: Asked) -> set[int]:
    return {one.cell for one in asked}


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> Iterable[tuple[Key, list[Item]]]:
    found: dict[Key, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found.items()
