"""Law 2: after closing, nothing that is kept joins an answer to a link. The attacks are in `linkage`."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence

import pytest

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.services.closing import campaign_closing, tallies
from feedback.services.closing.unsealing import Opened
from feedback.services.ground import schema
from feedback.settings import Settings
from tests.factories import Office
from tests.linkage import suspicious, witnessed

CAMPAIGNS = 5
WINDOW = 4

Order = Callable[[Sequence[Opened]], list[Opened]]


@pytest.fixture
def office(either_engine: Settings) -> Iterator[Office]:
    with opened(create_app(either_engine)) as app:
        schema.upgrade()
        yield Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))


def found_in(office: Office, campaigns: int, name: str) -> set[str]:
    return suspicious([witnessed(office, f"{name}-{number}") for number in range(campaigns)])


def test_no_attack_is_right_more_often_or_more_rarely_than_chance(office: Office):
    """In both halves of the campaigns: of so many attacks, one may be lucky once."""
    assert found_in(office, CAMPAIGNS, "first") & found_in(office, CAMPAIGNS, "second") == set()


def by_time(opened: Sequence[Opened]) -> list[Opened]:
    """As with a time or a serial number on every ballot."""
    return sorted(opened, key=lambda ballot: ballot.answers.comments)


def in_windows(opened: Sequence[Opened]) -> list[Opened]:
    shuffled = []
    for start in range(0, len(opened), WINDOW):
        window = opened[start : start + WINDOW]
        shuffled += random.sample(window, len(window))
    return shuffled


class SerialNumbers:
    """Where the product takes random ids."""

    def __init__(self) -> None:
        self.numbers = itertools.count()

    def token_bytes(self, size: int) -> bytes:
        return next(self.numbers).to_bytes(size, "big")


@pytest.mark.parametrize(
    ("order", "link", "campaigns"),
    [
        pytest.param(by_time, "answered", 1, id="a time on every answer"),
        pytest.param(list, "slot", 1, id="no shuffle"),
        pytest.param(in_windows, "slot", 8, id="a shuffle in windows of four"),
    ],
)
@pytest.mark.parametrize("either_engine", ["sqlite"], indirect=True)
def test_a_leak_that_is_put_in_on_purpose_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch, order: Order, link: str, campaigns: int
):
    monkeypatch.setattr(campaign_closing, "open_all", lambda sealed, opener, progress: order(opener(sealed)))
    monkeypatch.setattr(tallies, "secrets", SerialNumbers())
    found = found_in(office, campaigns, "leaking")
    assert {f"{link}, comment, in order", f"{link}, report, in order"} <= found
    assert {f"{link}, first place in file, {direction}" for direction in ("in order", "reversed")} & found


@pytest.mark.parametrize("either_engine", ["postgresql"], indirect=True)
def test_a_leak_that_is_put_in_on_purpose_is_found_on_postgresql(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        campaign_closing, "open_all", lambda sealed, opener, progress: by_time(opener(sealed))
    )
    monkeypatch.setattr(tallies, "secrets", SerialNumbers())
    found = found_in(office, 1, "leaking")
    links = ("answered", "ballot ctid", "ballot xmin::text::bigint")
    assert {f"{link}, comment, in order" for link in links} <= found
