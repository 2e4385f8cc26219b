"""What human resources do to a campaign takes as many statements for many people as for few."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign
from feedback.models.mail import Mail, MailState
from feedback.models.results import Comment
from tests.factories import Office
from tests.statements import counted
from tests.views.reading import Browser, Browsers

FEW, MANY = 2, 7
LATER = datetime(2099, 1, 1, tzinfo=UTC)
TERMS = {"closes_on": "2099-02-01", "key_custody": "server"} | {f"minimum_{place}": "3" for place in range(3)}


@dataclass(frozen=True)
class Act:
    """path: below the address of the campaign, or with it in the place of {}."""

    path: str
    made: Callable[[Office, int, str], Campaign]
    form: Callable[[Campaign], dict[str, object]] = lambda campaign: {}
    page: str = ""


def draft(office: Office, people: int, code: str) -> Campaign:
    return office.draft(*[{"client": 3, "peer": 3}] * people, code=code)


def opened(office: Office, people: int, code: str) -> Campaign:
    return office.open(*[{"client": 5, "peer": 3}] * people, code=code)


def refused(office: Office, people: int, code: str) -> Campaign:
    campaign = opened(office, people, code)
    office.session.execute(update(Mail).values(state=MailState.REFUSED))
    return campaign


def answered(office: Office, people: int, code: str) -> Campaign:
    campaign = opened(office, people, code)
    for subject in range(people):
        for nonce in office.nonces(campaign, "client", subject):
            office.answer(nonce, comment="well done")
    return campaign


def closed(office: Office, people: int, code: str) -> Campaign:
    campaign = answered(office, people, code)
    office.close(campaign)
    return campaign


def people(campaign: Campaign) -> list[str]:
    return [subject.person.code for subject in campaign.subjects]


def all_but_one(campaign: Campaign) -> dict[str, object]:
    return {"person": people(campaign)[1:]}


ACTS = {
    "whom a draft is about": Act(
        "/campaigns/{}/subjects",
        draft,
        lambda campaign: {"selection": "people", "people": people(campaign)},
    ),
    "fewer subjects": Act(
        "/campaigns/{}/subjects",
        draft,
        lambda campaign: {"selection": "people", "people": people(campaign)[: len(people(campaign)) // 2]},
    ),
    "terms of a draft": Act("/campaigns/{}/terms", draft, lambda campaign: TERMS),
    "start of nominations": Act("/campaigns/{}/steps/nominate", draft),
    "opening": Act("/campaigns/{}/steps/open", draft),
    "discarding": Act("/campaigns/{}/steps/discard", draft),
    "refused mails sent again": Act("/campaigns/{}/mail/again", refused, page="/campaigns/{}/mail"),
    "closing": Act("/campaigns/{}/steps/close", answered),
    "release of all": Act("/campaigns/{}/steps/release", closed),
    "release of some": Act("/releases/{}", closed, all_but_one),
    "purging": Act("/campaigns/{}/steps/purge", closed),
}


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


def spent(hr: Browser, path: str, form: dict[str, object], page: str) -> list[str]:
    with counted(db.engine) as reading:
        hr.get(page)
    with counted(db.engine) as statements:
        answer = hr.post(path, form, page=page)
    assert answer.status_code == 303
    return statements[len(reading) :]


@pytest.mark.parametrize("name", ACTS)
def test_what_is_done_to_a_campaign_takes_as_many_statements_for_many_people(
    hr: Browser, office: Office, name: str
):
    act, numbers = ACTS[name], []
    for size, code in ((FEW, "2026Q1"), (FEW, "2026Q2"), (MANY, "2026Q3")):  # the first one fills caches
        campaign = act.made(office, size, code)
        campaign.closes_at = LATER
        path, form = act.path.format(code), act.form(campaign)
        office.session.commit()
        numbers.append(spent(hr, path, form, act.page.format(code) or path))
    assert len(numbers[1]) == len(numbers[2]), added(*numbers[1:])


def added(few: list[str], many: list[str]) -> list[str]:
    """The statements of which there are more, to read in a failure."""
    return [statement for statement in dict.fromkeys(many) if many.count(statement) > few.count(statement)]


@pytest.mark.parametrize("act", ["hide", "show"])
def test_one_comment_is_found_without_reading_all(hr: Browser, office: Office, act: str):
    campaign = closed(office, MANY, "2026Q1")
    comment = office.session.scalars(select(Comment)).first()
    path = f"/releases/{campaign.code}/comments/{comment.id.hex()}"
    rows: list[int] = []
    with counted(db.engine) as statements:
        assert hr.post(f"{path}/{act}", {"reason": "names somebody"}, page=path).status_code == 303
    rows = [1 for each in statements if "FROM comment" in each and "comment.id = " not in each]
    assert rows == []


def test_the_page_of_comments_takes_as_many_statements_for_many_people(hr: Browser, office: Office):
    numbers = []
    for size, code in ((FEW, "2026Q1"), (FEW, "2026Q2"), (MANY, "2026Q3")):
        campaign = closed(office, size, code)
        with counted(db.engine) as statements:
            assert hr.get(f"/releases/{campaign.code}/comments").status_code == 200
        numbers.append(len(statements))
    assert numbers[1] == numbers[2]
