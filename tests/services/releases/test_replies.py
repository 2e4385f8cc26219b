"""An objection to a report reaches the manager and HR by mail, without its words or its author's name."""

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.appraisals import ReplyKind
from feedback.models.campaigns import Campaign, Subject
from feedback.models.mail import Mail, MailKind
from feedback.models.people import Person
from feedback.services.accounts import accounts
from feedback.services.mail import mail_sending
from feedback.services.mail.mail_sending import PostOffice
from feedback.services.releases import releases, replies
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
