"""A campaign's file makes the campaign again."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import tomli_w
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import Campaign
from feedback.models.clients import Client
from feedback.models.library import DefinitionKind
from feedback.services.ballot_box.custody import Custody
from feedback.services.campaigns import campaigns
from feedback.services.definitions import definition_drafts, library
from feedback.services.planning import campaign_file_export, campaign_file_import, draft_changes, stored_plans
from forms.document import digest_of
from tests.factories import ACTOR, NOW, SHIPPED, Office

SHANGHAI = ZoneInfo("Asia/Shanghai")
TRUSTEES = [f"t{number}@x.com" for number in range(4)]
PEERS = ("A2", "P1", "P2")
QUESTIONNAIRE = (SHIPPED / "questionnaires/account-manager.toml").read_text(encoding="utf-8")
SCHEME = (SHIPPED / "schemes/account-manager.toml").read_text(encoding="utf-8")
OWN = {
    "own.toml": QUESTIONNAIRE.replace("version = 1", "version = 7", 1),
    "own-scheme.toml": SCHEME.replace("trim = false", "trim = true"),
}


@pytest.fixture(autouse=True)
def company(office: Office, session: Session) -> None:
    boss = office.person("M1")
    first = office.person("A1", level="senior", manager=boss)
    for code in ("A2", "P1", "P2"):
        office.person(code, level="junior" if code == "A2" else None)
    office.contact(Client(code="K1", name="K", account_manager=first))
    session.add_all(User(email=email, password="", fs_uniquifier=email) for email in TRUSTEES)
    session.commit()


def random_spec(random: Random) -> dict[str, object]:
    def some(value: object) -> object:
        return value if random.random() < 0.5 else None

    zone = timezone(timedelta(hours=random.randrange(-12, 14)))
    moments = [date(2026, 12, 1), datetime(2026, 12, 2, 23, 59, 59), datetime(2026, 12, 3, 4, 5, tzinfo=zone)]
    kind = random.choice(["client", "360", "both"])
    spec = {
        "code": "2026Q4",
        "period": random.choice(["2026", "2026Q4", "2026-11"]),
        "kind": kind,
        "title": {language: f"{language} 季" for language in random.choice([("en",), ("zh",), ("en", "zh")])},
        "closes_at": random.choice(moments),
        "nominations_until": some(random.choice(moments)),
        "approvals_until": some(random.choice(moments)),
        "questionnaire": some(random.choice(["account-manager/1", "own.toml"])),
        "scheme": some(random.choice(["account-manager/1", "own-scheme.toml"])),
        "languages": some(random.choice(["zh,en", "zh", "en"])),
        "recurring": some(True),
        "trustees": some(random.sample(TRUSTEES, 3)),
        "minimum": some({"client": random.randrange(3, 9), "peer": 4}),
        "subjects": random.choice([{"all": True}, {"people": ["A1", "P2"]}, {"levels": ["senior"]}]),
        "peers": some({"A1": random.sample(PEERS, random.randrange(1, 4))}) if kind != "client" else None,
    }
    return {key: value for key, value in spec.items() if value is not None}


def create(session: Session, folder: Path, files: dict[str, str]) -> Campaign:
    for name, text in (OWN | files).items():
        (folder / name).write_text(text, encoding="utf-8")
    plan = campaign_file_import.load(session, folder / next(iter(files)), SHANGHAI)
    return campaigns.create(session, plan, actor=ACTOR, now=NOW)


def exported(session: Session, campaign: Campaign) -> dict[str, str]:
    return campaign_file_export.to_toml(session, campaign, SHANGHAI)


@pytest.mark.parametrize("seed", range(8))
def test_a_campaign_made_from_the_file_of_another_is_the_same(
    session: Session, tmp_path: Path, seed: int
) -> None:
    first = create(session, tmp_path, {"2026Q4.toml": tomli_w.dumps(random_spec(Random(seed)))})
    plan, files = stored_plans.of_campaign(session, first, now=NOW), exported(session, first)
    draft_changes.discard(session, first, actor=ACTOR, now=NOW)
    again = create(session, tmp_path, files)
    assert stored_plans.of_campaign(session, again, now=NOW) == plan
    assert exported(session, again) == files


def test_changing_a_campaign_to_what_its_own_file_says_changes_nothing(
    session: Session, tmp_path: Path
) -> None:
    raised = {"trustees": TRUSTEES[:3], "minimum": {"client": 6}}
    spec = {**random_spec(Random(3)), "kind": "both", "scheme": "account-manager", **raised}
    campaign = create(session, tmp_path, {"2026Q4.toml": tomli_w.dumps(spec)})
    before = exported(session, campaign)
    for name, text in before.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    plan = campaign_file_import.load(session, tmp_path / "2026Q4.toml", SHANGHAI)
    draft_changes.revise(session, campaign, plan, actor=ACTOR, now=NOW)
    assert exported(session, campaign) == before
    assert '"t0@x.com"' in before["2026Q4.toml"] and "client = 6" in before["2026Q4.toml"]


def test_definitions_that_the_library_does_not_have_come_as_files_of_their_own(
    session: Session, tmp_path: Path
) -> None:
    spec = {**random_spec(Random(1)), "scheme": "own-scheme.toml", "questionnaire": "account-manager"}
    spec["minimum"] = {"client": 5}
    campaign = create(session, tmp_path, {"spec.toml": tomli_w.dumps(spec)})
    files = exported(session, campaign)
    assert list(files) == ["2026Q4.toml", "2026Q4-scheme.toml"]
    assert 'questionnaire = "account-manager/' in files["2026Q4.toml"]
    assert "[minimum]" not in files["2026Q4.toml"] and "minimum = 5" in files["2026Q4-scheme.toml"]


def test_a_draft_of_the_library_that_changed_since_is_exported_as_the_campaign_took_it(
    session: Session, tmp_path: Path
) -> None:
    shipped = library.find(session, DefinitionKind.SCHEME, "account-manager")
    draft = definition_drafts.copy(session, shipped, "sales", actor=ACTOR, now=NOW)
    spec = {**random_spec(Random(1)), "scheme": "sales"}
    campaign = create(session, tmp_path, {"spec.toml": tomli_w.dumps(spec)})
    table = {**draft.table, "rating": {"gap": 20}}
    seen = library.find(session, DefinitionKind.SCHEME, "sales")
    definition_drafts.save(session, seen, table, seen=digest_of(seen.table), actor=ACTOR, now=NOW)
    assert "gap = 10" in exported(session, campaign)["2026Q4-scheme.toml"]


def test_an_open_and_a_counted_campaign_have_their_file_as_well(
    session: Session, custody: Custody, office: Office
) -> None:
    campaign = office.open({"client": 4, "peer": 3})
    before = exported(session, campaign)
    office.close(campaign)
    assert exported(session, campaign) == before
