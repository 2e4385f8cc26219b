"""Links, answers, addresses and passwords that were planted stand in no file but those that are for them."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_lowercase
from urllib.parse import quote, urlencode

import time_machine
from sqlalchemy import select

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from benchmarks.trust.servers import Rater, Server, filled, serving
from feedback.jobs.tasks import Jobs
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.clients import Contact
from feedback.services.accounts import accounts
from feedback.services.closing import trustees
from tests.attacks.spellings import Sighting, sightings
from tests.attacks.worlds import World, world
from tests.cli.conftest import feedback
from tests.factories import ACTOR
from tests.views.reading import CSRF

CODE = "2026Q4"
OPEN, RELEASED = "open", "released"


def planted(word: str) -> str:
    """A text that is nowhere else, with characters that are written otherwise in other encodings; no phone number."""
    return f"{word} {letters(16)} 金丝雀 & <{letters(8)}>"


def letters(number: int) -> str:
    return "".join(secrets.choice(ascii_lowercase) for _ in range(number))


@dataclass
class Canaries:
    shown: str = field(default_factory=lambda: planted("shown"))
    withheld: str = field(default_factory=lambda: planted("withheld"))
    refused: str = field(default_factory=lambda: planted("refused"))
    password: str = field(default_factory=lambda: planted("password"))
    wrong: str = field(default_factory=lambda: planted("wrong"))
    passphrases: list[str] = field(default_factory=lambda: [planted("passphrase") for _ in range(3)])
    address: str = field(default_factory=lambda: f"canary-{letters(16)}@client.example")
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(40))
    tokens: list[str] = field(default_factory=list)

    def by_name(self) -> dict[str, str]:
        single = {name: str(getattr(self, name)) for name in PLACES if name not in ("passphrase", "token")}
        several = {"passphrase": self.passphrases, "token": self.tokens}
        return single | {
            f"{name} {n}": text for name, texts in several.items() for n, text in enumerate(texts)
        }


DATABASE = ("feedback.db", "base", "pg_wal")
# By canary, and from which moment on: parts of paths of which one may hold it.
PLACES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "shown": {OPEN: (), RELEASED: (*DATABASE, "exports")},
    "withheld": {OPEN: (), RELEASED: ()},
    "refused": {OPEN: (), RELEASED: ()},
    "password": {OPEN: (), RELEASED: ()},
    "wrong": {OPEN: (), RELEASED: ()},
    "secret": {OPEN: (), RELEASED: ()},
    "passphrase": {OPEN: (), RELEASED: ()},
    "address": {OPEN: (*DATABASE, "mail", "links"), RELEASED: (*DATABASE, "mail", "links")},
    "token": {OPEN: ("mail", "links"), RELEASED: ("mail", "links")},
}


def run(setting: Setting) -> Iterator[Result]:
    canaries, astray, searched = Canaries(), list[str](), 0
    with world(setting.engine, setting.server, canaries.secret) as found:
        directory = found.settings.data_dir.parent
        for step, (moment, do) in enumerate(((OPEN, _open), (RELEASED, _close)), start=1):
            do(found, canaries)
            files = found.files()
            searched += sum(path.stat().st_size for path in files if path.exists())
            seen = list(sightings(canaries.by_name(), files))
            astray += [
                f"{moment}: {_told(one, directory)}" for one in seen if not _may_be(one, moment, directory)
            ]
            setting.progress(step, 2)
        control = {sighting.what.split()[0] for sighting in seen}
    expected = {"shown", "address", "token"}
    yield Result(
        name="canaries",
        size=f"{len(canaries.by_name())} texts in up to 14 spellings, {searched / 1e6:,.0f} MB",
        figure=f"{len(astray)} where they must not be",
        threshold="0",
        holds=not astray and control >= expected,
        faults=(*astray[:10], *(f"{name} is nowhere: was it planted?" for name in expected - control)),
    )


def _told(sighting: Sighting, directory: Path) -> str:
    return str(replace(sighting, where=_below(sighting, directory)))


def _below(sighting: Sighting, directory: Path) -> Path:
    return (
        sighting.where.relative_to(directory) if sighting.where.is_relative_to(directory) else sighting.where
    )


def _may_be(sighting: Sighting, moment: str, directory: Path) -> bool:
    places = PLACES[sighting.what.split()[0]][moment]
    return any(part.startswith(places) for part in _below(sighting, directory).parts if places)


def _open(world: World, canaries: Canaries) -> None:
    """A campaign with answers, refused forms, broken requests, a sign-in and one with a wrong password."""
    office = world.office
    office.now = datetime.now(UTC)
    campaign = office.open({"client": 6, "peer": 2}, code=CODE)
    contact = office.session.scalars(select(Contact)).first()
    assert contact is not None
    contact.email = canaries.address
    accounts.create(
        office.session, "hr@example.com", canaries.password, RoleName.HR, actor=ACTOR, now=office.now
    )
    office.session.commit()
    _enrol_trustees(world, canaries)
    Jobs(world.app).deliver()
    links = {
        group: [link.removeprefix("/s/") for link in office.links(campaign, group)]
        for group in ("client", "peer")
    }
    canaries.tokens = [*links["client"][:2], links["peer"][0]]
    world.rest()
    with serving(world.settings, world.settings.data_dir.parent) as server:
        _visit(server, canaries, links)
    _export(world, "invitations", "export", CODE, "--format", "csv", "--output", "links.csv")


def _enrol_trustees(world: World, canaries: Canaries) -> None:
    office = world.office
    campaign = office.draft({"client": 3}, code="trusted")
    emails = [f"trustee{number}@example.com" for number in range(3)]
    for email in emails:
        accounts.create(office.session, email, None, RoleName.EMPLOYEE, actor=ACTOR, now=office.now)
    trustees.appoint(office.session, campaign, emails, actor=ACTOR, now=office.now)
    office.session.commit()
    for email, words in zip(emails, canaries.passphrases, strict=True):
        done = feedback(world.settings, "trustees", "enrol", "trusted", email, stdin=f"{words}\n{words}\n")
        assert done.exit_code == 0, done.output


def _visit(server: Server, canaries: Canaries, links: Mapping[str, list[str]]) -> None:
    rater = Rater(server.port)
    for group, comment in (("client", canaries.shown), ("peer", canaries.withheld)):
        for token in links[group]:
            refused = filled(token, group, comment=canaries.refused)
            _send(rater, "/s", refused.replace(b"attitude-1=", b"other="), 422)
            _send(rater, "/s", filled(token, group, comment=comment), 303)
            for path in (f"/s/{token}/9", f"/s/{token}?{quote(canaries.refused)}", f"/wrong/{token}"):
                rater.request("GET", path)
            for method, path in (("POST", f"/s/{token}"), ("PUT", "/s"), ("POST", "/s/decline/")):
                rater.request(method, path, refused)
    page = rater.request("GET", "/sign-in")
    token = CSRF.search(page[1].decode()) if page else None
    for password in (canaries.wrong, canaries.password):
        fields = {"email": "hr@example.com", "password": password, "csrf_token": token[1] if token else ""}
        rater.request("POST", "/sign-in", urlencode(fields).encode())
    rater.close()


def _send(rater: Rater, path: str, body: bytes, status: int) -> None:
    answer = rater.request("POST", path, body)
    assert answer is not None and answer[0] == status, (status, answer and answer[0])


def _export(world: World, *arguments: str) -> None:
    """Into a file beside the data directory, whose name is the last word."""
    exports = world.settings.data_dir.parent / "exports"
    exports.mkdir(exist_ok=True)
    done = feedback(world.settings, *arguments[:-1], exports / arguments[-1])
    assert done.exit_code == 0, done.output


def _close(world: World, canaries: Canaries) -> None:
    campaign = world.office.session.scalars(select(Campaign).where(Campaign.code == CODE)).one()
    closes = campaign.closes_at + timedelta(days=1)
    world.rest()
    with time_machine.travel(closes, tick=False):
        for command in (("campaign", "close", CODE), ("campaign", "release", CODE)):
            done = feedback(world.settings, *command)
            assert done.exit_code == 0, done.output
        _export(world, "results", "export", CODE, "--format", "csv", "--output", "results.csv")
        _export(world, "report", "P001", "--campaign", CODE, "--format", "html", "--output", "report.html")
