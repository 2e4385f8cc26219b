"""Who acts, and for whom: a manager names a deputy from one day to another, and what the deputy does says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from feedback.models.accounts import RoleName, User
from feedback.models.decisions import Deputy
from feedback.models.people import Person
from feedback.models.rounds import Appraisal
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import moves, rights
from feedback.services.appraisals.moves import Mover
from feedback.services.appraisals.rights import Relation
from feedback.services.ground import audit, days
from feedback.services.ground.days import WorkingDays
from feedback.services.ground.errors import ABOUT_YOURSELF, NotFound, NotPossible
from forms.words import N_


@dataclass(frozen=True)
class Decider:
    """Who decides something, and when, by the calendar of the company."""

    mover: Mover
    now: datetime
    zone: ZoneInfo
    calendar: WorkingDays = field(default=WorkingDays())

    @property
    def name(self) -> str:
        return self.mover.name

    @property
    def reader(self) -> Reader:
        return self.mover.reader

    @property
    def person_id(self) -> int | None:
        return self.mover.reader.person_id

    @property
    def today(self) -> date:
        return days.day_of(self.now, self.zone)

    def deadline(self, working_days: int) -> date:
        return self.calendar.after(self.today, working_days)


SEPARATOR = " for "  # between who typed a command and the account that answers for it


def account_of(name: str) -> str:
    return name.rpartition(SEPARATOR)[2]


def is_same(one: str, other: str) -> bool:
    """Whether two names of the log are the same account, or typed by the same hands."""
    hands = one.partition(SEPARATOR)[0], other.partition(SEPARATOR)[0]
    typed = SEPARATOR in one and SEPARATOR in other and hands[0] == hands[1]
    return typed or account_of(one) == account_of(other)


def appoint(
    session: Session, manager: Person, deputy: Person, starts: date, ends: date, by: Decider
) -> Deputy:
    """The manager himself, or HR for him."""
    if by.person_id != manager.id and RoleName.HR not in by.reader.roles:
        raise NotPossible(moves.NOT_YOURS)
    if manager.id == deputy.id:
        raise NotPossible(N_("nobody is his own deputy"))
    if ends < starts or ends < by.today:
        raise NotPossible(N_("a deputy acts from one day to a later one, and not in the past"))
    row = Deputy(
        manager_id=manager.id, deputy_id=deputy.id, starts=starts, ends=ends, at=by.now, actor=by.name
    )
    session.add(row)
    session.flush()
    until = {"deputy": deputy.code, "starts": starts.isoformat(), "ends": ends.isoformat()}
    audit.record(session, "deputy named", manager.code, actor=by.name, now=by.now, after=until)
    return row


def end(session: Session, deputy: Deputy, by: Decider) -> None:
    """From tomorrow on, or altogether if it has not begun."""
    if by.person_id != deputy.manager_id and RoleName.HR not in by.reader.roles:
        raise NotPossible(moves.NOT_YOURS)
    before = {"deputy": deputy.deputy.code, "ends": deputy.ends.isoformat()}
    after = {"ends": min(deputy.ends, by.today).isoformat()}
    if deputy.starts > by.today:
        session.delete(deputy)
    else:
        deputy.ends = min(deputy.ends, by.today)
    audit.record(
        session, "deputy ended", deputy.manager.code, actor=by.name, now=by.now, before=before, after=after
    )


def named_by(session: Session, manager_id: int | None, today: date) -> list[Deputy]:
    """Present and future ones, with their names; None: of every manager."""
    query = select(Deputy).where(Deputy.ends >= today)
    if manager_id is not None:
        query = query.where(Deputy.manager_id == manager_id)
    return list(
        session.scalars(
            query.options(joinedload(Deputy.deputy), joinedload(Deputy.manager)).order_by(Deputy.starts)
        )
    )


def find(session: Session, manager_id: int | None, number: int) -> Deputy:
    """Of this manager; None: of any, for HR."""
    row = session.get(Deputy, number)
    if row is None or manager_id not in (None, row.manager_id):
        raise NotFound(N_("there is no such deputy"))
    return row


def principals(session: Session, by: Decider) -> list[Person]:
    """For whom he may act today."""
    if by.person_id is None:
        return []
    query = (
        select(Person)
        .join(Deputy, Deputy.manager_id == Person.id)
        .where(Deputy.deputy_id == by.person_id, Deputy.starts <= by.today, Deputy.ends >= by.today)
        .order_by(Person.code)
    )
    return list(session.scalars(query).unique())


def principal(session: Session, appraisal: Appraisal, by: Decider) -> Person | None:
    """The reviewer for whom he acts on this appraisal; None if he acts for himself."""
    if by.person_id == appraisal.reviewer_id:
        return None
    return next((person for person in principals(session, by) if person.id == appraisal.reviewer_id), None)


def reads_as(session: Session, by: Decider) -> list[Reader]:
    """He himself, and each manager whose deputy he is: as that manager's team reads."""
    managers = [Reader(person.id, frozenset({str(RoleName.MANAGER)})) for person in principals(session, by)]
    return [by.reader, *managers]


def find_appraisal(session: Session, period: str, code: str, by: Decider) -> Appraisal:
    """An appraisal that he may see himself or as a deputy. Raises NotFound."""
    readers = reads_as(session, by)
    for reader in readers[:-1]:
        try:
            return rights.find(session, reader, period, code)
        except NotFound:
            continue
    return rights.find(session, readers[-1], period, code)


def called(session: Session, names: Sequence[str]) -> Mapping[str, str]:
    """How people call whoever the logs name: an account's person by its code, everybody else as he is named."""
    query = select(User).join(User.person).where(User.email.in_({account_of(name) for name in names}))
    accounts = session.scalars(query.options(contains_eager(User.person))).unique()
    codes = {account.email: account.person.code for account in accounts if account.person}
    return {name: codes.get(account_of(name), name) for name in names}


def check_reviewer(session: Session, appraisal: Appraisal, by: Decider) -> Person | None:
    """Whose part it is to write about this person; returns for whom as a deputy. Raises NotPossible."""
    deputised = principal(session, appraisal, by)
    if by.person_id == appraisal.person_id:
        raise NotPossible(moves.HIMSELF)
    found = rights.relations(session, by.reader, appraisal)
    if deputised is None and Relation.REVIEWER not in found:
        raise NotPossible(moves.NOT_YOURS)
    return deputised


def check_hr(appraisal: Appraisal, by: Decider) -> None:
    """HR does nothing on its own appraisal."""
    if by.person_id == appraisal.person_id:
        raise NotPossible(ABOUT_YOURSELF)
    if RoleName.HR not in by.reader.roles:
        raise NotPossible(moves.NOT_YOURS)
