"""A campaign with three trustees at their browsers."""

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from feedback.models.accounts import RoleName, User
from feedback.models.campaigns import Campaign, CampaignState, KeyCustody, Trustee
from feedback.services.campaigns import campaigns
from tests.factories import ACTOR, Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

WORDS = ["the first lies under the stone", "a second one in the old drawer", "a third nobody ever guesses"]
SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')
FINGERPRINT = re.compile(r'<code class="fingerprint">([0-9 ]+)</code>')
ROLES = (RoleName.HR, RoleName.MANAGER, RoleName.EMPLOYEE)


class Board:
    """A campaign with three trustees at their browsers."""

    def __init__(self, app: Flask, office: Office, browsers: Browsers) -> None:
        office.now = datetime.now(UTC)
        self.office, self.rooms = office, browsers
        self.campaign = office.draft({"client": 4})
        self.campaign.key_custody = KeyCustody.TRUSTEES
        self.path = f"/trustees/{self.campaign.code}"
        self.browsers = [browsers.sign_in(role, office.person()) for role in ROLES]
        for user in office.session.scalars(select(User).order_by(User.id)).unique():
            office.session.add(Trustee(campaign_id=self.campaign.id, user_id=user.id))
        office.session.commit()

    def enrol(self, number: int, passphrase: str | None = None, **other: str):
        words = passphrase or WORDS[number]
        form = {"passphrase": words, "repeated": words} | other
        return self.browsers[number].post(f"{self.path}/passphrase", form, page=self.path)

    def confirm(self, number: int, passphrase: str | None = None, **other: str):
        seen = SEEN.search(self.browsers[number].get(self.path).text)
        form = {"passphrase": passphrase or WORDS[number], "seen": seen[1] if seen else ""} | other
        return self.browsers[number].post(f"{self.path}/confirmation", form, page=self.path)

    def test(self, number: int, passphrase: str | None = None):
        form = {"passphrase": passphrase or WORDS[number]}
        return self.browsers[number].post(f"{self.path}/test", form, page=self.path)

    def prepare(self) -> None:
        """All three have set their passphrases, and confirmed each other's keys."""
        for act in (self.enrol, self.confirm):
            for number in range(3):
                assert act(number).status_code == 303

    def fingerprints(self, browser: Browser) -> list[str]:
        return FINGERPRINT.findall(browser.get(self.path).text)

    def open(self) -> Campaign:
        self.prepare()
        campaigns.open(
            self.office.session, self.office.custody, self.campaign, actor=ACTOR, now=self.office.now
        )
        self.office.session.commit()
        for nonce in self.office.nonces(self.campaign, "client"):
            self.office.answer(nonce)
        self.campaign.closes_at = self.office.now - timedelta(minutes=1)
        self.office.session.commit()
        return self.campaign

    def give(self, number: int, passphrase: str | None = None, **other: str):
        form = {"passphrase": passphrase or WORDS[number]} | other
        return self.browsers[number].post(f"{self.path}/open", form, page=self.path)

    def state(self) -> CampaignState:
        self.office.session.expire_all()
        state = self.campaign.state
        self.office.session.commit()
        return state

    def email(self, number: int) -> str:
        rows = self.office.session.execute(
            select(User.email).join(Trustee, Trustee.user_id == User.id).order_by(User.id)
        )
        return [email for (email,) in rows][number]

    def swap(self, number: int) -> None:
        trustee = self.office.session.scalars(select(Trustee).order_by(Trustee.user_id)).all()[number]
        trustee.public_key, trustee.salt = bytes(31) + b"\t", bytes(16)
        self.office.session.commit()


def text(browser: Browser, path: str) -> str:
    html = browser.get(f"{path}?lang=en").text
    assert faults(Page(html)) == []
    return html
