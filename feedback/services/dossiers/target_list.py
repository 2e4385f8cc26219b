"""The targets of one appraisal: what counts, what is proposed, and which side's turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.models.figures import FigureKind
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.appraisals.rights import Relation
from feedback.services.dossiers.reading import Access
from feedback.services.facts import figures
from feedback.services.facts.figures import FigureRecord
from feedback.services.facts.profiles import Profiles
from feedback.services.facts.targets import TargetSide
from feedback.services.ground.bilingual import Bilingual
from feedback.services.tables import periods
from forms.appraisals.rules import AppraisalRules, Kpi

OPEN = (AppraisalState.PREPARING, AppraisalState.RUNNING, AppraisalState.COMPUTED)


@dataclass(frozen=True)
class TargetLine:
    """counts: what is computed with; proposal: what waits for the other side, None if nothing does."""

    period: str
    kpi: str
    title: Bilingual
    unit: Bilingual
    decimals: int
    counts: FigureRecord | None
    proposal: FigureRecord | None

    def waits_for(self, side: TargetSide | None) -> bool:
        return (
            self.proposal is not None
            and side is not None
            and self.proposal.by_subject != (side is TargetSide.SUBJECT)
        )


def side_of(access: Access) -> TargetSide | None:
    """None for whoever only reads."""
    for relation, side in (
        (Relation.PERSON, TargetSide.SUBJECT),
        (Relation.REVIEWER, TargetSide.MANAGER),
        (Relation.HR, TargetSide.HR),
    ):
        if relation in access.relations:
            return side
    return None


def of(session: Session, appraisal: Appraisal, rules: AppraisalRules) -> list[TargetLine]:
    """Of the period and its parts, by KPI in the order of the scheme; two statements."""
    known = {kpi.id: kpi for kpi in rules.kpis}
    within = periods.within(appraisal.round.period)
    ids = [appraisal.person_id]
    proposed = figures.proposals(session, ids, within)
    newest = {
        key: record
        for key, record in figures.newest(session, ids, within).items()
        if key.kind == FigureKind.TARGET
    }
    keys = [key for key in {**newest, **proposed} if key.kpi in known]
    keys.sort(key=lambda key: (list(known).index(key.kpi), within.index(key.period)))
    return [_line(known[key.kpi], key.period, newest.get(key), proposed.get(key)) for key in keys]


def _line(kpi: Kpi, period: str, counts: FigureRecord | None, proposal: FigureRecord | None) -> TargetLine:
    return TargetLine(
        period=period,
        kpi=kpi.id,
        title=Bilingual.of(kpi.title, kpi.id),
        unit=Bilingual.of(kpi.unit, ""),
        decimals=kpi.decimals,
        counts=None if counts == proposal else counts,
        proposal=proposal,
    )


def kpis(session: Session, appraisal: Appraisal, rules: AppraisalRules) -> Sequence[Kpi]:
    """Those of the person's profiles in the period."""
    period = appraisal.round.period
    allowed = Profiles(session, [appraisal.person_id], [period], None).allowed(appraisal.person_id, period)
    return [kpi for kpi in rules.kpis if kpi.id in allowed]
