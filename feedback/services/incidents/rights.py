"""Who may do what about an incident. The accused sees nothing of it before it is confirmed, whatever his roles."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName, User
from feedback.models.incidents import Incident, IncidentStep
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader
from feedback.services.goals import teams
from feedback.services.ground.errors import NotFound, NotPossible
from forms.words import N_

DECIDING = frozenset({RoleName.COMPLIANCE, RoleName.HR})
READING = DECIDING | {RoleName.AUDITOR}


@dataclass(frozen=True)
class Acting:
    """An account at work at some moment; shell: who typed it, where the account was named on the command line."""

    email: str
    reader: Reader
    now: datetime
    shell: str | None = None

    @classmethod
    def of(cls, user: User, now: datetime, shell: str | None = None) -> "Acting":
        return cls(user.email, Reader(user.person_id, user.role_names), now, shell)

    @property
    def actor(self) -> str:
        """Whom the audit log names: whose hands it was, and for which account."""
        return f"{self.shell} for {self.email}" if self.shell else self.email

    @property
    def decides(self) -> bool:
        return bool(self.reader.roles & DECIDING)

    def did(self, step: IncidentStep) -> bool:
        """Whether a step was this account's, or typed by the same hands."""
        return step.actor == self.email or (self.shell is not None and step.shell == self.shell)


def shown_to(reader: Reader, email: str) -> ColumnElement[bool]:
    """As a condition on Incident: everything for those who decide or audit, their own reports for managers; never what
    is about oneself."""
    others = Incident.person_id != reader.person_id if reader.person_id is not None else true()
    if reader.roles & READING:
        return others
    return others & (Incident.reported_by == email) if RoleName.MANAGER in reader.roles else false()


def find(session: Session, reader: Reader, email: str, incident_id: int) -> Incident:
    found = session.scalar(select(Incident).where(Incident.id == incident_id, shown_to(reader, email)))
    if found is None:
        raise NotFound(N_("there is no such incident"))
    return found


def person_to_report(session: Session, reader: Reader, code: str) -> Person:
    """Anybody else for those who decide; for managers somebody of their team."""
    person = session.scalar(select(Person).where(Person.code == code))
    if person is not None and person.id == reader.person_id:
        raise _about_yourself()
    if person is None or not _may_report(session, reader, person):
        raise NotFound(N_("there is no person %(code)s"), code=code)
    return person


def _may_report(session: Session, reader: Reader, person: Person) -> bool:
    if reader.roles & DECIDING:
        return True
    return reader.leads and reader.person_id is not None and teams.leads(session, reader.person_id, person.id)


def require_deciding(incident: Incident, by: Acting) -> None:
    if incident.person_id == by.reader.person_id:
        raise _about_yourself()
    if not by.decides:
        raise NotPossible(N_("only compliance and HR decide on incidents"))


def require_another(step: IncidentStep, by: Acting, sentence: str) -> None:
    """Two steps, two people."""
    if step.actor == by.email:
        raise NotPossible(sentence)
    if by.did(step):
        raise NotPossible(N_("%(shell)s typed the other step: it takes another person"), shell=by.shell)


def _about_yourself() -> NotPossible:
    return NotPossible(N_("this is about yourself; another HR account has to do it"))
