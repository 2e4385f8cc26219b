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

    def __init__(self, members: list[str], ballots: list[Ballot], survey: Survey) -> None:
        groups = [survey.groups[member] for member in members]
        self.members = members
        self.pooled = len(members) > 1
        self.family = groups[0]["family"]
        self.attributed = groups[0]["attributed"]
        self.weight = sum(group["weight"] for group in groups)
        self.minimum = max(group["minimum"] for group in groups)
        self.survey = survey
        self.ballots = self.without_withheld_items([b for b in ballots if b.group in members])

    def without_withheld_items(self, ballots: list[Ballot]) -> list[Ballot]:
        every_item = [*self.survey.items, *self.survey.recommendations]
        counts = {item: sum(item in ballot.answers for ballot in ballots) for item in every_item}
        self.scored = [item for item in every_item if counts[item] >= self.minimum]
        return [
            Ballot(b.subject, b.group, {i: v for i, v in b.answers.items() if i in self.scored})
            for b in ballots
        ]

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


def disclose(ballots: list[Ballot], survey: Survey) -> tuple[dict[str, Cell], dict[str, str]]:
    """One subject's shown cells by name, and the reason of every group that is not shown by itself."""
    sizes = {group: sum(b.group == group for b in ballots) for group in survey.groups}
    shown = [g for g in survey.groups if sizes[g] >= survey.groups[g]["minimum"]]
    small = [g for g in survey.groups if 0 < sizes[g] < survey.groups[g]["minimum"]]
    reasons = {group: "no answers" for group in survey.groups if sizes[group] == 0}
    cells = [[group] for group in shown]
    for family in sorted({survey.groups[group]["family"] for group in small}):
        of_family = [group for group in small if survey.groups[group]["family"] == family]
        pool = pooled(of_family, shown, sizes, survey)
        reasons |= {group: "merged" if pool else "too few answers" for group in [*of_family, *pool]}
        cells = [cell for cell in cells if cell[0] not in pool] + ([pool] if pool else [])
    made = [Cell(members, ballots, survey) for members in cells]
    return {cell.name: cell for cell in made}, reasons


def pooled(small: list[str], shown: list[str], sizes: dict[str, int], survey: Survey) -> list[str]:
    """The groups of the family's pool, in the order of the scheme; none where it cannot be shown."""

    def reaches_minimum(groups: list[str]) -> bool:
        return sum(sizes[g] for g in groups) >= max(survey.groups[g]["minimum"] for g in groups)

    if reaches_minimum(small):
        return small
    family = survey.groups[small[0]]["family"]
    candidates = [
        g for g in shown if survey.groups[g]["family"] == family and not survey.groups[g]["attributed"]
    ]
    smallest = min(candidates, key=lambda group: sizes[group], default=None)
    if smallest is None or not reaches_minimum([*small, smallest]):
        return []
    return [group for group in survey.groups if group in [*small, smallest]]


def points_range(items: list[str], survey: Survey) -> tuple[float, float]:
    """Smallest and largest point over the scales of the items."""
    points = [point for item in items for point in survey.scale(item)["points"]]
    return (min(points), max(points)) if points else (0.0, 0.0)
