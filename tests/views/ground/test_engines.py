"""What the pages ask for, SQLite and PostgreSQL both answer."""

from collections.abc import Iterator

import pytest
from flask import Flask

from feedback.application import create_app
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.releases import releases
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, Office
from tests.views.reading import Desks


@pytest.fixture
def app(either_engine: Settings) -> Iterator[Flask]:
    app = create_app(either_engine)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_every_page_opens_before_and_after_release(desks: Desks, office: Office):
    boss = office.person("BOSS")
    campaign = office.open({"client": 4, "peer": 2, "subordinate": 2}, code="2026Q3")
    subject = campaign.subjects[0].person
    subject.manager = boss
    for group in ("client", "peer", "subordinate"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, comment="好")
    office.close(campaign)
    office.open({"client": 3}, code="2026Q4")
    manager, hr = desks.sign_in(RoleName.MANAGER, boss), desks.sign_in(RoleName.HR)
    pages = ("/", "/reports/2026Q3", f"/reports/2026Q3/{subject.code}")
    assert [manager.get(page).status_code for page in pages] == [200] * 3
    assert [hr.get(page).status_code for page in (*pages, "/reports/2026Q4")] == [200] * 4
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    employee = desks.sign_in(RoleName.EMPLOYEE, subject)
    assert [employee.get(page).status_code for page in pages] == [200] * 3
