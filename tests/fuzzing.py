"""Requests that no browser would send, to every address, as everybody: none may end in an error of ours.

Forms are taken from the pages themselves, filled in plausibly, and then spoiled: one field, the whole body, the address
or what stands behind its question mark. The same seed sends the same requests.
"""

import itertools
import logging
import random
import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_from_bytes, urljoin, urlsplit

import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from feedback.models.accounts import RoleName, User
from feedback.models.campaigns import Campaign, CampaignState
from feedback.services.accounts import accounts
from feedback.services.campaigns import campaigns
from feedback.services.rosters.rosters import Request
from feedback.views.ground.rate_limits import limiter
from tests.factories import ACTOR, AFTER, NOW
from tests.spoiling import BOUNDARY, CONTENT_TYPES, HEADERS, QUESTIONS, SPOILING, TABLE, VALUES, Part
from tests.views.reading import CSRF, PASSWORD, Browser

if TYPE_CHECKING:
    from tests.test_routes import Company

LATER = AFTER + timedelta(hours=1)  # when the first campaign of the company is released
READERS = ("anonymous", *RoleName)
ASKED = {"respond.side_by_side": "?task=1&task=2"}
MOST_OF_A_RULE = 8
GUESSED = (
    *(b"csrf_token", b"token", b"task", b"lang", b"left_out", b"code", b"password", b"password_confirm"),
    *(
        b"new_password",
        b"new_password_confirm",
        b"passphrase",
        b"reason",
        b"kind",
        b"text",
        b"seen_by",
        b"value",
    ),
)


@dataclass(frozen=True)
class Filled:
    """A form as a page has it, filled in."""

    method: str
    address: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Sent:
    """One request, ready for the test client."""

    method: str
    address: str
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Finding:
    """A request that ended in an error of ours, and what the log says about it."""

    reader: str
    sent: Sent
    status: int
    said: str

    def __str__(self) -> str:
        body = self.sent.body[:400]
        return (
            f"{self.status} {self.said}: {self.reader} {self.sent.method} {self.sent.address[:300]} {body!r}"
        )


class Forms(HTMLParser):
    """The forms of a page, filled in as by somebody who means it."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address, self.found = address, list[Filled]()
        self._open: tuple[str, str, dict[str, Part]] | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attributes}
        if tag == "form":
            method = known.get("method", "get").upper()
            self._open = (method, urljoin(self.address, known.get("action", "")), {})
        elif self._open and tag in ("input", "textarea", "select", "button") and known.get("name"):
            self._select = known["name"] if tag == "select" else self._select
            self._add(known["name"], known.get("value") or plausible(tag, known), known.get("type") == "file")
        elif self._open and tag == "option" and known.get("value"):
            self._add(self._select, known["value"], False)

    def _add(self, name: str, value: str, is_file: bool) -> None:
        assert self._open is not None
        file = b"people.csv" if is_file else None
        self._open[2].setdefault(name, Part(name.encode(), TABLE if is_file else value.encode(), file))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open:
            self.found.append(Filled(*self._open[:2], tuple(self._open[2].values())))
            self._open = None


def plausible(tag: str, known: dict[str, str]) -> str:
    """What an empty field may hold. A choice begins with nothing chosen: its first option says what it may be."""
    by_type = {"email": "a@example.com", "date": "2026-12-01", "number": "3", "password": PASSWORD}
    return by_type.get(known.get("type", ""), "X1")


@dataclass
class Reader:
    """Somebody with a role, who signs in again whenever what he sent has ended that."""

    company: "Company"
    name: str
    browser: Browser = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.browser = self.company.browser(self.name)
        if self.name != "anonymous":
            person = {"manager": self.company.manager, "employee": self.company.subject}.get(self.name)
            self.email = f"{self.name}-{person.code if person else 'nobody'}@example.com"
            if self.name == RoleName.HR:
                self.company.engage(self.email)
            self.enter()

    def enter(self) -> None:
        """With a new token of the forms, and a new account if the old one is of no more use."""
        found = CSRF.search(self.browser.get("/account").text)
        if found is None or not self._is_in():
            self._sign_in_again()
            found = CSRF.search(self.browser.get("/account").text)
        self.token = found[1] if found else ""

    def _is_in(self) -> bool:
        session = self.browser.office.session
        session.expire_all()
        user = session.scalars(select(User).where(User.email == self.email)).unique().one_or_none()
        return user is not None and user.active and RoleName(self.name) in {role.name for role in user.roles}

    def _sign_in_again(self) -> None:
        session = self.browser.office.session
        self.email = f"again-{secrets.token_hex(8)}@example.com"
        accounts.create(session, self.email, PASSWORD, RoleName(self.name), actor=ACTOR, now=NOW)
        self.browser = self.company.browsers.anonymous()
        answer = self.browser.post("/sign-in", {"email": self.email, "password": PASSWORD})
        assert answer.status_code == 302, "a new account signs in"


@dataclass
class Fuzzer:
    app: Flask
    company: "Company"
    dice: random.Random
    readers: Sequence[str] = READERS
    findings: list[Finding] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)  # endpoints to which something was sent

    def run(self, requests: int) -> None:
        """Each kind of form comes up as often, whoever sees it and on however many pages."""
        kinds = self.harvest([Reader(self.company, name) for name in self.readers])
        for number in range(requests):
            if number % len(kinds) == 0:
                self.dice.shuffle(kinds)
            reader, form = self.dice.choice(kinds[number % len(kinds)])
            self.send(reader, self.request(reader, form))

    def harvest(self, readers: list[Reader]) -> list[list[tuple[Reader, Filled]]]:
        """By kind, the forms on all pages."""
        found: dict[object, list[tuple[Reader, Filled]]] = defaultdict(list)
        for reader in readers:
            pages = map(partial(self.forms_at, reader), self.pages(reader))
            for form in itertools.chain.from_iterable(pages):
                kind = (self.endpoint(form), *sorted(part.name for part in form.parts))
                found[kind].append((reader, form))
        return [*found.values(), *self.unseen({str(endpoint) for endpoint, *_ in found}, readers)]

    def unseen(self, seen: set[str], readers: list[Reader]) -> Iterator[list[tuple[Reader, Filled]]]:
        """What no page offers as things stand, guessed from the names of fields."""
        parts = tuple(Part(name, b"X1") for name in GUESSED)
        for rule in self.rules("POST"):
            if rule.endpoint not in seen:
                address = next(self.company.addresses(rule))
                yield [(reader, Filled("POST", address, parts)) for reader in readers]

    def pages(self, reader: Reader) -> Iterator[str]:
        for rule in self.rules("GET"):
            roles = getattr(self.app.view_functions[rule.endpoint], "roles", (reader.name,))
            addresses = list(self.company.addresses(rule)) if reader.name in roles else []
            for address in self.dice.sample(addresses, min(len(addresses), MOST_OF_A_RULE)):
                yield f"{address}{ASKED.get(rule.endpoint, '')}"

    def forms_at(self, reader: Reader, address: str) -> list[Filled]:
        answer = reader.browser.get(address)
        is_page = answer.status_code == 200 and answer.mimetype == "text/html"
        return Forms(address, answer.text).found if is_page else []

    def rules(self, method: str) -> list[Rule]:
        rules = (rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ()))
        return sorted((rule for rule in rules if rule.endpoint != "static"), key=lambda rule: rule.rule)

    def endpoint(self, form: Filled) -> str:
        found = self.app.url_map.bind("localhost").match(urlsplit(form.address).path, form.method)
        return str(found[0])

    def request(self, reader: Reader, form: Filled) -> Sent:
        """Mostly a form with one spoiled field, now and then one to any address, or only something to read."""
        what = self.dice.random()
        if what < 0.2:
            return self.spoil_headers(Sent("GET", self.with_question(self.any_address("GET"))))
        if what < 0.3:
            form = replace(form, address=self.any_address(form.method))
        elif form.method == "POST":
            self.reached.add(self.endpoint(form))
        parts = [self.with_token(part, reader) for part in self.spoiled(form.parts)]
        if form.method == "GET":
            return Sent("GET", f"{form.address}?{'&'.join(part.urlencoded() for part in parts)}")
        body = self.body(parts)
        sent = Sent("POST", self.with_question(form.address, 0.05), *body)
        return self.spoil_headers(sent)

    def with_token(self, part: Part, reader: Reader) -> Part:
        is_token = part.name == b"csrf_token" and part.file is None and self.dice.random() < 0.98
        return replace(part, value=reader.token.encode()) if is_token else part

    def spoiled(self, parts: tuple[Part, ...]) -> Iterator[Part]:
        """One field in most requests, each with even chances in some, none in a few."""
        names = [part.name for part in parts if part.name != b"csrf_token"]
        everywhere = self.dice.random() < 0.1
        chosen = self.dice.choice([*names, b""])
        for part in parts:
            spoil = part.name == chosen or (everywhere and self.dice.random() < 0.5)
            yield from self.dice.choice(SPOILING)(self.dice, part) if spoil else (part,)

    def body(self, parts: list[Part]) -> tuple[bytes, str]:
        """As the browser would have sent it, in most requests."""
        plain = "&".join(part.urlencoded() for part in parts).encode()
        packed = b"".join(part.multipart() for part in parts) + b"--" + BOUNDARY + b"--\r\n"
        is_plain = all(part.file is None for part in parts) and self.dice.random() < 0.7
        body, kind = plain, "application/x-www-form-urlencoded"
        if not is_plain:
            body, kind = packed, f"multipart/form-data; boundary={BOUNDARY.decode()}"
        match self.dice.randrange(40):
            case 0:
                kind = self.dice.choice(CONTENT_TYPES)
            case 1:
                body = body[: self.dice.randrange(len(body) + 1)]
            case 2:
                body = self.dice.choice(
                    (b"", b"&" * 5000, b"a=1&" * 5000, b'{"email": ["x"]}', packed * 3, b"\xff" * 99)
                )
        return body, kind

    def any_address(self, method: str) -> str:
        """One that exists, or nearly."""
        rule = self.dice.choice(self.rules(method))
        values = {name: self.dice.choice(self.company.values[name]) for name in sorted(rule.arguments)}
        built = rule.build(values)
        assert built is not None
        if values and self.dice.random() < 0.3:
            strange = quote_from_bytes(self.dice.choice(VALUES)[:2000], safe="")
            return built[1].replace(quote(self.dice.choice([*values.values()])), strange)
        return built[1]

    def with_question(self, address: str, chance: float = 0.7) -> str:
        if self.dice.random() > chance:
            return address
        asked = [
            Part(self.dice.choice(QUESTIONS), self.dice.choice(VALUES)[:3000])
            for _ in range(self.dice.randint(1, 3))
        ]
        return f"{address}{'&' if '?' in address else '?'}" + "&".join(part.urlencoded() for part in asked)

    def spoil_headers(self, sent: Sent) -> Sent:
        if self.dice.random() > 0.04:
            return sent
        name = self.dice.choice(sorted(HEADERS))
        return replace(sent, headers=((name, self.dice.choice(HEADERS[name])),))

    def send(self, reader: Reader, sent: Sent) -> None:
        said = Said()
        self.app.logger.addHandler(said)
        try:
            status, location = self.answer(reader, sent)
        except Exception as error:  # one that got past the pages for errors
            status, location = 599, ""
            said.lines.append(f"{type(error).__name__}: {error}")
        finally:
            self.app.logger.removeHandler(said)
        if status >= 500:
            self.findings.append(Finding(reader.name, sent, status, " ".join(said.lines)))
        if reader.name != "anonymous" and (
            "/sign-in" in location or (sent.method == "POST" and status in (302, 303))
        ):
            reader.enter()

    def answer(self, reader: Reader, sent: Sent) -> tuple[int, str]:
        answer = reader.browser.open(
            sent.address,
            method=sent.method,
            data=sent.body,
            content_type=sent.content_type or None,
            headers=list(sent.headers),
        )
        return answer.status_code, answer.headers.get("Location", "")


class Said(logging.Handler):
    """What the log has to say about one request."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def enlarge(company: "Company") -> None:
    """What forms need that reading does not: open for long, an interview to come, one rater with several tasks."""
    office = company.browsers.office
    plan = office.plan({}, {}, code="2028Q1")
    rater = office.person()
    plan = replace(plan, requests=tuple(Request(subject, "peer", rater) for subject in plan.subjects))
    together = campaigns.create(office.session, plan, actor=ACTOR, now=NOW)
    campaigns.open(office.session, office.custody, together, actor=ACTOR, now=NOW)
    done = office.open({"client": 3}, code="2028Q2")
    for nonce in office.nonces(done, "client"):
        office.answer(nonce)
    office.close(done)
    for campaign in office.session.scalars(select(Campaign).where(Campaign.state == CampaignState.OPEN)):
        campaign.closes_at = LATER + timedelta(days=30)
    company.values = {
        **company.values,
        "campaign": [*company.values["campaign"], done.code],
        "token": [
            *company.values["token"],
            *(link.removeprefix("/s/") for link in office.links(together, "peer")),
        ],
    }
    office.session.commit()


def fuzz(
    app: Flask, company: "Company", *, seed: int, requests: int, readers: Sequence[str] = READERS
) -> Fuzzer:
    """Send so many requests. What they find is in `findings`; what they change stays, so give each run a company."""
    fuzzer = Fuzzer(app, company, random.Random(seed), readers)
    limiter.enabled = False
    try:
        with time_machine.travel(LATER):
            enlarge(company)
            fuzzer.run(requests)
    finally:
        limiter.enabled = True
    return fuzzer
