"""Changes between a campaign and the one before: only what both show is compared, and chance is allowed for.

Every subject is compared with his own last released campaign of the same kind, so that who was left out once is
compared over the gap.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from feedback.models.campaigns import Campaign, Subject
from feedback.models.results import ReleasedReport
from feedback.services.closing import counts_export, tallies
from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.closing.results import CampaignResult
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports.change_document import (
    DimensionChange,
    NotComparable,
    Obstacle,
    ScoreChange,
    SubjectChanges,
)
from scoring import trend
from scoring.counts import DisclosedCounts
from scoring.instrument import Booleans, Floats, Instrument
from scoring.scores import score


def of_campaign(session: Session, campaign: Campaign) -> dict[int, SubjectChanges | NotComparable]:
    """By subject id. The number of statements grows with that of earlier campaigns, not with that of subjects."""
    matrix, result = tallies.load(session, campaign)
    found: dict[int, SubjectChanges | NotComparable] = {
        subject.id: NotComparable(Obstacle.FIRST) for subject in matrix.subjects
    }
    comparisons = []
    for before, people in _earlier_campaigns(session, campaign).items():
        earlier_grid, earlier = tallies.load(session, before)
        rows = [row for row, subject in enumerate(matrix.subjects) if subject.person_id in people]
        obstacle = _obstacle(earlier_grid, matrix)
        if obstacle:
            found.update((matrix.subjects[row].id, NotComparable(obstacle)) for row in rows)
        else:
            comparisons.append(_compare(before, (earlier_grid, earlier), (matrix, result), rows))
    found.update(_changes(matrix, comparisons))
    return found


def _earlier_campaigns(session: Session, campaign: Campaign) -> Mapping[Campaign, set[int]]:
    """The campaigns compared with, each with the ids of the people whose last one it is."""
    people: dict[int, set[int]] = defaultdict(set)
    for person_id, campaign_id in _last_campaigns(session, campaign).items():
        people[campaign_id].add(person_id)
    everything = (undefer(Campaign.questionnaire), undefer(Campaign.scheme), undefer(Campaign.statistics))
    query = select(Campaign).where(Campaign.id.in_(people)).options(*everything)
    return {before: people[before.id] for before in session.scalars(query)}


def _last_campaigns(session: Session, campaign: Campaign) -> dict[int, int]:
    """By person id: the last campaign of the kind before this one of which his own report is released."""
    people = select(Subject.person_id).where(Subject.campaign_id == campaign.id)
    pairs = session.execute(
        select(Subject.person_id, Campaign.id)
        .join(Campaign, Campaign.id == Subject.campaign_id)
        .where(
            Subject.person_id.in_(people),
            Campaign.kind == campaign.kind,
            select(ReleasedReport.subject_id).where(ReleasedReport.subject_id == Subject.id).exists(),
            Campaign.closes_at < campaign.closes_at,
        )
        .order_by(Campaign.closes_at, Campaign.id)
    )
    return {person_id: campaign_id for person_id, campaign_id in pairs}


def _obstacle(earlier: CellMatrix, later: CellMatrix) -> Obstacle | None:
    if earlier.questionnaire.digest != later.questionnaire.digest:
        return Obstacle.QUESTIONNAIRE
    return Obstacle.SCHEME if earlier.scheme.digest != later.scheme.digest else None


@dataclass(frozen=True)
class _Comparison:
    """Rows of the later campaign against an earlier one; scores and errors [r, d + 1], last the feedback score.

    counts: digest of the earlier one's. common [r, h]: the cells with weight that both show.
    """

    before: Campaign
    counts: str
    rows: Sequence[int]
    common: Booleans
    earlier: tuple[Floats, Floats]
    later: tuple[Floats, Floats]


def _compare(
    before: Campaign,
    earlier: tuple[CellMatrix, CampaignResult],
    later: tuple[CellMatrix, CampaignResult],
    rows: Sequence[int],
) -> _Comparison:
    row_of = {subject.person_id: row for row, subject in enumerate(earlier[0].subjects)}
    rows_before = [row_of[later[0].subjects[row].person_id] for row in rows]
    # Both sides rest on the same groups: there is no absent group to make up for.
    numbers = replace(later[0].instrument, deviation=False)
    first, second = trend.compared(
        trend.of_subjects(earlier[1].disclosed, np.array(rows_before)),
        trend.of_subjects(later[1].disclosed, np.array(rows)),
        numbers.groups,
    )
    return _Comparison(
        before,
        counts_export.digest(earlier[1], earlier[0].questionnaire, earlier[0].scheme),
        rows,
        first.decision.weight(numbers.groups) > 0,
        _scores(first, numbers, earlier[1].statistics.phi),
        _scores(second, numbers, later[1].statistics.phi),
    )


def _scores(disclosed: DisclosedCounts, numbers: Instrument, phi: Floats) -> tuple[Floats, Floats]:
    scores = score(disclosed, numbers, phi)
    values = np.column_stack([scores.dimensions.score, scores.total.score])
    return values, np.column_stack([scores.error, scores.total_error])


def _changes(matrix: CellMatrix, comparisons: Sequence[_Comparison]) -> Iterator[tuple[int, SubjectChanges]]:
    """All that the campaign's reports compare is one family of tests, whatever it is compared with."""
    if not comparisons:
        return
    (earlier, earlier_error), (later, later_error) = (
        _stacked(side) for side in zip(*((each.earlier, each.later) for each in comparisons), strict=True)
    )
    changes = trend.changes(earlier, earlier_error, later, later_error)
    place = 0
    for comparison in comparisons:
        for row, common in zip(comparison.rows, comparison.common, strict=True):
            found = [
                _change(earlier[place, d], later[place, d], changes, (place, d))
                for d in range(earlier.shape[1])
            ]
            yield matrix.subjects[row].id, _subject(matrix, comparison, common, found)
            place += 1


def _stacked(sides: Iterable[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    values, errors = zip(*sides, strict=True)
    return np.concatenate(values), np.concatenate(errors)


def _change(
    earlier: float, later: float, changes: trend.Changes, place: tuple[int, int]
) -> ScoreChange | None:
    if np.isnan(changes.delta[place]):
        return None
    return ScoreChange(
        earlier=float(earlier),
        later=float(later),
        difference=float(changes.delta[place]),
        error=float(changes.error[place]),
        p=float(changes.p[place]),
        detected=bool(changes.detected[place]),
    )


def _subject(
    matrix: CellMatrix, comparison: _Comparison, common: Booleans, found: Sequence[ScoreChange | None]
) -> SubjectChanges:
    before = comparison.before
    *by_dimension, total = found
    lacking = Obstacle.UNOFFICIAL if any(by_dimension) else Obstacle.NOT_SHOWN
    return SubjectChanges(
        campaign=before.code,
        title=Bilingual(before.title_zh, before.title_en),
        period=before.period,
        counts=comparison.counts,
        groups=tuple(matrix.columns[column] for column in np.flatnonzero(common)),
        total=total or NotComparable(lacking),
        dimensions=tuple(
            DimensionChange(
                id=dimension.id,
                title=Bilingual.of(dimension.title, dimension.id),
                change=change or NotComparable(Obstacle.NOT_SHOWN),
            )
            for dimension, change in zip(matrix.questionnaire.dimensions, by_dimension, strict=True)
        ),
    )
