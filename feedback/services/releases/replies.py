"""What people say to the reports on themselves: read and accepted, or objected to. Once to each release."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from feedback.models.accounts import Role, RoleName, User
from feedback.models.appraisals import ReplyKind, ReportReply
from feedback.models.campaigns import Subject
from feedback.models.mail import MailKind
from feedback.models.results import ReleasedReport
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import outbox
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from forms.text_lengths import LONGEST_REPLY
from forms.words import N_


def newest_version(session: Session, subject: Subject) -> int:
    """Of the released reports on a subject. Raises NotFound before the release."""
    query = select(func.max(ReleasedReport.version)).where(ReleasedReport.subject_id == subject.id)
    version = session.scalar(query)
    if version is None:
        raise NotFound(N_("this report is not released"))
    return version


def to_report(session: Session, subject: Subject) -> tuple[Report, ReportReply | None]:
    """The report with what its subject said to it: as released in one statement, or else as it stands."""
    said = and_(
        ReportReply.subject_id == ReleasedReport.subject_id, ReportReply.version == ReleasedReport.version
    )
    query = select(ReleasedReport.document, ReportReply).outerjoin(ReportReply, said)
    query = query.where(ReleasedReport.subject_id == subject.id).order_by(ReleasedReport.version.desc())
    found = session.execute(query.limit(1)).one_or_none()
    if found is None:
        return reports.of_subject(session, subject), None
    document, reply = found
    return Report.from_document(document), reply


def newest(session: Session, subjects: Sequence[Subject]) -> dict[int, ReportReply]:
    """By subject: the reply to the newest release, where there is one."""
    last = func.max(ReleasedReport.version)
    versions = select(ReleasedReport.subject_id, last.label("version")).group_by(ReleasedReport.subject_id)
    released = versions.where(ReleasedReport.subject_id.in_([subject.id for subject in subjects])).subquery()
    query = select(ReportReply).join(
        released,
        (released.c.subject_id == ReportReply.subject_id) & (released.c.version == ReportReply.version),
    )
    return {reply.subject_id: reply for reply in session.scalars(query)}


def reply(
    session: Session, subject: Subject, kind: ReplyKind, text: str, *, actor: str, now: datetime
) -> None:
    """The audit log says that somebody replied, not with which words."""
    text = text.strip()
    if kind is ReplyKind.OBJECTED and not text:
        raise NotPossible(N_("an objection needs words: what should be looked at again?"))
    if len(text) > LONGEST_REPLY:
        raise NotPossible(N_("a reply has at most %(limit)s characters"), limit=LONGEST_REPLY)
    row_locks.hold_row(session, subject.campaign)  # two replies at once come one after the other
    version = newest_version(session, subject)
    if session.get(ReportReply, (subject.id, version)):
        raise NotPossible(N_("you have replied to this report already"))
    session.add(ReportReply(subject_id=subject.id, version=version, kind=kind, text=text, at=now))
    target = f"{subject.campaign.code}/{subject.person.code}"
    act = "report acknowledged" if kind is ReplyKind.ACKNOWLEDGED else "report objected"
    audit.record(session, act, target, actor=actor, now=now, version=version)
    if kind is ReplyKind.OBJECTED:
        _tell(session, subject, now=now)


def _tell(session: Session, subject: Subject, *, now: datetime) -> None:
    """A mail to the manager of the release and to HR that there is something to read; not what, and not by whom."""
    of_hr = select(User).where(User.active, User.roles.any(Role.name == RoleName.HR))
    office = session.scalars(of_hr).unique().all()
    people = [person for person in (subject.manager, *(user.person for user in office)) if person]
    told = {person for person in people if person.active and person is not subject.person}
    offices = {user.email for user in office if user.person is None} - {person.email for person in told}
    outbox.owe_to_people(session, MailKind.OBJECTION, subject.campaign, told, offices=offices, now=now)
