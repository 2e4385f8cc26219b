"""Who may see and do what with an appraisal: by who reviewed then and who stood above him then, not by today's line.

What is not for a reader does not exist for him: it looks the same as absent.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from feedback.models.accounts import RoleName
from feedback.models.people import Person
from feedback.models.rounds import (
    BEFORE_CONFIRMATION,
    TOLD,
    Appraisal,
    AppraisalLine,
    AppraisalReviewer,
    AppraisalState,
    Round,
)
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ground.errors import NotFound
from forms.words import N_


class Relation(StrEnum):
    """What a reader is to an appraisal. Contributor: a manager of 30 days and more of the period, who writes a text."""

    PERSON = "person"
    REVIEWER = "reviewer"
    FORMER_REVIEWER = "former reviewer"
    CONTRIBUTOR = "contributor"
    LINE = "line"
    HR = "hr"
    AUDITOR = "auditor"


READS_COMPUTED = {Relation.REVIEWER, Relation.LINE, Relation.HR}
READS_VERSIONS = READS_COMPUTED | {Relation.FORMER_REVIEWER}


def readable(reader: Reader) -> ColumnElement[bool]:
    """The appraisals that exist for a reader, as a condition on Appraisal."""
    if reader.roles & {RoleName.HR, RoleName.ADMIN, RoleName.AUDITOR}:
        return true()
    return or_(_own(reader), led_by(reader), _former(reader)) if reader.person_id is not None else false()


def _own(reader: Reader) -> ColumnElement[bool]:
    return Appraisal.person_id == reader.person_id


def reviewed_by(reader: Reader) -> ColumnElement[bool]:
    """Those whom the reader is to review; never himself."""
    if reader.person_id is None:
        return false()
    return (Appraisal.reviewer_id == reader.person_id) & (Appraisal.person_id != reader.person_id)


def led_by(reader: Reader) -> ColumnElement[bool]:
    """Those whom the reader reviews, or whose reviewer he stands above; never himself."""
    return (reviewed_by(reader) | _under(reader)) & (Appraisal.person_id != reader.person_id)


def _under(reader: Reader) -> ColumnElement[bool]:
    above = select(AppraisalLine.appraisal_id).where(AppraisalLine.person_id == reader.person_id)
    return Appraisal.id.in_(above)


def decided_by(reader: Reader) -> ColumnElement[bool]:
    """Those that the reader may confirm when they are decided: of others, as HR or from above their reviewer."""
    others = Appraisal.person_id.is_distinct_from(reader.person_id)
    if RoleName.HR in reader.roles:
        return others
    reviewed_by_another = Appraisal.reviewer_id.is_distinct_from(reader.person_id)
    return _under(reader) & others & reviewed_by_another if reader.person_id is not None else false()


def _former(reader: Reader) -> ColumnElement[bool]:
    rows = select(AppraisalReviewer.appraisal_id).where(AppraisalReviewer.reviewer_id == reader.person_id)
    return Appraisal.id.in_(rows)


def find(session: Session, reader: Reader, period: str, code: str) -> Appraisal:
    """The appraisal of a person in a period, with person and round, if it exists for the reader."""
    query = with_person().where(readable(reader), Round.period == period, Person.code == code)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(N_("there is no appraisal of %(code)s in %(period)s"), code=code, period=period)
    return found


def own(session: Session, reader: Reader) -> list[Appraisal]:
    """The reader's own, newest first."""
    if reader.person_id is None:
        return []
    return list(session.scalars(with_person().where(_own(reader)).order_by(Round.period.desc())))


def team(session: Session, reader: Reader, period: str) -> list[Appraisal]:
    """Those whom the reader reviews or stands above, by code; everybody for HR. One statement."""
    whose = true() if reader.reads_everything else led_by(reader)
    query = with_person().where(whose, Round.period == period)
    return list(session.scalars(query.order_by(Person.code)))


def with_person() -> Select[Appraisal]:
    return (
        select(Appraisal)
        .join(Appraisal.round)
        .join(Person, Person.id == Appraisal.person_id)
        .options(contains_eager(Appraisal.round), contains_eager(Appraisal.person))
    )


def relations(session: Session, reader: Reader, appraisal: Appraisal) -> frozenset[Relation]:
    """All that the reader is to it. On his own appraisal he is nothing but the person, whatever his account may do."""
    if reader.person_id == appraisal.person_id:
        return frozenset({Relation.PERSON})
    found = {Relation.HR} if reader.reads_everything else set()
    if RoleName.AUDITOR in reader.roles:
        found.add(Relation.AUDITOR)
    if reader.person_id is not None:
        found |= _by_line(session, reader.person_id, appraisal)
    if appraisal.reviewer_id is None and Relation.HR in found:
        found.add(Relation.REVIEWER)  # nobody stood above him: HR reviews
    return frozenset(found)


def _by_line(session: Session, person_id: int, appraisal: Appraisal) -> set[Relation]:
    found = {Relation.REVIEWER} if appraisal.reviewer_id == person_id else set()
    if session.get(AppraisalLine, (appraisal.id, person_id)):
        found.add(Relation.LINE)
    own = (AppraisalReviewer.appraisal_id == appraisal.id) & (AppraisalReviewer.reviewer_id == person_id)
    for row in session.scalars(select(AppraisalReviewer).where(own)):
        found |= {Relation.CONTRIBUTOR} if row.contributes else set()
        found |= {Relation.FORMER_REVIEWER} if row.reason or not row.contributes else set()
    return found - ({Relation.FORMER_REVIEWER} if Relation.REVIEWER in found else set())


def reads_figures(relations: frozenset[Relation]) -> bool:
    """Targets, actuals, goals and the status of months, in every state."""
    return bool(relations & (READS_COMPUTED | {Relation.PERSON}))


def reads_result(relations: frozenset[Relation], state: AppraisalState) -> bool:
    """The total with its derivation, and all versions: the person once he was told, others also before."""
    if Relation.PERSON in relations:
        return state in TOLD
    return bool(relations & (READS_COMPUTED if state in BEFORE_CONFIRMATION else READS_VERSIONS))


def reads_log(relations: frozenset[Relation]) -> bool:
    """Its moves and who reviewed, without a figure."""
    return bool(relations)
