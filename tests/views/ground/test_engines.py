"""What the pages ask for, SQLite and PostgreSQL both answer."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.goals import Goal
from feedback.services.releases import releases
from feedback.settings import Settings
from tests.factories import ACTOR, AFTER, Office
from tests.views.markup import Page
from tests.views.reading import Browser, Browsers


@pytest.fixture
def app(either_engine: Settings) -> Iterator[Flask]:
    with opened(create_app(either_engine)) as app:
        db.create_all()
        yield app


def test_every_page_opens_before_and_after_release(browsers: Browsers, office: Office):
    boss = office.person("BOSS")
    campaign = office.open({"client": 4, "peer": 2, "subordinate": 2}, code="2026Q3")
    subject = campaign.subjects[0].person
    subject.manager = boss
    for group in ("client", "peer", "subordinate"):
        for nonce in office.nonces(campaign, group):
            office.answer(nonce, comment="好")
    office.close(campaign)
    office.open({"client": 3}, code="2026Q4")
    manager, hr = browsers.sign_in(RoleName.MANAGER, boss), browsers.sign_in(RoleName.HR)
    pages = ("/", "/reports/2026Q3", f"/reports/2026Q3/{subject.code}")
    assert [manager.get(page).status_code for page in pages] == [200] * 3
    assert [hr.get(page).status_code for page in (*pages, "/reports/2026Q4")] == [200] * 4
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    employee = browsers.sign_in(RoleName.EMPLOYEE, subject)
    assert [employee.get(page).status_code for page in pages] == [200] * 3


def test_a_period_may_be_typed_in_full_width_digits_in_forms_addresses_and_searches(
    browsers: Browsers, office: Office
):
    office.person("A1", level="senior")
    hr = browsers.sign_in(RoleName.HR)
    campaign = {"period": " ２０２６ｑ４ ", "kind": "client", "starts_on": "2099-01-04", "languages": "zh,en"}
    campaign |= {"questionnaire": "account-manager/1", "scheme": "account-manager/1"}
    answer = hr.post("/campaigns/new", campaign, page="/campaigns/new")
    assert answer.location == "/campaigns/2026Q4/subjects"
    assert office.session.scalars(select(Campaign.period)).all() == ["2026Q4"]
    assert hr.get("/campaigns/２０２６Q4").status_code == 200
    assert hr.get("/reports/２０２６ｑ４").status_code == 200
    hand_in_scores(hr, "２０２６Ｑ４\u3000")
    assert office.session.scalars(select(Goal.period)).all() == ["2026Q4"]
    auditor = browsers.sign_in(RoleName.AUDITOR)
    found = Page(auditor.get("/audit?target=２０２６Q４").text).one("ol", **{"class": "log"})
    assert "2026Q4" in found.find("li")[0].all_text


def hand_in_scores(hr: Browser, period: str) -> None:
    file = (io.BytesIO(b"subject,score\nA1,80\n"), "scores.csv")
    preview = hr.post("/imports/scores", {"period": period, "file": file}, page="/imports/scores").location
    digest = Page(hr.get(preview).text).one("input", name="digest").attributes["value"]
    assert hr.post(preview, {"digest": digest}, page=preview).status_code == 303


def test_a_campaign_that_is_called_by_another_spelling_is_found_by_it(browsers: Browsers, office: Office):
    small = office.draft({"client": 3}, code="2026q4")
    hr = browsers.sign_in(RoleName.HR)
    large = office.draft({"client": 3}, code="2026Q4")
    small.title_en, large.title_en = "The small one", "The large one"
    assert "The small one" in hr.get("/campaigns/2026q4?lang=en").text
    assert "The large one" in hr.get("/campaigns/２０２６Q4?lang=en").text


@pytest.mark.parametrize("room", ["campaigns", "reports", "files", "releases", "people", "library/schemes"])
def test_an_address_that_no_code_can_have_leads_nowhere(browsers: Browsers, office: Office, room: str):
    office.draft({"client": 3}, code="2026Q4")
    hr = browsers.sign_in(RoleName.HR)
    assert [hr.get(f"/{room}/{code}").status_code for code in ("%00", "2026Q4%00", "x/%00")] == [404] * 3
