"""One round of appraisals on a real PostgreSQL, through its pages: from preparing to a final result, and every page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from flask import Flask, Response, request, request_finished
from werkzeug.routing import Rule

from feedback.models.clients import Client
from feedback.services.appraisals import rounds
from feedback.services.definitions import library
from tests.factories import Office
from tests.rounds import PERIOD, STARTED, Bureau
from tests.views.decisions.desks import Desks
from tests.views.reading import Browser

ROUND = f"/rounds/of/{PERIOD}"
OBJECTION = f"/objections/of/{PERIOD}/A02"
REPLY = f"/appraisals/reply/{PERIOD}"
WRONG = {"figures": ["segment-1.kpi.revenue.actual", "band"], "text": "look again, please", "evidence": "7"}
GOAL = {
    "title": "Pass the course", "period": PERIOD, "weight": "60", "measure": "rating", "propose": "1",
    "description": "", "target": "", "milestones": "", "parent": "", "due": "", "last_period": "",
}  # fmt: skip
PLAN = {
    "kind": "improvement", "reason": "band C", "ends": "2027-03-31", "look_1": "2027-02-01",
    "item0-text": "visits", "item0-measure": "two a week", "item0-owner": "A03", "item0-due": "2027-03-01",
}  # fmt: skip

# The pages about appraisals and what they rest on, by the beginning of their addresses; and whose they are.
PAGES = (
    "/appraisals", "/calibrations", "/confirmations", "/consequences", "/goals", "/imports/<any", "/incidents",
    "/objections", "/plans", "/register", "/rounds", "/team",
)  # fmt: skip
READERS = ("hr", "M01", "D01", "A03")


class Prepared(Bureau):
    """Its round has not started."""

    def _computed(self):  # type: ignore[no-untyped-def]
        made = rounds.create(self.session, self.period, self.scheme, actor="hr@example.com", now=self.now)
        for code, revenue in self.revenues.items():
            self.figure(code, revenue)
        return made


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(STARTED, tick=False) as found:
        yield found


@pytest.fixture
def bureau(clock: time_machine.Traveller, office: Office) -> Bureau:
    made = Prepared(office, {"A01": 95, "A02": 80, "A03": 60})
    office.session.add(Client(code="K1", name="澜桥物流", account_manager=made.people["A01"]))
    office.session.commit()
    return made


class Desk:
    """Somebody at his browser, all of whose acts are taken."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def act(self, path: str, form: dict, page: str) -> str:
        """Where it leads to."""
        answer = self.browser.post(path, form, page)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.location


@dataclass
class People:
    """Each signs in once, until his session is over."""

    desks: Desks
    clock: time_machine.Traveller
    known: dict[str, Desk] = field(default_factory=dict)

    def __call__(self, name: str) -> Desk:
        if name not in self.known:
            self.known[name] = Desk(self.desks.of(name))
        return self.known[name]

    def wait(self, number: int) -> None:
        """So many days."""
        self.clock.shift(timedelta(days=number))
        self.known.clear()


@pytest.fixture
def at(postgres: Flask, bureau: Bureau, clock: time_machine.Traveller) -> People:
    return People(Desks(postgres, bureau), clock)


@pytest.fixture
def answered(postgres: Flask) -> Iterator[set[str]]:
    """The rules of the pages that somebody has seen."""
    found: set[str] = set()

    def note(_: Flask, response: Response) -> None:
        assert response.status_code < 500, request.path
        if request.method == "GET" and response.status_code == 200 and request.url_rule:
            found.add(request.url_rule.rule)

    with request_finished.connected_to(note, postgres):
        yield found


def set_up(at: People) -> None:
    """And another one, which goes on being prepared."""
    later = {"period": "2027Q1", "scheme": f"{library.DEFAULT}:1"}
    at("hr").act("/rounds/new", later, "/rounds/new")
    at("hr").act(f"{ROUND}/start", {}, ROUND)
    at("hr").act(f"{ROUND}/compute", {"reason": ""}, f"{ROUND}/compute")


def enter_facts(at: People) -> None:
    goal = at("A01").act("/goals/new/A01", GOAL, "/goals/new/A01")
    at("M01").act(f"{goal}/agree", {}, f"{goal}/edit")
    rating = {"rating-period": PERIOD, "rating-value": "80", "rating-reason": "Passed late."}
    at("M01").act(f"{goal}/rating", rating, goal)
    complaint = {"client": "K1", "subject": "A01", "opened": "2027-01-03", "due": "2027-01-08"}
    at("M01").act("/register/new/complaint", complaint, "/register/new/complaint")
    report = {
        "person": "A01", "category": "gifts", "evidence": "CASE-7", "summary": "a watch", "period": "2027Q1",
        "severity": "minor", "occurred": "2027-01-03",
    }  # fmt: skip
    incident = at("hr").act("/incidents/new", report, "/incidents/new")
    confirmed = {"confirm-reason": "It is proved.", "confirm-period": "2027Q1"}
    at("hr2").act(f"{incident}/confirm", confirmed, incident)


def decide(at: People) -> None:
    for code in ("A01", "A02", "A03"):
        written = {"strengths": "reliable", "to_improve": "", "comment": "", "edition": "0", "hand_in": ""}
        at("M01").act(f"/team/review/{PERIOD}/{code}", written, f"/team/of/{PERIOD}/{code}")
    new = f"/calibrations/new/{PERIOD}"
    pool = at("hr").act(new, {"chairs": "D01", "members": "M01"}, new)
    at("M01").act(f"{pool}/opinion/A02", {"opinion": "question"}, f"{pool}/of/A02")
    changed = {"band": "B", "reason": "lost the largest client", "fact": "contract 7"}
    at("D01").act(f"{pool}/change/A01", changed, f"{pool}/of/A01")
    at("D01").act(f"{pool}/close", {}, pool)
    at("D01").browser.get(f"/confirmations/back/{PERIOD}/A02")
    seen = ["A01|1 B", "A02|1", "A03|1"]
    at("D01").act(f"/confirmations/of/{PERIOD}", {"seen": seen}, f"/confirmations/of/{PERIOD}")
    talk = {"day": "2027-01-04", "present": "both", "topics": "the result"}
    talk |= {"agreed0-text": "two visits", "agreed0-owner": "A03", "agreed0-due": "2027-02-01"}
    at("M01").act(f"/team/interview/{PERIOD}/A03", talk, f"/team/of/{PERIOD}/A03")
    at("hr").act(f"{ROUND}/notify", {}, ROUND)


def reply(at: People) -> None:
    """A02 objects, is given another band, and objects again; who stands above the reviewer ends it."""
    for code in ("A01", "A03"):
        at(code).act(f"/appraisals/read/{PERIOD}", {}, "/appraisals")
    at("A03").act(f"/appraisals/interview/{PERIOD}", {"remark": "That is what we said."}, "/appraisals")
    at("A02").act(REPLY, WRONG, REPLY)
    at("M01").act(f"/team/statement/{PERIOD}/A02", {"text": "He is right."}, f"/team/of/{PERIOD}/A02")
    at("hr").act(OBJECTION, {"outcome": "upheld", "band": "A", "reason": "you are right"}, OBJECTION)
    at("A02").act(REPLY, WRONG | {"text": "and the total?"}, REPLY)
    at("D01").act(OBJECTION, {"outcome": "rejected", "reason": "it follows the figures"}, OBJECTION)


def end(at: People) -> None:
    plan = at("M01").act(f"/plans/new/{PERIOD}/A03", PLAN, f"/plans/new/{PERIOD}/A03")
    at("M01").act(f"{plan}/publish", {}, f"{plan}/edit")
    at.wait(8)
    at("hr").act(f"{ROUND}/finish", {}, ROUND)


def addresses(rule: Rule) -> Iterator[str]:
    """Of a page, for each person that it might be about."""
    for person in ("A01", "A02", "A03") if "person" in rule.arguments else ("",):
        values = {
            "period": PERIOD, "person": person, "format": "csv", "kind": "kpi", "entry_kind": "visit", "paper": "pdf",
        } | dict.fromkeys(("sitting", "goal", "incident", "plan", "entry"), 1)  # fmt: skip
        yield rule.build({name: values[name] for name in rule.arguments})[1]  # type: ignore[index]


def walk(at: People, answered: set[str], rules: Iterable[Rule]) -> list[str]:
    """See what nobody has seen yet; gives what shows itself to nobody."""
    for rule in rules:
        for path, name in product(addresses(rule), READERS):
            if rule.rule not in answered:
                at(name).browser.get(path)
    return [rule.rule for rule in rules if rule.rule not in answered]


def test_a_round_goes_from_preparing_to_final_with_two_objections_and_then_every_page_answers_somebody(
    at: People, bureau: Bureau, postgres: Flask, answered: set[str]
):
    set_up(at)
    assert bureau.state("A01") == "computed"
    enter_facts(at)
    decide(at)
    assert {bureau.state(code) for code in ("A01", "A02", "A03")} == {"notified"}
    reply(at)
    assert [bureau.state(code) for code in ("A01", "A02", "A03")] == ["read", "answered", "read"]
    end(at)
    assert {bureau.state(code) for code in ("A01", "A02", "A03")} == {"final"}
    rules = [
        rule
        for rule in postgres.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith(PAGES)
    ]
    assert len(rules) > 40
    assert walk(at, answered, rules) == []
