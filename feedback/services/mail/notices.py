"""What people are told of their appraisals by mail: noted when it happens, and sent as the lines of one letter a day.

A line names a period and perhaps a deadline; no score, and nobody. What is over by the time of sending is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session, joinedload

from feedback.models.accounts import Role, RoleName, User
from feedback.models.mail import Mail, MailKind
from feedback.models.notices import Notice, NoticeKind
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.ground import row_locks
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.mail import outbox
from feedback.services.mail.letters import gettext
from forms.words import N_

LINES = {
    NoticeKind.TARGETS_TO_AGREE: N_("%(period)s: there are targets to agree"),
    NoticeKind.GOALS_TO_AGREE: N_("%(period)s: there are goals to agree"),
    NoticeKind.FIGURES_DUE: N_("%(period)s: the figures are due on %(day)s"),
    NoticeKind.REVIEW_DUE: N_("%(period)s: there are reviews to write"),
    NoticeKind.CONTRIBUTION_ASKED: N_("%(period)s: you are asked what you know of somebody whom you led"),
    NoticeKind.REVIEWER_CHANGED: N_("%(period)s: the reviewer of an appraisal that concerns you has changed"),
    NoticeKind.INTERVIEW_TO_CONFIRM: N_("%(period)s: an interview was recorded; please confirm it"),
    NoticeKind.APPRAISAL_READY: N_("%(period)s: your appraisal is ready; you can reply until %(day)s"),
    NoticeKind.TIME_TO_OBJECT_ENDS: N_("%(period)s: the time to reply to your appraisal ends on %(day)s"),
    NoticeKind.OBJECTION_RECEIVED: N_("%(period)s: your objection was received; it is answered by %(day)s"),
    NoticeKind.OBJECTION_TO_ANSWER: N_("%(period)s: there is an objection to answer by %(day)s"),
    NoticeKind.OBJECTION_ANSWERED: N_("%(period)s: your objection is answered"),
    NoticeKind.PLAN_PUBLISHED: N_("%(period)s: a plan was agreed for you; please look at it"),
    NoticeKind.FOLLOW_UP_DUE: N_("%(period)s: a plan is looked at on %(day)s"),
    NoticeKind.FOLLOW_UP_OVERDUE: N_("%(period)s: a plan should have been looked at on %(day)s"),
    NoticeKind.MEASURE_DUE: N_("%(period)s: a measure about a dimension is due on %(day)s"),
    NoticeKind.MEASURE_OVERDUE: N_("%(period)s: a measure about a dimension was due on %(day)s"),
}
# In which states of the appraisal a line still has something to say; the others always have.
STILL = {
    NoticeKind.REVIEW_DUE: (AppraisalState.RUNNING, AppraisalState.COMPUTED),
    NoticeKind.CONTRIBUTION_ASKED: (AppraisalState.RUNNING, AppraisalState.COMPUTED),
    NoticeKind.APPRAISAL_READY: (AppraisalState.NOTIFIED,),
    NoticeKind.TIME_TO_OBJECT_ENDS: (AppraisalState.NOTIFIED,),
    NoticeKind.OBJECTION_TO_ANSWER: (AppraisalState.OBJECTED,),
}


@dataclass(frozen=True)
class Telling:
    """One thing that one recipient is told once: a person, or an account that belongs to none."""

    kind: NoticeKind
    occasion: str
    period: str
    day: date | None = None
    appraisal_id: int | None = None
    person_id: int | None = None
    user_id: int | None = None

    @property
    def key(self) -> tuple[int | None, int | None, str, str]:
        return self.person_id, self.user_id, self.kind, self.occasion


def owe(
    session: Session,
    kind: NoticeKind,
    appraisal: Appraisal,
    people: Collection[int],
    *,
    occasion: str,
    now: datetime,
    day: date | None = None,
    offices: Collection[User] = (),
) -> None:
    """A line about one appraisal to people, and to accounts of an office other than the person's own."""
    about = (kind, occasion, appraisal.round.period, day, appraisal.id)
    tellings = [Telling(*about, person_id=person_id) for person_id in people]
    tellings += [
        Telling(*about, person_id=user.person_id, user_id=None if user.person_id else user.id)
        for user in offices
        if user.person_id != appraisal.person_id
    ]
    note(session, tellings, now=now)


def note(session: Session, tellings: Iterable[Telling], *, now: datetime) -> int:
    """Two statements, however many; what was told already is left out. Returns how many are new."""
    wanted = {telling.key: telling for telling in tellings}
    occasions = {telling.occasion for telling in wanted.values()}
    if not occasions:
        return 0
    columns = (Notice.person_id, Notice.user_id, Notice.kind, Notice.occasion)
    known = {tuple(row) for row in session.execute(select(*columns).where(Notice.occasion.in_(occasions)))}
    rows = [vars(telling) | {"at": now} for key, telling in wanted.items() if key not in known]
    if rows:
        session.execute(insert(Notice), rows)
    return len(rows)


def hr_accounts(session: Session) -> list[User]:
    """The active accounts of HR."""
    of_hr = select(User).where(User.active, User.roles.any(Role.name == RoleName.HR))
    return list(session.scalars(of_hr).unique())


def collect(session: Session, *, now: datetime, today: date) -> int:
    """Make the letters of those who have had none today. Returns how many are owed."""
    row_locks.hold(session, Notice)  # or two who look at once would owe two letters
    had = select(Notice.person_id, Notice.user_id).where(Notice.mailed_on == today)
    served = {tuple(row) for row in session.execute(had)}
    letters: dict[tuple[int | None, int | None], list[Notice]] = {}
    for notice in session.scalars(_waiting()).unique():
        place = (notice.person_id, notice.user_id)
        if place not in served:
            letters.setdefault(place, []).append(notice)
    for notices in letters.values():
        _send(session, notices, now=now, today=today)
    if letters:
        session.info[outbox.OWED] = True
    return len(letters)


def _waiting() -> Select[Notice]:
    """Of those who can be reached."""
    reachable = Notice.person.has(Person.active & Person.email.is_not(None)) | Notice.user.has(User.active)
    query = select(Notice).where(Notice.mailed_on.is_(None), reachable).order_by(Notice.id)
    return query.options(joinedload(Notice.user))


def _send(session: Session, notices: list[Notice], *, now: datetime, today: date) -> None:
    first = notices[0]
    address = first.user.email if first.user else None
    mail = Mail(kind=MailKind.APPRAISAL, person_id=first.person_id, address=address, due_at=now)
    session.add(mail)
    session.flush()
    session.execute(
        update(Notice)
        .where(Notice.id.in_([notice.id for notice in notices]))
        .values(mail_id=mail.id, mailed_on=today)
    )


def lines(notices: Iterable[Notice], language: str) -> tuple[str, ...]:
    """What a letter says; the same line, as of several people to review, once."""
    said = (_line(notice, language) for notice in notices if _has_something_to_say(notice))
    return tuple(dict.fromkeys(said))


def _has_something_to_say(notice: Notice) -> bool:
    states = STILL.get(NoticeKind(notice.kind))
    return states is None or notice.appraisal is None or notice.appraisal.state in states


def _line(notice: Notice, language: str) -> str:
    day = format_date(notice.day, "long", LOCALE_OF[language]) if notice.day else ""
    return gettext(language, LINES[NoticeKind(notice.kind)], period=notice.period, day=day)


def example_lines(language: str, day: date) -> tuple[str, ...]:
    facts: Mapping[str, object] = {"period": "2026Q4", "day": format_date(day, "long", LOCALE_OF[language])}
    kinds = (NoticeKind.APPRAISAL_READY, NoticeKind.FOLLOW_UP_DUE)
    return tuple(gettext(language, LINES[kind], **facts) for kind in kinds)
