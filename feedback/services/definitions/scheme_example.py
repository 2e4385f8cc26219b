"""What the weights of a scheme come to, on made-up points: for whoever writes or chooses one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from forms.scheme import AbsentGroup, Group, Scheme

MADE_UP = (90.0, 75.0, 85.0, 70.0, 80.0)


@dataclass(frozen=True)
class GroupShare:
    """One rater group: if its answers come to so many points, it adds so many to the score."""

    group: Group
    points: float
    adds: float


@dataclass(frozen=True)
class Absence:
    """What is left when nobody of one group answers; without a score where too little weight is left."""

    group: Group
    score: float | None


@dataclass(frozen=True)
class Example:
    parts: tuple[GroupShare, ...]
    score: float
    absence: Absence | None


def of_scheme(scheme: Scheme) -> Example:
    counted = [group for group in scheme.groups if group.weight]
    points = dict(zip((group.id for group in counted), cycle(MADE_UP), strict=False))
    parts = tuple(
        GroupShare(group, points[group.id], group.weight * points[group.id] / 100) for group in counted
    )
    return Example(parts, sum(part.adds for part in parts), _absence(scheme, parts))


def _absence(scheme: Scheme, parts: Sequence[GroupShare]) -> Absence | None:
    """Of the group that weighs least, where the others take over its weight in proportion."""
    free = [part for part in parts if not part.group.required]
    if len(parts) < 2 or not free or scheme.rating.absent_group is not AbsentGroup.LEVEL:
        return None
    absent = min(free, key=lambda part: part.group.weight)
    left = 100 - absent.group.weight
    if left / 100 < scheme.rating.minimum_coverage:
        return Absence(absent.group, None)
    return Absence(absent.group, sum(part.adds for part in parts if part is not absent) / left * 100)
