"""Who reads what of one appraisal: himself, as somebody's deputy, or after it was noted that he did."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.appraisals import rights
from feedback.services.appraisals.rights import Relation
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.ground import audit
from feedback.services.ground.errors import NotFound
from forms.words import N_

NO_APPRAISAL = N_("there is no appraisal of %(code)s in %(period)s")


@dataclass(frozen=True)
class Access:
    """is_noted: reading the figures leaves a line in the audit log, as it does for HR and for the line above."""

    relations: frozenset[Relation]
    is_own: bool
    is_noted: bool
    figures: bool
    result: bool

    def unopened(self) -> "Access":
        """Before it was noted that he reads it: the steps, and no figure."""
        return replace(self, figures=False, result=False) if self.is_noted else self

    @property
    def names(self) -> bool:
        """An auditor reads steps and codes, and nobody's name."""
        return not self.relations <= {Relation.AUDITOR}


def find(session: Session, period: str, code: str, by: Decider) -> tuple[Appraisal, Access]:
    """Raises NotFound for what is not for him, as for what does not exist."""
    appraisal = deputies.find_appraisal(session, period, code, by)
    found = access(session, appraisal, by)
    if not found.relations:
        raise NotFound(NO_APPRAISAL, code=code, period=period)
    return appraisal, found


def access(session: Session, appraisal: Appraisal, by: Decider) -> Access:
    found = relations(session, appraisal, by)
    state = AppraisalState(appraisal.state)
    above = bool(found & {Relation.HR, Relation.LINE}) and by.person_id != appraisal.reviewer_id
    return Access(
        relations=found,
        is_own=Relation.PERSON in found,
        is_noted=above,
        figures=rights.reads_figures(found),
        result=rights.reads_result(found, state),
    )


def relations(session: Session, appraisal: Appraisal, by: Decider) -> frozenset[Relation]:
    """A deputy is what the manager is for whom he acts, but for that manager's own appraisal."""
    own = rights.relations(session, by.reader, appraisal)
    if Relation.PERSON in own:
        return own
    for reader in deputies.reads_as(session, by)[1:]:
        own |= rights.relations(session, reader, appraisal) - {Relation.PERSON}
    return own


def note(session: Session, appraisal: Appraisal, *, actor: str, now: datetime) -> None:
    """That somebody who neither reviews nor is reviewed looks at the figures."""
    target = f"{appraisal.round.period} {appraisal.person.code}"
    audit.record(session, "appraisal read", target, actor=actor, now=now)
