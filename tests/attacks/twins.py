"""Two worlds that differ only in whether one person answered, or another: nobody on the staff sees which one it is.

Of worlds in which one more has answered the totals of crowds differ, and are to. So in the one world somebody answers,
in the other somebody else of the same crowd with the same words, and everything that staff can see has to be equal.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import time_machine
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.clients import Contact
from feedback.models.invitations import Invitation, Task
from feedback.services.closing import campaign_closing
from feedback.services.releases import releases
from tests.attacks.worlds import World
from tests.cli.conftest import feedback
from tests.factories import ACTOR, NOW
from tests.views.reading import PASSWORD, Browser, Browsers
from tests.views.survey import complete

CODE = "2026Q4"
WEEK = timedelta(days=7)
GROUPS = {"client": 6, "peer": 5, "subordinate": 4, "supervisor": 1, "self": 1}
LINK = re.compile(rb'(?:href|action)="(/[^"#?]*)')
# Other accounts of the same session, other forms of the same page; ids that are drawn when they are written.
CHANGING = re.compile(rb'(csrf_token"[^>]*value=")[^"]*|(?<![0-9a-f])(?:[0-9a-f]{32}){1,2}(?![0-9a-f])')
LEFT_OUT = ("/sign-out", "/static", "/s/")
READERS = (RoleName.HR, RoleName.ADMIN, RoleName.AUDITOR, RoleName.MANAGER, RoleName.EMPLOYEE)

COMMANDS = (
    *(("campaign", "status", CODE), ("campaign", "export", CODE), ("roster", "show", CODE)),
    *(("mail", "status", CODE), ("interviews", "list", CODE), ("callbacks", "list"), ("suggestions", "list")),
    *(("invitations", "export", CODE), ("audit", "anonymity"), ("doctor",), ("comments", "list", CODE)),
    *(
        ("results", "export", CODE, "--format", "json"),
        ("report", "P001", "--campaign", CODE, "--format", "json"),
    ),
)

Seen = dict[str, bytes]


@dataclass(frozen=True)
class Look:
    """Who looks, at which pages (those that links lead to, if none are named) and with which commands."""

    readers: Sequence[RoleName] = READERS
    paths: Sequence[str] = ()
    commands: Sequence[tuple[str, ...]] = COMMANDS


EVERYTHING = Look()


@dataclass(frozen=True)
class Pair:
    """Two of one crowd. Of one cell: their worlds are equal for ever; else until the results of their cells differ."""

    one: bytes
    other: bytes
    of_one_cell: bool
    group: str


def found_company(world: World) -> list[Pair]:
    """An open campaign about two people of one manager, in which some have answered; and who may be taken for whom."""
    office = world.office
    campaign = office.open(GROUPS, GROUPS, code=CODE)
    manager = office.person("BOSS")
    for subject in campaign.subjects:
        subject.person.manager = manager
    browsers = Browsers(world.app, office)
    for role in READERS:
        person = {RoleName.MANAGER: manager, RoleName.EMPLOYEE: campaign.subjects[0].person}.get(role)
        browsers.account(role, person=person)
    cells = ((group, subject) for group in GROUPS for subject in (0, 1))
    left = {cell: _answered_by_half(world, campaign, *cell) for cell in cells}
    office.session.commit()
    return list(_pairs(left))


def _answered_by_half(world: World, campaign: Campaign, group: str, subject: int) -> list[bytes]:
    """Returns those who have not answered: two, if there are so many."""
    nonces = world.office.nonces(campaign, group, subject)
    for place, nonce in enumerate(nonces[2:]):
        world.office.answer(nonce, place % 5 + 1, "the same words from everybody")
    return nonces[:2]


def _pairs(left: dict[tuple[str, int], list[bytes]]) -> Iterator[Pair]:
    for (group, subject), nonces in left.items():
        if len(nonces) == 2:
            yield Pair(nonces[0], nonces[1], of_one_cell=True, group=group)
            if subject == 0:
                yield Pair(nonces[0], left[group, 1][0], of_one_cell=False, group=group)


def seen_in(world: World, pair: Pair, answering: bytes, look: Look) -> dict[str, Seen]:
    """Everything that staff can see, moment by moment, in the saved world after one more has answered in it."""
    world.restore()
    with time_machine.travel(NOW + WEEK, tick=False):
        world.office.answer(answering, 4, "the same words from everybody")
        seen = {"open": world.elsewhere(lambda other: outputs(other, look))}
        seen["exported links"] = world.elsewhere(exported_links)
    if pair.of_one_cell:
        with time_machine.travel(NOW + 3 * WEEK, tick=False):
            world.elsewhere(lambda other: _release(other, NOW + 3 * WEEK))
            seen["released"] = world.elsewhere(lambda other: outputs(other, look))
    if pair.group == "client":
        seen["interviewed"] = _interviewed(world, pair, answering, look)
    return seen


def _interviewed(world: World, pair: Pair, answering: bytes, look: Look) -> Seen:
    """What HR sees that has entered whatever it likes for one of the two, to see whether a number rises."""
    world.restore()
    with time_machine.travel(NOW + WEEK, tick=False):
        world.office.answer(answering, 4, "the same words from everybody")
        return world.elsewhere(lambda other: _after_an_interview(other, pair.one, look))


def _after_an_interview(world: World, nonce: bytes, look: Look) -> Seen:
    session, hr = world.office.session, signed_in(world, "hr-nobody@example.com")
    one = session.scalars(select(Contact).join(Invitation).where(Invitation.nonce == nonce)).one()
    cell = session.scalars(select(Task.cell_id).where(Task.nonce == nonce)).one()
    in_cell = select(Contact.email).join(Invitation).join(Task, Task.nonce == Invitation.nonce)
    in_cell = in_cell.where(Task.cell_id == cell, Contact.id != one.id)
    others = session.scalars(in_cell.order_by(Contact.id).limit(2)).all()
    path, addresses = f"/interviews/{one.id}/{cell}", [str(email) for email in (one.email, *others)]
    session.commit()
    assigned = feedback(world.settings, "interviews", "assign", CODE, *addresses, "hr-nobody@example.com")
    assert assigned.exit_code == 0, assigned.output
    assert hr.post(path, complete() | {"lang": "en"}, page="/interviews").status_code == 303
    assert (
        hr.post("/sign-out", {}, page="/account").status_code == 302
    )  # sign-ins are listed in a random order
    return outputs(world, replace(look, readers=(RoleName.HR,)))


def _release(world: World, now: datetime) -> None:
    office = world.office
    campaign = office.session.scalars(select(Campaign).where(Campaign.code == CODE)).one()
    campaign_closing.close(office.session, office.custody, campaign, actor=ACTOR, now=now)
    releases.release(office.session, campaign, actor=ACTOR, now=now)
    office.session.commit()


def outputs(world: World, look: Look) -> Seen:
    found: Seen = {}
    for role in look.readers:
        person = {RoleName.MANAGER: "BOSS", RoleName.EMPLOYEE: "P001"}.get(role, "nobody")
        browser = signed_in(world, f"{role}-{person}@example.com".lower())
        for path, data in sorted(pages(browser, look.paths)):
            name = f"{role} {CHANGING.sub(rb'*', path.encode()).decode()}"
            found[name] = found.get(name, b"") + data
    for command in look.commands:
        world.office.session.commit()
        result = feedback(world.settings, *command)
        told = result.output.encode()
        found["feedback " + " ".join(command)] = b"%d %s" % (result.exit_code, CHANGING.sub(rb"\1", told))
    return found


def signed_in(world: World, email: str) -> Browser:
    browser = Browsers(world.app, world.office).anonymous()
    assert browser.post("/sign-in", {"email": email, "password": PASSWORD}).status_code == 302
    return browser


def pages(browser: Browser, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """These, or every page and file that links lead to from the start page, each once."""
    waiting, known = deque(paths or ["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        answer = browser.get(path)
        yield path, b"%d %s" % (answer.status_code, CHANGING.sub(rb"\1", answer.data))
        links = {found[1].decode() for found in LINK.finditer(answer.data) if not paths}
        new = sorted(link for link in links - known if not link.startswith(LEFT_OUT))
        known.update(new)
        waiting.extend(new)


def exported_links(world: World) -> Seen:
    """What whoever has exported the links sees behind them."""
    assert feedback(world.settings, "invitations", "export", CODE).exit_code == 0
    client, office = world.app.test_client(), world.office
    nonces = office.session.scalars(select(Invitation.nonce).order_by(Invitation.nonce)).all()
    office.session.commit()
    found: Seen = {}
    for nonce in nonces:
        token = office.tokens.issue(nonce)
        shown = client.get(f"/s/{token}")
        sent = client.post("/s", data={"token": token, "task": "1", "lang": "en"})
        found[token] = b"%d %s %d %s" % (shown.status_code, shown.data, sent.status_code, sent.data)
    return found


@dataclass(frozen=True)
class Difference:
    moment: str
    outputs: tuple[str, ...]


def compared(world: World, pair: Pair, look: Look = EVERYTHING) -> tuple[int, list[Difference]]:
    """How many outputs were compared, and what tells the two worlds apart."""
    one, other = (seen_in(world, pair, answering, look) for answering in (pair.one, pair.other))
    differences = []
    for moment, seen in one.items():
        names = seen.keys() | other[moment].keys()
        different = sorted(name for name in names if seen.get(name) != other[moment].get(name))
        differences += [Difference(moment, tuple(different))] if different else []
    return sum(map(len, one.values())), differences
