"""What the reports on a team's or a department's members say together.

Computed from the members' reports alone, so that nothing that they withhold can enter. A figure over members is
given where three have one; each member counts the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback.services.bilingual import Bilingual
from feedback.services.change_document import Change, SubjectChanges
from feedback.services.report_document import Report, Response
from feedback.services.scorecards import Estimate, GapClass

LEAST_MEMBERS = 3
MOST_AT_AN_END = 5
LOW_SCORE = 60.0
MANY_BLIND_SPOTS = 2


@dataclass(frozen=True)
class Mean:
    """The mean over so many members."""

    value: float
    members: int


@dataclass(frozen=True)
class TeamDimension:
    id: str
    title: Bilingual
    mean: Mean | None


@dataclass(frozen=True)
class TeamItem:
    """The wording is that of the first member who has the question, without his name."""

    id: str
    text: Bilingual
    mean: Mean


@dataclass(frozen=True)
class TeamPeriod:
    period: str
    mean: Mean | None


@dataclass(frozen=True)
class Movement:
    """How many members' feedback scores changed detectably since their last campaign, and how many did not."""

    risen: int
    fallen: int
    unchanged: int
    not_comparable: int


class Concern(StrEnum):
    """Why a member is on the attention list."""

    INSUFFICIENT = "insufficient"
    LOW_SCORE = "low score"
    BLIND_SPOTS = "blind spots"
    DIVIDED = "divided opinion"
    FALLEN = "detectable fall"


@dataclass(frozen=True)
class Attention:
    report: Report
    concerns: tuple[Concern, ...]


@dataclass(frozen=True)
class TeamReport:
    members: tuple[Report, ...]
    score: Mean | None
    satisfaction: Mean | None
    nps: Mean | None
    dimensions: tuple[TeamDimension, ...]
    responses: tuple[Response, ...]
    strongest: tuple[TeamItem, ...]
    weakest: tuple[TeamItem, ...]
    periods: tuple[TeamPeriod, ...]
    movement: Movement
    attention: tuple[Attention, ...]


def of_members(members: Sequence[Report]) -> TeamReport:
    strongest, weakest = _extremes(members)
    return TeamReport(
        members=tuple(members),
        score=_mean(_values(member.feedback.score for member in members)),
        satisfaction=_mean(member.satisfaction.share.value for member in members if member.satisfaction),
        nps=_mean(_values(member.nps for member in members)),
        dimensions=_dimensions(members),
        responses=_responses(members),
        strongest=strongest,
        weakest=weakest,
        periods=_periods(members),
        movement=_movement(members),
        attention=tuple(
            Attention(member, concerns) for member in members if (concerns := concerns_about(member))
        ),
    )


def _mean(values: Iterable[float]) -> Mean | None:
    known = list(values)
    return Mean(sum(known) / len(known), len(known)) if len(known) >= LEAST_MEMBERS else None


def _values(scores: Iterable[object]) -> list[float]:
    return [score.value for score in scores if isinstance(score, Estimate)]


def _dimensions(members: Sequence[Report]) -> tuple[TeamDimension, ...]:
    totals: dict[str, list[object]] = defaultdict(list)
    titles: dict[str, Bilingual] = {}
    for member in members:
        for dimension in member.dimensions:
            titles.setdefault(dimension.id, dimension.title)
            totals[dimension.id].append(dimension.total)
    return tuple(TeamDimension(id, title, _mean(_values(totals[id]))) for id, title in titles.items())


def _responses(members: Sequence[Report]) -> tuple[Response, ...]:
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


def _extremes(members: Sequence[Report]) -> tuple[tuple[TeamItem, ...], tuple[TeamItem, ...]]:
    """The items with the highest and the lowest means over members, never one among both."""
    totals: dict[str, list[float]] = defaultdict(list)
    texts: dict[str, Bilingual] = {}
    for member in members:
        for item in member.items:
            texts.setdefault(item.id, item.text.without(member.subject.name))
            if isinstance(item.total, float):
                totals[item.id].append(item.total)
    found = [TeamItem(id, texts[id], mean) for id, values in totals.items() if (mean := _mean(values))]
    ascending = sorted(found, key=lambda item: item.mean.value)
    size = min(MOST_AT_AN_END, len(ascending) // 2)
    return tuple(reversed(ascending[len(ascending) - size :])), tuple(ascending[:size])


def _periods(members: Sequence[Report]) -> tuple[TeamPeriod, ...]:
    """The mean of earlier periods and of this one, over whoever had a score then; nothing without earlier ones."""
    scores: dict[str, list[Estimate | None]] = defaultdict(list)
    for member in members:
        for point in member.history:
            scores[point.period].append(point.score)
    earlier = sorted(scores)
    if not earlier:
        return ()
    now = members[0].campaign.period
    scores[now] = [member.feedback.score for member in members]
    return tuple(
        TeamPeriod(period, _mean(_values(scores[period]))) for period in dict.fromkeys([*earlier, now])
    )


def _movement(members: Sequence[Report]) -> Movement:
    changes = [_total_change(member) for member in members]
    known = [change for change in changes if change]
    risen = sum(change.detected and change.difference > 0 for change in known)
    fallen = sum(change.detected and change.difference < 0 for change in known)
    return Movement(risen, fallen, len(known) - risen - fallen, len(changes) - len(known))


def _total_change(member: Report) -> Change | None:
    if isinstance(member.changes, SubjectChanges) and isinstance(member.changes.total, Change):
        return member.changes.total
    return None


def concerns_about(report: Report) -> tuple[Concern, ...]:
    return tuple(concern for concern, applies in CONCERNS.items() if applies(report))


def _is_low(report: Report) -> bool:
    return report.feedback.score is not None and report.feedback.score.value < LOW_SCORE


def _has_blind_spots(report: Report) -> bool:
    kinds = [dimension.gap.kind for dimension in report.dimensions if dimension.gap]
    return kinds.count(GapClass.BLIND_SPOT) >= MANY_BLIND_SPOTS


def _divides(report: Report) -> bool:
    figures = (figure for item in report.items for figure in item.groups)
    return any(figure.distribution and figure.distribution.divided for figure in figures)


def _has_fallen(report: Report) -> bool:
    if not isinstance(report.changes, SubjectChanges):
        return False
    changes = (report.changes.total, *(dimension.change for dimension in report.changes.dimensions))
    return any(isinstance(each, Change) and each.detected and each.difference < 0 for each in changes)


CONCERNS: dict[Concern, Callable[[Report], bool]] = {
    Concern.INSUFFICIENT: lambda report: report.feedback.score is None,
    Concern.LOW_SCORE: _is_low,
    Concern.BLIND_SPOTS: _has_blind_spots,
    Concern.DIVIDED: _divides,
    Concern.FALLEN: _has_fallen,
}
