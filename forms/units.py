"""Which rater groups are counted together, by the people asked, before anybody answers: docs/decisions/0026.

The rule by which `scoring.disclosure` pools groups of few ballots, on the groups of one person and in plain numbers: to
open a campaign takes no numpy.
"""

from collections.abc import Mapping, Sequence

from forms.scheme import POOLED_FAMILIES, Group, pool_name


def form_units(groups: Sequence[Group], asked: Mapping[str, int]) -> dict[str, str | None]:
    """What each group is counted as: itself, the pool of its family, or nothing, where too few people are asked.

    A group of which nobody is asked stands by itself.
    """
    units: dict[str, str | None] = {
        group.id: None if 0 < asked[group.id] < group.minimum else group.id for group in groups
    }
    for family in POOLED_FAMILIES:
        members = [group for group in groups if group.family is family and not group.attributed]
        units |= {group.id: pool_name(family) for group in _pooled(members, asked)}
    return units


def _pooled(members: Sequence[Group], asked: Mapping[str, int]) -> list[Group]:
    """The small groups of a family, and the smallest large one (the first on ties) where they need it."""
    small = [group for group in members if 0 < asked[group.id] < group.minimum]
    if not small or _is_enough(small, asked):
        return small
    large = [group for group in members if asked[group.id] >= group.minimum]
    joined = [*small, *sorted(large, key=lambda group: asked[group.id])[:1]]
    return joined if _is_enough(joined, asked) else []


def _is_enough(groups: Sequence[Group], asked: Mapping[str, int]) -> bool:
    return sum(asked[group.id] for group in groups) >= max(group.minimum for group in groups)
