"""Law 2: after closing, nothing that is kept joins an answer to a link. The attacks are in `attacks`."""

from collections.abc import Iterator

import pytest

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.services.ground import schema
from feedback.settings import Settings
from tests.attacks.evidence import judge
from tests.attacks.leaks import LEAKS
from tests.attacks.linkage import witnessed
from tests.factories import Office

CAMPAIGNS = 6
# On one engine each; `./run bench trust` plants them on both.
PLANTED = [(leak.engines[0], name) for name, leak in LEAKS.items()]


@pytest.fixture
def office(either_engine: Settings) -> Iterator[Office]:
    with opened(create_app(either_engine)) as app:
        schema.upgrade()
        yield Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))


def test_no_attack_is_right_more_often_or_more_rarely_than_chance(office: Office):
    found = judge([witnessed(office, f"honest-{number}") for number in range(CAMPAIGNS)])
    assert len(found.z) > 500
    assert found.suspicious == set()


@pytest.mark.parametrize(("either_engine", "name"), PLANTED, indirect=["either_engine"])
def test_a_leak_that_is_put_in_on_purpose_is_found_by_the_module_that_looks_for_it(office: Office, name: str):
    leak = LEAKS[name]
    with leak.planted():
        found = judge([witnessed(office, f"leaking-{number}") for number in range(leak.campaigns)])
    assert [module for module in found.suspicious if leak.found_by in module]
