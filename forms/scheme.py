"""A scheme: rater groups with weights and minima, the rules of rating, and the appraisal built on it.

The file format is TOML; the appraisal's tables are described in ``forms.appraisals``::

    id = "account-manager-2026"
    version = 1
    title = {en = "...", zh = "..."}   # optional

    [[group]]
    id = "client"
    family = "clients"                 # clients | colleagues | supervisor | observer | self
    title = {en = "...", zh = "..."}   # optional
    weight = 40                        # weights total 100; self has 0
    attributed = false                 # answers can be told to be this rater's; default: supervisor, observer, self
    minimum = 3                        # default and least 3; attributed groups have 1
    required = true                    # no official score without this group, where invited; default: client only

    [rating]                           # optional, these are the defaults
    trim = false                       # leave out the highest and the lowest rating of an item
    absent_group = "level"             # level | deviation
    minimum_coverage = 0.6
    gap = 10                           # points between self and others that make a blind spot
    strength_from = 80                 # points from which an agreed view is a strength

    [satisfaction]
    goal = 90                          # per cent of clients who are to be satisfied (default 90)

A stored snapshot is the same definition as canonical JSON (``to_json``, ``from_json``).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cached_property

from forms.appraisals import parsing
from forms.appraisals.rules import AppraisalRules
from forms.document import Section, canonical_json, digest_of, read_json, read_toml

LEAST_MINIMUM = 3
CLIENT = "client"


class Family(StrEnum):
    """An observer looks on somebody else's behalf, such as a mystery shopper; he is assigned, never drawn."""

    CLIENTS = "clients"
    COLLEAGUES = "colleagues"
    SUPERVISOR = "supervisor"
    OBSERVER = "observer"
    SELF = "self"


ATTRIBUTED_FAMILIES = (Family.SUPERVISOR, Family.OBSERVER, Family.SELF)
# The small groups of these families are pooled into "clients-other" and "colleagues-other".
POOLED_FAMILIES = (Family.CLIENTS, Family.COLLEAGUES)


class AbsentGroup(StrEnum):
    LEVEL = "level"
    DEVIATION = "deviation"


@dataclass(frozen=True)
class Group:
    id: str
    family: Family
    title: Mapping[str, str]
    weight: float
    attributed: bool
    minimum: int
    required: bool


@dataclass(frozen=True)
class RatingRules:
    trim: bool
    absent_group: AbsentGroup
    minimum_coverage: float
    gap: float
    strength_from: float


@dataclass(frozen=True)
class Scheme:
    id: str
    version: int
    title: Mapping[str, str]
    groups: tuple[Group, ...]
    rating: RatingRules
    satisfaction_goal: float
    appraisal: AppraisalRules

    def group(self, group_id: str) -> Group:
        """Raises KeyError for a group that the scheme does not have."""
        for group in self.groups:
            if group.id == group_id:
                return group
        raise KeyError(group_id)

    @cached_property
    def digest(self) -> str:
        return digest_of(definition(self))

    def to_json(self) -> str:
        return canonical_json(definition(self))


def with_minimum(scheme: Scheme, minimum: Mapping[str, int]) -> Scheme:
    """The scheme with higher minima for some groups. Raises ValueError where one would be lower than the scheme's."""
    for group_id, value in minimum.items():
        group = scheme.group(group_id)
        if value < group.minimum or (group.attributed and value > group.minimum):
            raise ValueError(
                f"the minimum of {group_id} cannot be {value}; in the scheme it is {group.minimum}"
            )
    groups = tuple(replace(group, minimum=minimum.get(group.id, group.minimum)) for group in scheme.groups)
    return replace(scheme, groups=groups)


def pool_name(family: Family) -> str:
    return f"{family}-other"


def load(data: bytes | str) -> Scheme:
    """Read a TOML file's content. Raises InvalidDocument with all faults."""
    return parse(read_toml(data))


def from_json(text: str) -> Scheme:
    """Read a stored snapshot. Raises InvalidDocument with all faults."""
    return parse(read_json(text))


def parse(root: Section) -> Scheme:
    scheme = Scheme(
        id=root.identifier("id"),
        version=root.integer("version", least=1),
        title=root.languages("title"),
        groups=tuple(_group(section) for section in root.sections("group")),
        rating=_rating(root.section("rating")),
        satisfaction_goal=_satisfaction_goal(root.section("satisfaction")),
        appraisal=parsing.parse(root),
    )
    _check_groups(root, scheme.groups)
    root.close()
    root.finish()
    return scheme


def _group(section: Section) -> Group:
    family = section.choice("family", Family)
    attributed = section.flag("attributed", family in ATTRIBUTED_FAMILIES)
    group_id = section.identifier("id")
    group = Group(
        id=group_id,
        family=family,
        title=section.languages("title"),
        weight=section.number("weight", most=100.0),
        attributed=attributed,
        minimum=section.integer("minimum", 1 if attributed else LEAST_MINIMUM),
        required=section.flag("required", group_id == CLIENT),
    )
    _check_minimum(section, group)
    _check_self(section, group)
    section.close()
    return group


def _check_minimum(section: Section, group: Group) -> None:
    if group.attributed and group.minimum != 1:
        section.fault("minimum", "attributed_minimum", value=group.minimum)
    if not group.attributed and group.minimum < LEAST_MINIMUM:
        section.fault("minimum", "minimum_too_low", value=group.minimum)


def _check_self(section: Section, group: Group) -> None:
    if group.family is not Family.SELF:
        return
    if group.weight:
        section.fault("weight", "self_weight", value=f"{group.weight:g}")
    if not group.attributed:
        section.fault("attributed", "self_not_attributed")


def _rating(section: Section) -> RatingRules:
    rating = RatingRules(
        trim=section.flag("trim", False),
        absent_group=section.choice("absent_group", AbsentGroup, AbsentGroup.LEVEL),
        minimum_coverage=section.number("minimum_coverage", 0.6, most=1.0),
        gap=section.number("gap", 10.0, least=1.0),
        strength_from=section.number("strength_from", 80.0),
    )
    section.close()
    return rating


def _satisfaction_goal(section: Section) -> float:
    goal = section.number("goal", 90.0, most=100.0)
    section.close()
    return goal / 100


def _check_groups(root: Section, groups: tuple[Group, ...]) -> None:
    if not groups:
        root.fault("group", "missing")
        return
    root.unique("group", (group.id for group in groups))
    reserved = {pool_name(family) for family in POOLED_FAMILIES}
    for place, group in enumerate(groups, start=1):
        if group.id in reserved:
            root.fault(f"group[{place}].id", "reserved_name", value=group.id)
    if sum(group.family is Family.SELF for group in groups) > 1:
        root.fault("group", "two_self_groups")
    root.weights_total_100("group", sum(group.weight for group in groups))


def definition(scheme: Scheme) -> dict[str, object]:
    """The definition in the shape of the file, with every default filled in."""
    table: dict[str, object] = {
        "id": scheme.id,
        "version": scheme.version,
        "title": scheme.title,
        "group": [asdict(group) for group in scheme.groups],
        "rating": asdict(scheme.rating),
        "satisfaction": {"goal": round(100 * scheme.satisfaction_goal, 9)},
    }
    return table | parsing.definition(scheme.appraisal)
