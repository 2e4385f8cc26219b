"""An objection to a report reaches the manager and HR by mail, without its words or its author's name, and is a task
of theirs until it is answered.
"""

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.appraisals import ReplyKind, ReportReply
from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign, Subject
from feedback.models.mail import Mail, MailKind
from feedback.models.people import Person
from feedback.services.accounts import accounts
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.mail import mail_sending
from feedback.services.mail.mail_sending import PostOffice
from feedback.services.releases import releases, replies
from forms.text_lengths import LONGEST_REPLY
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.post import Clock, Post

WORDS = "The sales figure is of another region."


@pytest.fixture
def subject(office: Office) -> Subject:
    """Led by a manager; there are an HR account of a person, one of nobody, and one that is disabled."""
    campaign: Campaign = office.open({"client": 3})
    subject = campaign.subjects[0]
    subject.person.manager = office.person("BOSS", email="boss@example.com")
    for email, person in (("hr@example.com", None), ("anna@example.com", "ANNA"), ("old@example.com", None)):
        if person:
            office.person(person, email=email)
            office.session.flush()
        user = accounts.create(office.session, email, None, RoleName.HR, person=person, actor=ACTOR, now=NOW)
        user.active = email != "old@example.com"
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    return subject


def reply(office: Office, subject: Subject, kind: ReplyKind) -> None:
    replies.reply(office.session, subject, kind, WORDS, actor="p@example.com", now=AFTER)
    office.session.commit()


def told(office: Office) -> set[str]:
    owed = office.session.scalars(select(Mail).where(Mail.kind == MailKind.OBJECTION))
    return {mail.person.email if mail.person else mail.address for mail in owed}


def test_an_objection_is_told_to_the_manager_and_to_every_hr_account_once(office: Office, subject: Subject):
    reply(office, subject, ReplyKind.OBJECTED)
    assert told(office) == {"boss@example.com", "hr@example.com", "anna@example.com"}


def test_an_acknowledgement_is_told_to_nobody(office: Office, subject: Subject):
    reply(office, subject, ReplyKind.ACKNOWLEDGED)
    assert told(office) == set()


def test_nobody_is_told_of_his_own_objection(office: Office, subject: Subject):
    anna = office.session.scalars(select(Person).where(Person.code == "ANNA")).one()
    subject.person = anna
    reply(office, subject, ReplyKind.OBJECTED)
    assert told(office) == {"boss@example.com", "hr@example.com"}


def test_the_mail_holds_a_link_and_neither_the_words_nor_the_name(
    office: Office, subject: Subject, post: Post, post_office: PostOffice, clock: Clock
):
    reply(office, subject, ReplyKind.OBJECTED)
    clock.now = AFTER
    mail_sending.send_due(office.session, post_office)
    texts = {str(mail["To"]): mail.get_body(("plain",)).get_content() for mail in post.sent}
    objections = {address: text for address, text in texts.items() if "/releases/2026Q4" in text}
    assert objections.keys() == {"boss@example.com", "hr@example.com", "anna@example.com"}
    for text in objections.values():
        assert WORDS not in text and subject.person.name not in text


HR = Reader(None, frozenset({RoleName.HR}))


def objection(office: Office, subject: Subject) -> ReportReply:
    reply(office, subject, ReplyKind.OBJECTED)
    return office.session.scalars(select(ReportReply).where(ReportReply.subject_id == subject.id)).one()


def waiting(office: Office, reader: Reader) -> list[tuple[str, int]]:
    return [(campaign.code, number) for campaign, number in replies.unanswered(office.session, reader)]


def of_manager(person: Person) -> Reader:
    return Reader(person.id, frozenset({RoleName.MANAGER}))


def test_an_objection_waits_for_hr_and_for_the_manager_of_the_release_until_it_is_answered(
    office: Office, subject: Subject
):
    boss, newer = subject.person.manager, office.person("NEWER")
    found = objection(office, subject)
    subject.person.manager = newer
    office.session.commit()
    assert waiting(office, HR) == waiting(office, of_manager(boss)) == [("2026Q4", 1)]
    assert waiting(office, of_manager(newer)) == []
    replies.answer(office.session, found, "It is of the right region.", actor="boss@example.com", now=AFTER)
    assert waiting(office, HR) == waiting(office, of_manager(boss)) == []


def test_a_correction_for_another_reason_leaves_the_objection_waiting(office: Office, subject: Subject):
    objection(office, subject)
    subject.person.name_en = "Another Name"
    releases.correct(office.session, subject.campaign, "a name", actor=ACTOR, now=AFTER)
    assert waiting(office, HR) == [("2026Q4", 1)]


def test_an_acknowledgement_waits_for_nobody(office: Office, subject: Subject):
    reply(office, subject, ReplyKind.ACKNOWLEDGED)
    assert waiting(office, HR) == []


def test_nobody_answers_his_own_objection(office: Office, subject: Subject):
    objection(office, subject)
    himself = Reader(subject.person_id, frozenset({RoleName.HR, RoleName.MANAGER}))
    assert waiting(office, himself) == []
    with pytest.raises(NotFound):
        replies.find_objection(office.session, himself, "2026Q4", subject.person.code, 1)
    assert replies.find_objection(office.session, HR, "2026Q4", subject.person.code, 1).text == WORDS


@pytest.mark.parametrize(
    ("words", "refused"), [(" \n", "needs words"), ("x" * (LONGEST_REPLY + 1), "at most 2000 characters")]
)
def test_an_answer_has_words_and_not_too_many(office: Office, subject: Subject, words: str, refused: str):
    found = objection(office, subject)
    with pytest.raises(NotPossible, match=refused):
        replies.answer(office.session, found, words, actor=ACTOR, now=AFTER)
    assert waiting(office, HR) == [("2026Q4", 1)]


def test_an_objection_is_answered_once_and_the_log_has_the_act_without_its_words(
    office: Office, subject: Subject
):
    found = objection(office, subject)
    replies.answer(office.session, found, "Looked at again.", actor=ACTOR, now=AFTER)
    with pytest.raises(NotPossible, match=f"{ACTOR} has answered"):
        replies.answer(office.session, found, "Not at all.", actor="boss@example.com", now=AFTER)
    assert (found.answer, found.answered_by, found.answered_at) == ("Looked at again.", ACTOR, AFTER)
    entry = office.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and (entry.act, entry.actor, entry.detail) == ("objection answered", ACTOR, {"version": 1})
