"""What the reports on a team's or a department's members say together.

Computed from the members' reports alone, so that nothing that they withhold can enter. A figure over members is
given where three have one; each member counts the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from feedback.models.campaigns import Campaign
from feedback.models.people import Department
from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.report_document import CampaignLabel, Response
from feedback.services.reports.report_summaries import Concern, Member
from feedback.services.scores.scorecards import Estimate

LEAST_TEAM = 2
MOST_AT_AN_END = 5


@dataclass(frozen=True)
class TeamLabel:
    """Which people of a campaign a team is: a department, or all that its reader may read about."""

    campaign: CampaignLabel
    department: Bilingual | None

    @classmethod
    def of(cls, campaign: Campaign, department: Department | None) -> "TeamLabel":
        named = Bilingual.name(department) if department else None
        return cls(CampaignLabel.of(campaign), named)


@dataclass(frozen=True)
class TeamMean:
    """The mean over so many members."""

    value: float
    members: int


@dataclass(frozen=True)
class TeamDimension:
    id: str
    title: Bilingual
    mean: TeamMean | None


@dataclass(frozen=True)
class TeamItem:
    """The wording is that of the first member who has the question, without his name."""

    id: str
    text: Bilingual
    mean: TeamMean


@dataclass(frozen=True)
class TeamPeriod:
    period: str
    mean: TeamMean | None


@dataclass(frozen=True)
class Movement:
    """How many members' feedback scores changed detectably since their last campaign, and how many did not."""

    risen: int
    fallen: int
    unchanged: int
    not_comparable: int


@dataclass(frozen=True)
class Attention:
    member: Member
    concerns: tuple[Concern, ...]


@dataclass(frozen=True)
class TeamReport:
    members: tuple[Member, ...]
    score: TeamMean | None
    satisfaction: TeamMean | None
    nps: TeamMean | None
    dimensions: tuple[TeamDimension, ...]
    responses: tuple[Response, ...]
    strongest: tuple[TeamItem, ...]
    weakest: tuple[TeamItem, ...]
    periods: tuple[TeamPeriod, ...]
    movement: Movement
    attention: tuple[Attention, ...]

    @property
    def released_at(self) -> datetime | None:
        """When the last of the reports was released; None while one waits."""
        moments = [member.released_at for member in self.members]
        return max((each for each in moments if each), default=None) if all(moments) else None

    def to_document(self) -> Mapping[str, Any]:
        """A member on the attention list goes by his code there."""
        attention = [
            {"subject": entry.member.subject.code, "concerns": entry.concerns} for entry in self.attention
        ]
        members = [member.to_document() for member in self.members]
        return asdict(self) | {"members": members, "attention": attention}


def of_members(members: Sequence[Member]) -> TeamReport:
    strongest, weakest = _extremes(members)
    return TeamReport(
        members=tuple(members),
        score=_mean(_values(member.feedback.score for member in members)),
        satisfaction=_mean(_values(member.satisfaction for member in members)),
        nps=_mean(_values(member.nps for member in members)),
        dimensions=_dimensions(members),
        responses=_responses(members),
        strongest=strongest,
        weakest=weakest,
        periods=_periods(members),
        movement=_movement(members),
        attention=tuple(Attention(member, member.concerns) for member in members if member.concerns),
    )


def _mean(values: Iterable[float]) -> TeamMean | None:
    known = list(values)
    return TeamMean(sum(known) / len(known), len(known)) if len(known) >= protection.TEAM_MEANS_FROM else None


def _values(scores: Iterable[object]) -> list[float]:
    return [score.value for score in scores if isinstance(score, Estimate)]


def _dimensions(members: Sequence[Member]) -> tuple[TeamDimension, ...]:
    totals: dict[str, list[object]] = defaultdict(list)
    titles: dict[str, Bilingual] = {}
    for member in members:
        for dimension in member.dimensions:
            titles.setdefault(dimension.id, dimension.title)
            totals[dimension.id].append(dimension.total)
    return tuple(TeamDimension(id, title, _mean(_values(totals[id]))) for id, title in titles.items())


def _responses(members: Sequence[Member]) -> tuple[Response, ...]:
    """Summed over the members whose report gives the group's number."""
    sums: dict[Bilingual, Response] = {}
    for each in (response for member in members for response in member.responses):
        before = sums.get(each.title, Response(each.title, 0, 0))
        sums[each.title] = Response(
            each.title,
            before.invited + each.invited,
            before.answered + each.answered,
            before.by_phone + each.by_phone,
        )
    return tuple(sums.values())


def _extremes(members: Sequence[Member]) -> tuple[tuple[TeamItem, ...], tuple[TeamItem, ...]]:
    """The items with the highest and the lowest means over members, never one among both."""
    totals: dict[str, list[float]] = defaultdict(list)
    texts: dict[str, Mapping[str, str]] = {}
    for member in members:
        for id, points in member.points.items():
            texts.setdefault(id, member.wording[id])
            totals[id].append(points)
    found = [
        TeamItem(id, Bilingual(**texts[id]), mean) for id, values in totals.items() if (mean := _mean(values))
    ]
    ascending = sorted(found, key=lambda item: item.mean.value)
    size = min(MOST_AT_AN_END, len(ascending) // 2)
    return tuple(reversed(ascending[len(ascending) - size :])), tuple(ascending[:size])


def _periods(members: Sequence[Member]) -> tuple[TeamPeriod, ...]:
    """The mean of earlier periods and of this one, over whoever had a score then; nothing without earlier ones."""
    scores: dict[str, list[float]] = defaultdict(list)
    for member in members:
        for past in member.history:
            scores[past.period] += [] if past.score is None else [past.score]
    earlier = sorted(scores)
    if not earlier:
        return ()
    now = members[0].period
    scores[now] = _values(member.feedback.score for member in members)
    return tuple(TeamPeriod(period, _mean(scores[period])) for period in dict.fromkeys([*earlier, now]))


def _movement(members: Sequence[Member]) -> Movement:
    known = [member.change for member in members if member.change]
    risen = sum(change.detected and change.difference > 0 for change in known)
    fallen = sum(change.detected and change.difference < 0 for change in known)
    return Movement(risen, fallen, len(known) - risen - fallen, len(members) - len(known))
