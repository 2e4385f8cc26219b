"""Reading a questionnaire, a scheme and raw answers; which cells are shown. See naive.py."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
NOT_ANSWERED = ("", "NA", "N/A")


class Survey:
    """The questionnaire and the scheme with their defaults filled in."""

    def __init__(self, questionnaire: Json, scheme: Json) -> None:
        self.scales = questionnaire["scale"]
        self.dimensions = {d["id"]: d.get("weight", 1) for d in questionnaire["dimension"]}
        defaults = {"kind": "rating", "weight": 1, "reverse": False, "headline": False}
        items = [defaults | item for item in questionnaire["item"]]
        self.items = {item["id"]: item for item in items if item["kind"] == "rating"}
        self.recommendations = {item["id"]: item for item in items if item["kind"] == "nps"}
        self.has_headline = any(item["headline"] for item in self.items.values())
        self.groups = {group["id"]: self.with_defaults(group) for group in scheme["group"]}
        rating = scheme.get("rating", {})
        self.trim = rating.get("trim", False)
        self.absent_group = rating.get("absent_group", "level")
        self.minimum_coverage = rating.get("minimum_coverage", 0.6)
        self.gap = rating.get("gap", 10)
        self.strength_from = rating.get("strength_from", 80)

    @staticmethod
    def with_defaults(group: Json) -> Json:
        attributed = group.get("attributed", group["family"] in ("supervisor", "self"))
        minimum = 1 if attributed else group.get("minimum", 3)
        required = group.get("required", group["id"] == "client")
        return group | {"attributed": attributed, "minimum": minimum, "required": required}

    def asked(self, item: str, group: str) -> bool:
        groups = (self.items | self.recommendations)[item].get("groups")
        return groups is None or group in groups

    def asked_dimension(self, dimension: str, group: str) -> bool:
        return any(d["dimension"] == dimension and self.asked(i, group) for i, d in self.items.items())

    def scale(self, item: str) -> Json:
        return self.scales[self.items[item]["scale"]]

    def scale_length(self, item: str) -> int:
        return len(self.scale(item)["points"])

    def flipped(self, item: str, value: int) -> int:
        """The rating the way the item is keyed: v' = V + 1 - v for a reversed item."""
        return self.scale_length(item) + 1 - value if self.items[item]["reverse"] else value

    def point(self, item: str, value: int) -> float:
        return self.scale(item)["points"][self.flipped(item, value) - 1]


@dataclass(frozen=True)
class Ballot:
    subject: str
    group: str
    answers: dict[str, int]


def read_ballots(
    rows: list[dict[str, str]],
    survey: Survey,
    subject_column: str | None,
    group_column: str | None,
    as_group: str | None,
) -> list[Ballot]:
    """One ballot per row that has at least one rating; the other rows are as if they were not there."""
    ballots = []
    for row in rows:
        subject = row[subject_column].strip() if subject_column else "all"
        group = row[group_column].strip() if group_column else as_group
        assert group is not None
        answers = read_answers(row, survey, group)
        if any(item in survey.items for item in answers):
            ballots.append(Ballot(subject, group, answers))
    return ballots


def read_answers(row: dict[str, str], survey: Survey, group: str) -> dict[str, int]:
    answers = {}
    for item in [*survey.items, *survey.recommendations]:
        text = row[item].strip()
        if text not in NOT_ANSWERED and survey.asked(item, group):
            first = survey.scale(item).get("first", 1) if item in survey.items else 1
            answers[item] = int(float(text)) - first + 1
    return answers


class Cell:
    """One group of one subject that is shown, or a pool of several; its withheld items are gone."""

    def __init__(
        self, members: list[str], ballots: list[Ballot], asked: dict[str, int], survey: Survey
    ) -> None:
        groups = [survey.groups[member] for member in members]
        self.members = members
        self.pooled = len(members) > 1
        self.family = groups[0]["family"]
        self.attributed = groups[0]["attributed"]
        self.weight = sum(group["weight"] for group in groups)
        self.minimum = max(group["minimum"] for group in groups)
        self.survey = survey
        self.asked = asked
        self.ballots = self.without_withheld_items([b for b in ballots if b.group in members])

    def without_withheld_items(self, ballots: list[Ballot]) -> list[Ballot]:
        every_item = [*self.survey.items, *self.survey.recommendations]
        counts = {item: sum(item in ballot.answers for ballot in ballots) for item in every_item}
        self.scored = [i for i in every_item if counts[i] >= self.minimum and not self.tells_of_few(i)]
        return [
            Ballot(b.subject, b.group, {i: v for i, v in b.answers.items() if i in self.scored})
            for b in ballots
        ]

    def tells_of_few(self, item: str) -> bool:
        """Whether the ratings of the item say how many of too few people answered, who are not asked it."""
        others = sum(self.asked[group] for group in self.members if not self.survey.asked(item, group))
        return 0 < others < self.minimum

    @property
    def name(self) -> str:
        return f"{self.family}-other" if self.pooled else self.members[0]

    def ratings(self, item: str) -> list[int]:
        return [ballot.answers[item] for ballot in self.ballots if item in ballot.answers]

    def scored_ratings(self) -> list[str]:
        return [item for item in self.scored if item in self.survey.items]

    def scored_recommendations(self) -> list[str]:
        return [item for item in self.scored if item in self.survey.recommendations]

    def scored_items(self, dimension: str) -> list[str]:
        return [i for i in self.scored_ratings() if self.survey.items[i]["dimension"] == dimension]


Asked = dict[str, int]


@dataclass(frozen=True)
class Unit:
    """Groups of one subject that are counted together from the start; hidden: fewer people were asked than it takes."""

    members: tuple[str, ...]
    minimum: int
    hidden: bool = False


def form_units(asked: Asked, survey: Survey) -> list[Unit]:
    """The groups of one subject of which anybody was asked, small ones together."""
    sizes = {(group,): number for group, number in asked.items() if number > 0}
    units = []
    for family in dict.fromkeys(group["family"] for group in survey.groups.values()):
        own = {members: n for members, n in sizes.items() if survey.groups[members[0]]["family"] == family}
        small = [members for members, n in own.items() if n < least(members, survey)]
        pool = pooled(small, [m for m in own if m not in small], own, survey)
        joined = tuple(group for group in survey.groups if (group,) in pool)
        units += [Unit(joined, least(joined, survey))] if joined else []
        units += [
            Unit(members, least(members, survey), hidden=members in small)
            for members in own
            if members not in pool
        ]
    return units


def disclose(
    ballots: list[Ballot], survey: Survey, asked: Asked, left: Asked
) -> tuple[dict[str, Cell], dict[str, str]]:
    """One subject's shown cells by name, and the reason of every group that is not shown by itself.

    asked: people at the opening; left: people at the end.
    """
    answered = {group: sum(b.group == group for b in ballots) for group in survey.groups}
    reasons = {group: "no answers" for group in survey.groups}
    cells: list[tuple[str, ...]] = []
    units = form_units(asked, survey)
    late = [group for group in survey.groups if asked[group] == 0 and left[group] > 0]
    units += [Unit((group,), least((group,), survey)) for group in late]
    units.sort(key=lambda unit: list(survey.groups).index(unit.members[0]))
    for unit in units:
        reasons |= {group: "too few answers" for group in unit.members if unit.hidden}
    for family in dict.fromkeys(group["family"] for group in survey.groups.values()):
        mine = [u for u in units if survey.groups[u.members[0]]["family"] == family and not u.hidden]
        n = {unit.members: sum(answered[group] for group in unit.members) for unit in mine}
        people = {unit.members: sum(left[group] for group in unit.members) for unit in mine}
        few = [u.members for u in mine if n[u.members] < u.minimum]
        small = [m for m in few if n[m] or len(m) > 1 or 0 < people[m] < least(m, survey)]
        shown = [unit.members for unit in mine if unit.members not in few]
        already = [members for members in shown if len(members) > 1]
        pool = pooled([*small, *already] if small else [], [m for m in shown if m not in already], n, survey)
        together = tuple(group for group in survey.groups if any(group in members for members in pool))
        cells += [members for members in shown if members not in pool] + ([together] if pool else [])
        reasons |= {group: "too few answers" for members in small for group in members}
    for members in cells:
        reasons |= {group: "merged" for group in members if len(members) > 1}
    made = [Cell(list(members), ballots, left, survey) for members in cells]
    alone = [members[0] for members in cells if len(members) == 1]
    return {cell.name: cell for cell in made}, {g: why for g, why in reasons.items() if g not in alone}


def least(members: tuple[str, ...], survey: Survey) -> int:
    return max((survey.groups[group]["minimum"] for group in members), default=0)


Members = tuple[str, ...]


def pooled(
    small: list[Members], large: list[Members], n: dict[Members, int], survey: Survey
) -> list[Members]:
    """What the small units of a family are counted together with, themselves included; nothing where that is no use."""

    def is_enough(units: list[Members]) -> bool:
        return sum(n[members] for members in units) >= max(least(members, survey) for members in units)

    family = survey.groups[small[0][0]]["family"] if small else None
    if family not in ("clients", "colleagues"):
        return []
    if is_enough(small):
        return small
    candidates = [members for members in large if not survey.groups[members[0]]["attributed"]]
    smallest = min(candidates, key=n.__getitem__, default=None)
    if smallest is None or not is_enough([*small, smallest]):
        return []
    return [*small, smallest]


def points_range(items: list[str], survey: Survey) -> tuple[float, float]:
    """Smallest and largest point over the scales of the items."""
    points = [point for item in items for point in survey.scale(item)["points"]]
    return (min(points), max(points)) if points else (0.0, 0.0)
