"""Everything that happens to a campaign, once, as it happens: raters at their pages, staff at the command line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import time_machine
from flask import Flask
from sqlalchemy import select

from feedback.jobs.tasks import Jobs
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.clients import Contact
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation
from feedback.models.people import Person
from feedback.services.campaigns import campaigns
from feedback.services.rosters.rosters import Request
from feedback.settings import Settings
from tests.cli.conftest import feedback
from tests.factories import ACTOR, Office
from tests.views.reading import Browsers
from tests.views.survey import Survey, complete

CODE = "2026Q4"
Act = Callable[[], Any]


@dataclass
class Tour:
    """One campaign about three people, with eight clients and five peers each, and a colleague who rates all three."""

    app: Flask
    office: Office
    survey: Survey = field(init=False)
    clients: list[str] = field(init=False)
    colleague: Person = field(init=False)
    late: Person = field(init=False)
    caller: str = field(init=False)

    def __post_init__(self) -> None:
        self.office.now = datetime.now(UTC)
        plan = self.office.plan({"client": 8, "peer": 5}, {"client": 8, "peer": 5}, code=CODE)
        self.colleague, self.late = self.office.person("SIDE"), self.office.person("LATE")
        asked = (Request(subject, "peer", self.colleague) for subject in plan.subjects)
        plan = replace(plan, requests=(*plan.requests, *asked))
        campaign = campaigns.create(self.office.session, plan, actor=ACTOR, now=self.office.now)
        self.subject = plan.subjects[0].code
        self.browser = Browsers(self.app, self.office).sign_in(RoleName.EMPLOYEE, self.late)
        self.caller = f"employee-{self.late.code}@example.com".lower()
        self.office.session.commit()
        self.survey = Survey(self.app, self.office, campaign)
        about = [request.rater for request in plan.requests if request.subject is plan.subjects[0]]
        self.clients = [str(rater.email) for rater in about if isinstance(rater, Contact)]

    @property
    def settings(self) -> Settings:
        found: Settings = self.app.extensions["feedback.settings"]
        return found

    def acts(self) -> Iterator[tuple[str, Act]]:
        """In the order in which they may happen."""
        interviewed, taken_back, reissued, revoked, declining, withdrawn, moved, answering = self.clients
        yield "opening", self.command("campaign", "open", CODE)
        yield "sending invitations", self.deliver
        yield "casting", partial(self.cast, answering)
        yield "casting several, side by side", self.cast_side_by_side
        yield "declining", partial(self.decline, declining)
        yield "adding a rater", self.command("roster", "add", CODE, self.subject, self.late.code)
        yield "withdrawing a rater", self.command("roster", "remove", CODE, self.subject, withdrawn)
        yield "issuing a link anew", self.command("invitations", "reissue", CODE, reissued)
        yield "revoking a link", self.command("invitations", "revoke", CODE, revoked)
        yield (
            "correcting an address",
            self.command("invitations", "set-address", CODE, moved, "other@client.example"),
        )
        phoned = (interviewed, taken_back, answering)
        yield "assigning interviews", self.command("interviews", "assign", CODE, *phoned, self.caller)
        yield "entering an interview", partial(self.interview, interviewed)
        yield "taking an interview back", self.command("interviews", "take-back", CODE, taken_back)
        yield "exporting the links", self.command("invitations", "export", CODE)
        yield "asking for a call", partial(self.ask_for_call, taken_back)
        yield "reminding", partial(self.after_days, 6, self.command("campaign", "remind", CODE))
        yield "sending reminders", partial(self.after_days, 6, self.deliver)
        yield "the rounds of a day", partial(self.after_days, 6, Jobs(self.app).calendar_round)
        yield "closing", self.command("campaign", "close", CODE, "--now")
        yield "purging", self.command("campaign", "purge", CODE, "--yes")

    def command(self, *arguments: str) -> Act:
        def run() -> None:
            self.office.session.commit()
            result = feedback(self.settings, *arguments)
            assert result.exit_code == 0, f"{arguments}: {result.output} {result.exception!r}"

        return run

    def deliver(self) -> None:
        self.office.session.commit()
        Jobs(self.app).deliver()

    def after_days(self, days: int, act: Act) -> None:
        with time_machine.travel(self.office.now + timedelta(days=days), tick=False):
            act()

    def link(self, email: str) -> str:
        invitation = self._invitations().join(Contact).where(Contact.email == email)
        return self._link(invitation)

    def _invitations(self) -> Any:
        return select(Invitation.nonce).where(Invitation.campaign_id == self.campaign.id)

    def _link(self, query: Any) -> str:
        nonce = self.office.session.scalars(query).one()
        self.office.session.commit()
        return f"/s/{self.office.tokens.issue(nonce)}"

    @property
    def campaign(self) -> Campaign:
        return self.survey.campaign

    def cast(self, email: str) -> None:
        assert self.survey.post(self.link(email), complete()).status_code == 303

    def cast_side_by_side(self) -> None:
        link = self._link(self._invitations().where(Invitation.person_id == self.colleague.id))
        tasks = ("1", "2", "3")
        fields = [(f"{task}:{item}", value) for task in tasks for item, value in complete("peer").items()]
        head = [("token", link.removeprefix("/s/")), ("lang", "en"), *(("task", task) for task in tasks)]
        sent = self.survey.post_body(urlencode([*head, *fields]).encode(), path="/s/side-by-side")
        assert sent.status_code == 303, sent.text

    def decline(self, email: str) -> None:
        sent = self.survey.post(self.link(email), {}, path="/s/decline")
        assert (sent.status_code, sent.location) == (303, "/s/declined?lang=en")

    def ask_for_call(self, email: str) -> None:
        card = {"name": "Chen", "reach": "13800000000", "hours": "", "message": ""}
        assert self.survey.post(self.link(email), card, path="/s/call-back").status_code == 303

    def interview(self, email: str) -> None:
        session = self.office.session
        asked = session.scalars(select(Interview).join(Contact).where(Contact.email == email)).one()
        path = f"/interviews/{asked.contact_id}/{asked.cell_id}"
        session.commit()
        assert self.browser.post(path, complete() | {"lang": "en"}, page="/interviews").status_code == 303
