"""One report per subject, from what closing left of a campaign; after release, from what was stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.campaigns import WITH_RESULTS, Campaign, Cell, CellStatus, Subject
from feedback.models.people import Department, Person
from feedback.models.results import ReleasedReport
from feedback.services.closing import counts_export, tallies
from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.closing.results import FORMULA, CampaignResult
from feedback.services.crowds import crowds
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.reports import changes, comment_moderation, history
from feedback.services.reports.change_document import NotComparable, SubjectChanges
from feedback.services.reports.item_scores import ItemScores, extremes
from feedback.services.reports.rater_groups import RaterGroups
from feedback.services.reports.report_document import (
    Basis,
    CampaignLabel,
    Comments,
    DefinitionLabel,
    DimensionScore,
    Extremes,
    Feedback,
    PointMap,
    Reason,
    Report,
    ReportGap,
    Response,
    Satisfaction,
    SubjectLabel,
    TrendPoint,
    Verdict,
    Withheld,
)
from feedback.services.scores.scorecards import (
    Estimate,
    HiddenReason,
    NoEstimate,
    Scorecard,
    scorecards,
)
from forms.questionnaire import Questionnaire
from forms.scales import Scale
from forms.scheme import Scheme

LACKS = {
    HiddenReason.TOO_FEW: Reason.TOO_FEW,
    HiddenReason.NO_ANSWERS: Reason.NO_ANSWERS,
    HiddenReason.NOT_ASKED: Reason.NOBODY_INVITED,
}


def of_subject(session: Session, subject: Subject) -> Report:
    return of_subjects(session, subject.campaign, [subject])[0]


def on_person(session: Session, campaign: Campaign, code: str) -> Report:
    """For those who may read every report; whoever may not comes by way of `reading_rights`."""
    query = select(Subject).join(Person, Person.id == Subject.person_id)
    query = query.where(Subject.campaign_id == campaign.id, Person.code == code)
    subject = session.scalars(query).one_or_none()
    if subject is None:
        raise NotFound(f"campaign {campaign.code} is not about {code}")
    return of_subjects(session, campaign, [subject])[0]


def of_subjects(session: Session, campaign: Campaign, subjects: Sequence[Subject]) -> list[Report]:
    """The reports on these subjects, as released, or as they stand between closing and release."""
    stored = _newest(session, subjects) if campaign.released_at is not None else {}
    waits = any(subject.id not in stored for subject in subjects)
    found = (build_all(session, campaign) if waits else {}) | stored
    return [found[subject.id] for subject in subjects]


def released(session: Session, subjects: Sequence[Subject]) -> list[Report]:
    """The newest release of the reports on these subjects, of whatever campaigns, in one statement."""
    stored = _newest(session, subjects)
    return [stored[subject.id] for subject in subjects]


def _newest(session: Session, subjects: Sequence[Subject]) -> dict[int, Report]:
    ids = [subject.id for subject in subjects]
    query = select(ReleasedReport).where(ReleasedReport.subject_id.in_(ids))
    newest = {stored.subject_id: stored for stored in session.scalars(query.order_by(ReleasedReport.version))}
    return {subject_id: Report.from_document(stored.document) for subject_id, stored in newest.items()}


def build_all(session: Session, campaign: Campaign) -> dict[int, Report]:
    """Every subject's report by subject id. The number of statements does not depend on how many there are."""
    if campaign.state not in WITH_RESULTS:
        raise NotPossible(
            f"campaign {campaign.code} is {campaign.state}; there are no reports before it is closed"
        )
    matrix, result = tallies.load(session, campaign)
    cards = scorecards(result, matrix.questionnaire, matrix.scheme)
    cells = _cells_by_row(matrix)
    material = _Material(
        campaign=campaign,
        matrix=matrix,
        crowds=crowds.of_one_subject(cell for row in cells.values() for cell in row.values()),
        departments={department.id: department for department in session.scalars(select(Department))},
        released=_released(session, campaign),
        texts=comment_moderation.by_cell(session, campaign),
        items=ItemScores.of(matrix, result),
        changes=changes.of_campaign(session, campaign),
        history=history.before(session, campaign),
        basis=_basis(matrix, result),
    )
    return {
        subject.id: material.report(row, card, cells[row])
        for row, (subject, card) in enumerate(zip(matrix.subjects, cards, strict=True))
    }


def _released(session: Session, campaign: Campaign) -> frozenset[int]:
    """The ids of the subjects whose report is released."""
    query = select(ReleasedReport.subject_id).join(Subject, Subject.id == ReleasedReport.subject_id)
    return frozenset(session.scalars(query.where(Subject.campaign_id == campaign.id)))


def _cells_by_row(matrix: CellMatrix) -> dict[int, dict[str, Cell]]:
    """Each subject's cells by group, in the order of the scheme, pools last."""
    rows: dict[int, dict[str, Cell]] = defaultdict(dict)
    for (row, _), cell in sorted(matrix.cells.items(), key=lambda entry: entry[0]):
        rows[row][cell.group] = cell
    return rows


@dataclass(frozen=True)
class _Material:
    """What all reports of a campaign are made of."""

    campaign: Campaign
    matrix: CellMatrix
    crowds: Mapping[Cell, tuple[Cell, ...]]
    departments: Mapping[int, Department]
    released: Collection[int]
    texts: comment_moderation.TextsByCell
    items: ItemScores
    changes: Mapping[int, SubjectChanges | NotComparable]
    history: Mapping[int, tuple[TrendPoint, ...]]
    basis: Basis

    def report(self, row: int, card: Scorecard, cells: Mapping[str, Cell]) -> Report:
        subject = self.matrix.subjects[row]
        groups = RaterGroups(self.matrix.questionnaire, self.matrix.scheme, cells, card)
        label = self._subject(subject)
        items = self.items.scores(row, groups, label.name)
        return Report(
            subject=label,
            campaign=CampaignLabel.of(self.campaign),
            feedback=_feedback(card, groups, self.matrix.scheme),
            groups=groups.totals(),
            dimensions=_dimensions(card, groups, self.matrix.questionnaire),
            items=items,
            extremes=Extremes(*extremes(items)),
            satisfaction=_satisfaction(card.top2box, self.matrix.scheme.satisfaction_goal),
            nps=_withheld(card.nps) if isinstance(card.nps, NoEstimate) else card.nps,
            comments=self._comments(groups, label.name),
            responses=_responses(groups, cells.values(), self.crowds),
            changes=self.changes[subject.id],
            history=self.history.get(subject.person_id, ()),
            basis=self.basis,
        )

    def _subject(self, subject: Subject) -> SubjectLabel:
        """The department of the opening, the level of the first release; until then that of today."""
        person = subject.person
        department = self.departments[subject.department_id or person.department_id]
        level = subject.level if subject.id in self.released else person.level
        levels = {level.id: level.title for level in self.matrix.scheme.appraisal.levels}
        return SubjectLabel(
            code=person.code,
            name=Bilingual.name(person),
            department=Bilingual.name(department),
            level=Bilingual.of(levels.get(level, {}), level) if level else None,
        )

    def _comments(self, groups: RaterGroups, name: Bilingual) -> tuple[Comments, ...]:
        return tuple(
            Comments(
                groups.question(item, cell.group, name), groups.title(cell.group), texts.shown, texts.hidden
            )
            for item in self.matrix.questionnaire.comment_items
            for cell in groups.with_comments()
            if (texts := self.texts.get((cell.id, item.id)))
        )


def _feedback(card: Scorecard, groups: RaterGroups, scheme: Scheme) -> Feedback:
    return Feedback(
        score=card.total if isinstance(card.total, Estimate) else None,
        shortage=card.shortage,
        missing_groups=tuple(groups.title(group) for group in card.missing_groups),
        coverage=card.coverage,
        minimum_coverage=scheme.rating.minimum_coverage,
        error=card.error,
    )


def _dimensions(
    card: Scorecard, groups: RaterGroups, questionnaire: Questionnaire
) -> tuple[DimensionScore, ...]:
    return tuple(
        DimensionScore(
            id=dimension.id,
            title=Bilingual.of(dimension.title, dimension.id),
            weight=dimension.weight,
            total=groups.over_groups(card.dimensions[dimension.id]),
            groups=groups.scores(dimension.id),
            gap=_gap(card, dimension.id),
        )
        for dimension in questionnaire.dimensions
    )


def _gap(card: Scorecard, dimension: str) -> ReportGap | None:
    gap = card.gaps.get(dimension)
    return ReportGap(gap.own, gap.others, gap.own - gap.others, gap.kind) if gap else None


def _satisfaction(share: Estimate | NoEstimate, goal: float) -> Satisfaction | Withheld:
    if isinstance(share, NoEstimate):
        return _withheld(share)
    if share.low >= goal:
        verdict = Verdict.REACHED
    elif share.high < goal:
        verdict = Verdict.MISSED
    else:
        verdict = Verdict.OPEN
    return Satisfaction(share, goal, verdict)


def _withheld(figure: NoEstimate) -> Withheld:
    return Withheld(LACKS[HiddenReason(figure.reason)])


def _responses(
    groups: RaterGroups, cells: Iterable[Cell], crowds: Mapping[Cell, tuple[Cell, ...]]
) -> tuple[Response, ...]:
    """The crowds of this subject, and the groups of which the report says anyway how many answered."""
    lines = [
        crowds.get(cell, (cell,))
        for cell in cells
        if cell in crowds or (cell.invited and not cell.is_pool and groups.has_known_number(cell.group))
    ]
    return tuple(_response(groups, line) for line in dict.fromkeys(lines))


def _response(groups: RaterGroups, cells: Sequence[Cell]) -> Response:
    return Response(
        Bilingual.joined([groups.title(cell.group) for cell in cells if cell.invited]),
        sum(cell.invited for cell in cells),
        sum(cell.answered or 0 for cell in cells),
        sum(map(_by_phone, cells)),
    )


def _by_phone(cell: Cell) -> int:
    """How many of a shown group were asked by phone, whether their answers were counted or their own went first."""
    is_shown = cell.status in (CellStatus.SHOWN, CellStatus.MERGED)
    return min(cell.interviewed or 0, cell.answered or 0) if is_shown else 0


def _basis(matrix: CellMatrix, result: CampaignResult) -> Basis:
    questionnaire, scheme = matrix.questionnaire, matrix.scheme
    return Basis(
        formula=FORMULA,
        questionnaire=DefinitionLabel(questionnaire.id, questionnaire.version, questionnaire.digest),
        scheme=DefinitionLabel(scheme.id, scheme.version, scheme.digest),
        counts=counts_export.digest(result, questionnaire, scheme),
        scales=tuple(_point_map(scale) for scale in questionnaire.scales),
        trimmed=scheme.rating.trim,
        gap_cut=scheme.rating.gap,
        strength_from=scheme.rating.strength_from,
    )


def _point_map(scale: Scale) -> PointMap:
    return PointMap(scale.labels_for("zh"), scale.labels_for("en"), scale.points)
