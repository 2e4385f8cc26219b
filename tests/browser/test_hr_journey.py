"""One campaign from the first account to the report, as people do it: real browsers, worker and mail server."""

import email
import email.policy
import re
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Page, expect

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.accounts import accounts
from feedback.services.tables.table_files import spreadsheets
from feedback.settings import Settings
from tests.conftest import DATABASE, settings_in
from tests.factories import ACTOR, NOW
from tests.test_live_server import fetch, filled_form, free_port, post, serving

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PASSWORD = "correct horse battery staple"
WRONG, RIGHT = "chne@client.example", "chen@client.example"
WORDING = "They keep what they promise, and tell us early when they cannot."
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")

PEOPLE = (
    ("code", "name", "email", "language", "department", "level", "manager"),
    ("M01", "Wang Fang", "m01@example.com", "en", "east", "", ""),
    ("A01", "Li Na", "a01@example.com", "en", "east", "senior", "M01"),
    ("A02", "Zhao Lei", "a02@example.com", "en", "east", "senior", "M01"),
    *((f"C0{n}", f"Colleague {n}", f"c0{n}@example.com", "en", "east", "", "M01") for n in (1, 2, 3)),
)
CLIENTS = (
    ("client", "client_name", "account_manager", "contact_name", "email", "language"),
    ("K01", "Nanfang Textiles", "A01", "Chen Wei", WRONG, "en"),
    *(("K01", "Nanfang Textiles", "A01", f"Buyer {n}", f"buyer{n}@client.example", "en") for n in (1, 2, 3)),
    ("K02", "Beihai Foods", "A02", "Sun Li", "sun@client.example", "en"),
)

Found = TypeVar("Found")


@dataclass
class MailServer:
    """Takes everything but the one address that does not exist."""

    letters: dict[str, list[email.message.EmailMessage]] = field(default_factory=lambda: defaultdict(list))

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == WRONG:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters[envelope.rcpt_tos[0]].append(letter)
        return "250 OK"

    def link_to(self, address: str, part: str) -> str:
        """The newest link of a kind that somebody got; waits for the mail."""
        return until(lambda: self._links(address, part), f"a mail with {part} to {address}")[-1]

    def subjects(self, address: str, word: str) -> list[str]:
        return [letter["Subject"] for letter in [*self.letters[address]] if word in letter["Subject"]]

    def _links(self, address: str, part: str) -> list[str]:
        texts = [letter.get_body(("plain",)).get_content() for letter in [*self.letters[address]]]
        return [link for text in texts for link in LINK.findall(text) if part in link]


def until(look: Callable[[], Found], what: str, seconds: float = 60) -> Found:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


@pytest.fixture
def post_office() -> Iterator[tuple[MailServer, int]]:
    server, port = MailServer(), free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server, port
    controller.stop()


@pytest.fixture
def settings(tmp_path: Path, post_office: tuple[MailServer, int]) -> Settings:
    return replace(
        settings_in(tmp_path),
        public_url=f"http://127.0.0.1:{free_port()}",
        mail_url=f"smtp://127.0.0.1:{post_office[1]}",
    )


@dataclass
class Company:
    """Everybody at a browser of his own."""

    url: str
    mail: MailServer
    chromium: Browser

    def browser(self, viewport: dict[str, int]) -> Page:
        page = self.chromium.new_context(viewport=viewport, locale="en-GB").new_page()
        page.set_default_timeout(8000)
        return page

    def sign_in(self, address: str, viewport: dict[str, int] = DESKTOP) -> Page:
        page = self.browser(viewport)
        page.goto(f"{self.url}/sign-in?lang=en")
        page.get_by_label("E-mail address").fill(address)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.url}/")
        return page


@pytest.fixture
def company(
    settings: Settings, migrated_database: Path, post_office: tuple[MailServer, int], chromium: Browser
) -> Iterator[Company]:
    """An installation as new as can be, with one administrator."""
    shutil.copy(migrated_database, settings.data_dir / DATABASE)
    with opened(create_app(settings)):
        accounts.create(db.session(), "admin@example.com", PASSWORD, RoleName.ADMIN, actor=ACTOR, now=NOW)
        db.session.commit()
    with serving(settings, int(settings.public_url.rpartition(":")[2])):
        yield Company(settings.public_url, post_office[0], chromium)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=name).first.click()


def fits(page: Page) -> None:
    """Nothing is cut off, and nobody scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def make_account(company: Company, admin: Page, address: str, *roles: str) -> None:
    admin.goto(f"{company.url}/accounts")
    follow(admin, "New account")
    admin.get_by_label("E-mail address").fill(address)
    for role in roles:
        admin.get_by_label(role, exact=True).check()
    press(admin, "Make the account")
    page = company.browser(DESKTOP)
    page.goto(company.mail.link_to(address, "/password/reset/"))
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.context.close()


def import_table(hr: Page, kind: str, rows: tuple[tuple[str, ...], ...], told: str) -> None:
    data = spreadsheets.write(rows[0], rows[1:], kind)
    kind_of_file = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    hr.locator("input[type=file]").set_input_files(
        {"name": f"{kind}.xlsx", "mimeType": kind_of_file, "buffer": data}
    )
    press(hr, "Show what changes")
    expect(hr.get_by_text("Nothing is stored yet")).to_be_visible()
    expect(hr.locator("main")).to_contain_text(told)
    press(hr, "Import")
    expect(hr.get_by_role("status").first).to_contain_text("added")


def import_company(company: Company, hr: Page) -> None:
    """A new office is led through its first steps by the start page."""
    hr.goto(company.url)
    follow(hr, "Import your people")
    import_table(hr, "people", PEOPLE, "Li Na")
    hr.goto(company.url)
    follow(hr, "Import clients and their contacts")
    import_table(hr, "clients", CLIENTS, "Nanfang Textiles")


def reword_an_item(company: Company, hr: Page) -> None:
    hr.goto(company.url)
    follow(hr, "Look at the questionnaire")
    hr.get_by_role("cell", name="account-manager").first.locator("xpath=..").get_by_role("link").click()
    follow(hr, "Copy as the next version")
    press(hr, "Copy")
    follow(hr, "attitude-1")
    hr.locator("textarea[name='text-en'], input[name='text-en']").first.fill(WORDING)
    press(hr, "Save")
    expect(hr.locator("main")).to_contain_text(WORDING)


def make_campaign(company: Company, hr: Page) -> str:
    hr.goto(company.url)
    follow(hr, "Make the campaign")
    hr.locator("#period").fill("2026Q4")
    assert hr.locator("#questionnaire").input_value() == "account-manager/2"
    press(hr, "Save and go on")
    press(hr, "Save and go on")
    press(hr, "Save")
    expect(hr.get_by_role("heading", name="If it opened now")).to_be_visible()
    follow(hr, "Start the nominations")
    press(hr, "Start the nominations")
    expect(hr.get_by_role("status")).to_contain_text("Nominations are under way")
    return hr.url


def propose_peers(company: Company, subject: str, peers: tuple[str, ...]) -> None:
    page = company.sign_in(subject, PHONE)
    follow(page, "Propose the colleagues")
    for peer in peers:
        page.get_by_label("Name, code or department").fill(peer)
        press(page, "Search")
        press(page, "Propose")
        expect(page.get_by_role("table").first).to_contain_text(peer)
    fits(page)
    page.context.close()


def approve_all(company: Company, proposals: int) -> None:
    page = company.sign_in("m01@example.com")
    follow(page, f"Decide on {proposals} proposed raters")
    team = page.url
    for name in ("Li Na", "Zhao Lei"):
        page.goto(team)
        follow(page, name)
        while page.get_by_role("button", name="Approve").count():
            press(page, "Approve")
    page.context.close()


def answer(page: Page) -> None:
    """Not the same value everywhere: the form would ask for a second look."""
    for place, question in enumerate(page.get_by_role("radiogroup").all()):
        question.get_by_role("radio").nth(3 + place % 2).check(force=True)
    press(page, "Send")


def client_answers_on_a_phone(company: Company) -> None:
    page = company.browser(PHONE)
    page.goto(company.mail.link_to("buyer1@client.example", "/s/"))
    fits(page)
    answer(page)
    expect(page.locator("form")).to_have_count(0)
    fits(page)
    page.context.close()


def colleague_answers_one_and_declines_the_other(company: Company) -> None:
    page = company.browser(PHONE)
    page.goto(company.mail.link_to("c01@example.com", "/s/"))
    follow(page, "Zhao Lei")
    follow(page, "I would rather not answer")
    press(page, "Decline")
    page.goto(company.mail.link_to("c01@example.com", "/s/"))
    expect(page.locator("main")).to_contain_text(WORDING)
    answer(page)
    page.context.close()


def others_answer(company: Company) -> None:
    port = int(company.url.rpartition(":")[2])
    for address in (RIGHT, "buyer2@client.example", "buyer3@client.example", "sun@client.example"):
        link = company.mail.link_to(address, "/s/").removeprefix(company.url)
        assert post(port, filled_form(fetch(port, link)) + b"&told.=same") == 303


def correct_the_address(hr: Page, campaign: str) -> None:
    def refused() -> bool:
        hr.goto(campaign)
        return hr.get_by_text("refused: 1").count() == 1

    until(refused, "the refusal")
    follow(hr, "Deliveries")
    follow(hr, "Chen Wei")
    expect(hr.locator("main")).to_contain_text("no such user")
    hr.get_by_label("E-mail address").fill(RIGHT)
    press(hr, "Correct and send")


def reminding_has_to_wait(hr: Page, campaign: str) -> None:
    hr.goto(campaign)
    follow(hr, "Remind")
    expect(hr.get_by_text("Not now:")).to_contain_text("five days later")
    assert hr.get_by_role("button", name="Send the reminders").count() == 0


def close_and_release(hr: Page, campaign: str) -> None:
    for step in ("Close the campaign", "Release the reports"):
        hr.goto(campaign)
        follow(hr, step)
        press(hr, step)
    expect(hr.get_by_role("status")).to_contain_text("released")


def read_the_report(company: Company) -> None:
    page = company.sign_in("a01@example.com", PHONE)
    follow(page, re.compile("2026Q4"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Li Na")
    expect(page.locator("main")).to_contain_text(re.compile(r"Clients?"))
    fits(page)
    page.context.close()


def test_a_new_office_takes_a_campaign_from_the_first_account_to_the_report(company: Company):
    admin = company.sign_in("admin@example.com")
    make_account(company, admin, "hr@example.com", "Human resources")
    hr = company.sign_in("hr@example.com")
    import_company(company, hr)
    make_account(company, admin, "m01@example.com", "Manager")
    for subject in ("a01@example.com", "a02@example.com"):
        make_account(company, admin, subject, "Employee")
    reword_an_item(company, hr)
    campaign = make_campaign(company, hr)
    propose_peers(company, "a01@example.com", ("Colleague 1", "Colleague 2", "Colleague 3"))
    propose_peers(company, "a02@example.com", ("Colleague 1",))
    approve_all(company, 4)
    hr.goto(campaign)
    follow(hr, "Open the campaign")
    press(hr, "Open the campaign")
    expect(hr.get_by_role("status")).to_contain_text("The campaign is open")
    client_answers_on_a_phone(company)
    colleague_answers_one_and_declines_the_other(company)
    correct_the_address(hr, campaign)
    reminding_has_to_wait(hr, campaign)
    others_answer(company)
    hr.goto(campaign)
    follow(hr, "See the roster")
    expect(hr.locator("main")).to_contain_text("1 declined")
    close_and_release(hr, campaign)
    until(lambda: company.mail.subjects("a01@example.com", "report"), "news of the report")
    read_the_report(company)
