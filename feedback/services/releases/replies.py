"""What people say to the reports on themselves: read and accepted, or objected to. Once to each release.

An objection is a task of HR and of the manager until one of them has answered it, also when the report is corrected.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, contains_eager

from feedback.models.accounts import Role, RoleName, User
from feedback.models.appraisals import ReplyKind, ReportReply
from feedback.models.campaigns import Campaign, Subject
from feedback.models.mail import MailKind
from feedback.models.people import Person
from feedback.models.results import ReleasedReport
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ground import audit, campaign_codes, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import outbox
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from forms.text_lengths import LONGEST_REPLY
from forms.words import N_

WITH_NAMES = (contains_eager(Subject.campaign), contains_eager(Subject.person))


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


def of_subjects(session: Session, subjects: Sequence[Subject]) -> Mapping[int, list[ReportReply]]:
    """By subject: what he said to each release, to the last one first."""
    said: dict[int, list[ReportReply]] = defaultdict(list)
    query = select(ReportReply).where(ReportReply.subject_id.in_([subject.id for subject in subjects]))
    for each in session.scalars(query.order_by(ReportReply.version.desc())):
        said[each.subject_id].append(each)
    return said


def unanswered(session: Session, reader: Reader) -> list[tuple[Campaign, int]]:
    """How many objections wait for the reader or a colleague of his to answer them, by campaign, newest first."""
    query = (
        select(Campaign, func.count())
        .join(Subject, Subject.campaign_id == Campaign.id)
        .join(ReportReply, ReportReply.subject_id == Subject.id)
        .where(_waits(), reading_rights.may_answer(reader))
        .group_by(Campaign.id)
        .order_by(Campaign.id.desc())
    )
    return [(campaign, number) for campaign, number in session.execute(query)]


def _waits() -> ColumnElement[bool]:
    return and_(ReportReply.kind == ReplyKind.OBJECTED, ReportReply.answer.is_(None))


def find_objection(session: Session, reader: Reader, campaign: str, person: str, version: int) -> ReportReply:
    """One that the reader may answer, answered or not."""
    query = (
        select(ReportReply)
        .join(ReportReply.subject)
        .join(Subject.campaign)
        .join(Subject.person)
        .options(contains_eager(ReportReply.subject).options(*WITH_NAMES))
        .where(
            Campaign.code == campaign_codes.stored(session, campaign),
            Person.code == person,
            ReportReply.version == version,
            ReportReply.kind == ReplyKind.OBJECTED,
            reading_rights.may_answer(reader),
        )
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(N_("there is no such objection"))
    return found


def answer(session: Session, objection: ReportReply, words: str, *, actor: str, now: datetime) -> None:
    """The person reads the words; the audit log says only that there are some."""
    words = words.strip()
    if not words:
        raise NotPossible(N_("an answer needs words that the person reads"))
    if len(words) > LONGEST_REPLY:
        raise NotPossible(N_("a reply has at most %(limit)s characters"), limit=LONGEST_REPLY)
    row_locks.hold_row(session, objection)  # the second of two answers finds the first
    if objection.answer is not None:
        raise NotPossible(N_("%(who)s has answered this objection already"), who=objection.answered_by or "")
    objection.answer, objection.answered_by, objection.answered_at = words, actor, now
    subject = objection.subject
    target = f"{subject.campaign.code}/{subject.person.code}"
    audit.record(session, "objection answered", target, actor=actor, now=now, version=objection.version)


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
