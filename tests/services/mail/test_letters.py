import email
import email.policy
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.models.mail import MailKind
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.mail import mail_sending, mail_templates
from feedback.services.mail.letterhead import Letterhead
from feedback.services.mail.letters import compose, message
from feedback.services.mail.mail_sending import PostOffice
from feedback.services.mail.mail_templates import PLACEHOLDERS, MailWording
from tests.factories import NOW, Office
from tests.post import Post

LANGUAGES = ("zh", "en")
WORDING = MailWording("About {campaign}", "Dear {rater},\n\n{tasks}\n\n{link}\n\nUntil {closes_at}.")


def parts(mail: email.message.EmailMessage) -> tuple[str, str]:
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    return plain.get_content(), html.get_content()


@pytest.mark.parametrize("kind", list(PLACEHOLDERS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_text_is_free_of_faults_and_names_nobody_in_its_subject(kind: MailKind, language: str):
    wording = mail_templates.shipped(kind, language)
    assert mail_templates.faults(kind, wording) == []
    assert not {"rater", "person", "tasks", "link"} & set(re.findall(r"\{(\w+)\}", wording.subject))


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("Hello {rater}", "{link}", "{rater} is not a placeholder here"),
        ("Hello", "{link} {colour}", "{colour} is not a placeholder here. Possible: {rater}"),
        ("Hello", "come here", "{link} is missing"),
        ("Hello", "{link} {", "stands alone"),
        ("Hello", "{link} {{rater}}", "stands alone"),
        ("Hello", "{link} {link.__class__}", "is not a placeholder"),
        ("Hello", "{link} {0}", "is not a placeholder"),
        ("Hello", "{link} {}", "is not a placeholder"),
    ],
)
def test_a_text_with_a_fault_is_refused_in_words(subject: str, body: str, said: str):
    found = mail_templates.faults(MailKind.INVITATION, MailWording(subject, body))
    assert said in " ".join(
        fault.sentence % fault.facts if fault.facts else fault.sentence for fault in found
    )


@given(st.text(), st.text())
def test_a_value_that_looks_like_a_placeholder_or_markup_stays_what_it_is(name: str, title: str):
    values = {"rater": name, "campaign": title, "link": "https://x.example/s/1", "closes_at": "today"}
    letter = compose(WORDING, "en", values, ("{link}", "<b>x</b>"))
    assert "- {link}\n- <b>x</b>" in letter.plain
    assert "<b>" not in letter.html


@given(st.text())
def test_no_name_or_title_can_add_a_header(text: str):
    values = {"rater": text, "campaign": text, "link": "https://x.example/s/1", "closes_at": text}
    letter = compose(WORDING, "en", values)
    mail = message(letterhead_without_keys(), letter, "a@example.com", "<1@x.example>", now=NOW)
    read = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    assert read.keys() == mail.keys()
    assert set(read.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
        *("MIME-Version", "Content-Type", "Content-Language"),
    }


def letterhead_without_keys() -> Letterhead:
    return Letterhead("https://x.example", "f@x.example", "s", ZoneInfo("UTC"), None, None)


def test_a_mail_is_in_the_language_of_its_reader_as_far_as_the_campaign_speaks_it(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    plan = office.plan({"client": 2})
    chinese, english = (request.rater for request in plan.requests)
    english.language = "en"
    campaign = open_plan(office, session, plan)
    mail_sending.send_due(session, post_office)
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in post.sent}
    assert subjects == {
        chinese.email: f"诚邀您反馈：{campaign.title_zh}",
        english.email: f"Your feedback is wanted: {campaign.title_en}",
    }


def open_plan(office: Office, session: Session, plan: CampaignPlan) -> Campaign:
    campaign = campaigns.create(session, plan, actor="hr", now=NOW)
    campaigns.open(session, office.custody, campaign, actor="hr", now=NOW)
    session.commit()
    return campaign


def test_a_campaign_in_one_language_writes_to_everybody_in_it(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    campaign = office.open({"client": 2})
    campaign.languages = "en"
    session.commit()
    mail_sending.send_due(session, post_office)
    assert {str(mail["Subject"]) for mail in post.sent} == {f"Your feedback is wanted: {campaign.title_en}"}


def test_what_is_promised_is_true_for_the_reader_s_role(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    campaign = office.open({"client": 1, "supervisor": 1, "self": 1})
    campaign.languages = "en"
    session.commit()
    mail_sending.send_due(session, post_office)
    texts = [parts(mail)[0] for mail in post.sent]
    assert sum("Your answers are anonymous" in text for text in texts) == 1
    assert sum("can be recognised as yours" in text for text in texts) == 1
    assert sum("Your self-assessment is shown as yours" in text for text in texts) == 1


def test_a_mail_loads_nothing_from_outside_and_says_that_a_machine_wrote_it(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    office.open({"client": 1})
    mail_sending.send_due(session, post_office)
    mail = post.sent[0]
    _, html = parts(mail)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not re.search(r"<img|src=|url\(|@import|<link|<script| style=", html)
    assert set(re.findall(r"https?://[^/\"<]+", html)) == {"https://feedback.example.com"}


def test_an_address_with_a_chinese_domain_is_written_as_the_wire_wants_it(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    plan = office.plan({"client": 1})
    plan.requests[0].rater.email = "chen@例子.中国"
    open_plan(office, session, plan)
    mail_sending.send_due(session, post_office)
    assert post.recipients == ["chen@xn--fsqu00a.xn--fiqs8s"]


def test_own_wording_is_used_from_the_next_mail_on_and_the_log_holds_both(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    office.open({"client": 1})
    wording = MailWording("请评价", "{rater}：{link}")
    mail_templates.save(session, MailKind.INVITATION, "zh", wording, actor="hr", now=NOW)
    session.commit()
    mail_sending.send_due(session, post_office)
    assert post.sent[0]["Subject"] == "请评价"
    mail_templates.reset(session, MailKind.INVITATION, "zh", actor="hr", now=NOW)
    session.commit()
    saved, reset = (
        session.query(AuditEntry).filter(AuditEntry.act.like("mail template%")).order_by(AuditEntry.id)
    )
    assert saved.detail["after"] == vars(wording) == reset.detail["before"]
    assert (
        saved.detail["before"]
        == reset.detail["after"]
        == vars(mail_templates.shipped(MailKind.INVITATION, "zh"))
    )


def test_message_ids_differ_between_waves_and_not_between_attempts(office: Office, post_office: PostOffice):
    head = post_office.letterhead
    assert head.message_id("a", "invitation", 0) == head.message_id("a", "invitation", 0)
    assert head.message_id("a", "invitation", 0) != head.message_id("a", "invitation", 1)
    assert re.fullmatch(r"<[0-9a-f]{40}@feedback\.example\.com>", head.message_id("a"))


def test_who_is_asked_about_one_person_can_decline_from_his_mail_program(
    office: Office, session: Session, post: Post, post_office: PostOffice
):
    office.open({"client": 1})
    mail_sending.send_due(session, post_office)
    link = re.search(r"https://\S+", parts(post.sent[0])[0])[0]
    assert post.sent[0]["List-Unsubscribe"] == f"<{link}/1/decline>"
