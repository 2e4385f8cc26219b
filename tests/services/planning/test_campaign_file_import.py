from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.campaigns import KeyCustody
from feedback.models.clients import Client
from feedback.services.ballot_box.custody import Custody
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.planning import campaign_file_import
from forms.document import InvalidDocument
from tests.factories import ACTOR, NOW, Office

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = """
code = "2026Q4"
period = "2026Q4"
kind = "both"
title = {en = "Fourth quarter", zh = "第四季度"}
closes_at = 2026-12-15
"""
ALL = "[subjects]\nall = true\n"
SCHEME = """
id = "tiers"
version = 1
[[group]]
id = "key-client"
family = "clients"
weight = 60
[[group]]
id = "client"
family = "clients"
weight = 40
[[group]]
id = "partner"
family = "colleagues"
weight = 0
"""


@pytest.fixture(autouse=True)
def company(office: Office, session: Session) -> None:
    """Two account managers, A1 of whom has a manager, an assistant and clients of three tiers."""
    boss = office.person("M1")
    first = office.person("A1", level="senior", manager=boss)
    office.person("A2", level="junior")
    office.person("S1", manager=first)
    office.person("P1")
    for number, tier in enumerate(("client", "key-client", "bronze")):
        client = Client(code=f"K{number}", name=tier, tier=tier, account_manager=first)
        office.contact(client)
        office.contact(client)
    session.commit()


def load(session: Session, folder: Path, text: str) -> CampaignPlan:
    path = folder / "campaign.toml"
    path.write_text(text, encoding="utf-8")
    return campaign_file_import.load(session, path, SHANGHAI)


def faults(session: Session, folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        load(session, folder, text)
    return [str(fault) for fault in caught.value.faults]


def asked(plan: CampaignPlan, subject: str) -> dict[str, list[str]]:
    raters: dict[str, list[str]] = {}
    for request in plan.requests:
        if request.subject.code == subject:
            raters.setdefault(request.group, []).append(getattr(request.rater, "code", request.rater.name))
    return raters


def test_raters_follow_from_clients_reporting_lines_and_nominated_peers(
    session: Session, tmp_path: Path
) -> None:
    plan = load(session, tmp_path, HEAD + ALL + '[peers]\nA1 = ["P1", "A2"]\n')
    assert [subject.code for subject in plan.subjects] == ["A1", "A2"]
    raters = asked(plan, "A1")
    assert len(raters.pop("client")) == 6
    assert raters == {"supervisor": ["M1"], "peer": ["P1", "A2"], "subordinate": ["S1"], "self": ["A1"]}


def test_a_group_that_cannot_be_filled_stays_with_nobody_invited(session: Session, tmp_path: Path) -> None:
    plan = load(session, tmp_path, HEAD + ALL)
    assert asked(plan, "A2") == {"self": ["A2"]}
    assert plan.groups == ("client", "supervisor", "peer", "subordinate", "self")


def test_a_plan_can_be_created_and_opened(session: Session, custody: Custody, tmp_path: Path) -> None:
    campaign = campaigns.create(session, load(session, tmp_path, HEAD + ALL), actor=ACTOR, now=NOW)
    campaigns.open(session, custody, campaign, actor=ACTOR, now=NOW)
    invited = Counter()
    for subject in campaign.subjects:
        invited.update({cell.group: cell.invited for cell in subject.cells})
    assert invited == {"client": 6, "supervisor": 1, "peer": 0, "subordinate": 1, "self": 2}


@pytest.mark.parametrize(
    ("kind", "groups"),
    [("client", ("client",)), ("360", ("supervisor", "peer", "subordinate", "self"))],
)
def test_the_kind_of_campaign_restricts_the_groups(
    session: Session, tmp_path: Path, kind: str, groups: tuple[str, ...]
) -> None:
    plan = load(session, tmp_path, HEAD.replace("both", kind) + ALL)
    assert plan.groups == groups
    assert {request.group for request in plan.requests} <= set(groups)


def test_clients_of_a_tier_of_their_own_are_a_group_and_others_count_as_clients(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "tiers.toml").write_text(SCHEME)
    raters = asked(load(session, tmp_path, HEAD + 'scheme = "tiers.toml"\n' + ALL), "A1")
    assert {group: len(contacts) for group, contacts in raters.items()} == {"key-client": 2, "client": 4}


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        ("all = true", ["A1", "A2"]),
        ('departments = ["east"]', ["A1", "A2"]),
        ('levels = ["junior"]', ["A2"]),
        ('people = ["P1", "A2"]', ["P1", "A2"]),
    ],
)
def test_subjects_are_chosen_in_one_of_four_ways(
    session: Session, tmp_path: Path, selection: str, codes: list[str]
) -> None:
    plan = load(session, tmp_path, HEAD + f"[subjects]\n{selection}\n")
    assert [subject.code for subject in plan.subjects] == codes


@pytest.mark.parametrize(
    ("written", "closes_at"),
    [
        ("2026-12-15", datetime(2026, 12, 15, 15, 59, 59, tzinfo=UTC)),
        ("2026-12-15T18:00:00", datetime(2026, 12, 15, 10, tzinfo=UTC)),
        ("2026-12-15T18:00:00+01:00", datetime(2026, 12, 15, 17, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_ours(
    session: Session, tmp_path: Path, written: str, closes_at: datetime
) -> None:
    assert load(session, tmp_path, HEAD.replace("2026-12-15", written) + ALL).closes_at == closes_at


def test_one_title_serves_both_languages(session: Session, tmp_path: Path) -> None:
    plan = load(session, tmp_path, HEAD.replace(', zh = "第四季度"', "") + ALL)
    assert (plan.title_zh, plan.title_en) == ("Fourth quarter", "Fourth quarter")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code = ", ["the file is not valid TOML"]),
        (
            ALL,
            [
                "code: is missing",
                "kind: is missing",
                "period: is missing",
                "title: is missing",
                "closes_at: is missing",
            ],
        ),
        (HEAD, ["subjects: needs exactly one"]),
        (HEAD + ALL + "levels = ['senior']\n", ["subjects: needs exactly one"]),
        (HEAD + ALL + "team = 'x'\n", ["subjects.team: unknown key"]),
        (HEAD.replace("2026Q4", "../x", 1) + ALL, ["code: '../x' is not an identifier"]),
        (HEAD.replace('period = "2026Q4"', 'period = "Q4"') + ALL, ["period: 'Q4' is not a year"]),
        (HEAD.replace("both", "all") + ALL, ["kind: 'all' is not one of client, 360, both"]),
        (HEAD.replace("2026-12-15", '"2026-12-15"') + ALL, ["closes_at: must be a date or a time"]),
        (
            HEAD + 'scheme = "other"\n' + ALL,
            ["scheme: the library has nothing called other"],
        ),
        (HEAD + 'scheme = "none.toml"\n' + ALL, ["scheme: none.toml cannot be read"]),
        (HEAD + 'scheme = "\\u0000.toml"\n' + ALL, ["scheme: \0.toml cannot be read"]),
        (HEAD + 'scheme = "campaign.toml"\n' + ALL, ["scheme campaign.toml: version: is missing"]),
        (
            HEAD + "[subjects]\npeople = ['A1', 'X1', 'A1']\n",
            ["subjects.people[2]: there is no person X1", "subjects.people[3]: 'A1' appears more than once"],
        ),
        (
            HEAD + "[subjects]\ndepartments = ['west']\n",
            ["subjects.departments[1]: nobody with a level works"],
        ),
        (
            HEAD + "[subjects]\nlevels = ['senior', 'chief']\n",
            ["subjects.levels[2]: nobody has the level chief"],
        ),
        (
            HEAD + ALL + "[peers]\nA1 = ['X1']\nP1 = ['A1']\n",
            ["peers.P1: P1 is not a subject", "peers.A1[1]: there is no person X1"],
        ),
        (HEAD + ALL + "[peers]\nA1 = ['M1', 'S1', 'A1']\n", ["peers.A1: "] * 3),
        (
            HEAD.replace('code = "2026Q4"', 'code = "new"') + ALL,
            ["code: a campaign cannot be called new: that is the address of another page"],
        ),
        (HEAD + "trustees = ['a@x.com', 'b@x.com']\n" + ALL, ["trustees: a key is entrusted to three"]),
        (HEAD + "trustees = ['a@x.com', 'A@x.com', 'b@x.com']\n" + ALL, ["trustees: a key is entrusted"]),
        (
            HEAD + "trustees = ['a@x.com', 'b@x.com', 'hr@x.com']\n" + ALL,
            [f"trustees[{place}]: there is no account" for place in (1, 2, 3)],
        ),
        (HEAD + "trustees = [1]\n" + ALL, ["trustees: must be a list of strings"]),
        (HEAD + "minimum = 5\n" + ALL, ["minimum: must be a table"]),
        (HEAD + ALL + "[minimum]\nclient = 2\n", ["minimum.client: 2 must be between 3 and 1000"]),
        (HEAD + ALL + "[minimum]\npeer = 4.5\n", ["minimum.peer: must be a whole number"]),
        (HEAD + ALL + "[minimum]\nself = 3\n", ["minimum.self: an attributed group has the minimum 1"]),
        (HEAD + ALL + "[minimum]\nfriend = 3\n", ["minimum.friend: the scheme has no rater group friend"]),
        (HEAD + 'languages = "fr"\n' + ALL, ["languages: 'fr' is not one of: zh,en; zh; en"]),
        (
            HEAD.replace("both", "client") + ALL + "[peers]\nA1 = ['A2']\n",
            ["peers: this campaign does not ask peers"],
        ),
    ],
)
def test_every_fault_names_its_path(session: Session, tmp_path: Path, text: str, expected: list[str]) -> None:
    found = faults(session, tmp_path, text)
    for start in expected:
        assert any(fault.startswith(start) for fault in found), found


OWN = """
id = "own"
version = 1
[scale.two]
points = [0, 100]
[[dimension]]
id = "d"
[[item]]
id = "q"
dimension = "d"
scale = "two"
text.en = "Well?"
"""


@pytest.mark.parametrize(
    ("written", "replacement", "fault"),
    [
        ("[[item]]", '[[item]]\ngroups = ["client"]', "asks nothing of the rater group peer"),
        ('text.en = "Well?"', "", "item q has no text to show to raters"),
        ('id = "q"', 'id = "token"', "an item cannot be called token: the answer form uses that name itself"),
        ('id = "q"', 'id = "task"', "an item cannot be called task: the answer form uses that name itself"),
        ('id = "q"', 'id = "lang"', "an item cannot be called lang: the answer form uses that name itself"),
    ],
)
def test_a_questionnaire_that_raters_cannot_answer_is_a_fault(
    session: Session, tmp_path: Path, written: str, replacement: str, fault: str
) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace(written, replacement))
    found = faults(session, tmp_path, HEAD + 'questionnaire = "own.toml"\n' + ALL)
    assert f"questionnaire: {fault}" in found


def test_a_questionnaire_worded_in_one_language_can_be_answered(session: Session, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace("text.en", "text.zh"), encoding="utf-8")
    assert load(session, tmp_path, HEAD + 'questionnaire = "own.toml"\n' + ALL).questionnaire.id == "own"


def test_thresholds_of_the_file_are_raised_and_the_others_stay_with_the_scheme(
    session: Session, tmp_path: Path
) -> None:
    plan = load(session, tmp_path, HEAD + ALL + "[minimum]\nclient = 5\nself = 1\n")
    assert {group.id: group.minimum for group in plan.scheme.groups} == {
        "client": 5,
        "supervisor": 1,
        "peer": 3,
        "subordinate": 3,
        "self": 1,
    }


def test_three_accounts_of_the_file_hold_the_key(session: Session, tmp_path: Path) -> None:
    users = [account(session, f"t{number}@x.com").id for number in range(3)]
    trustees = 'trustees = ["t0@x.com", "T1@x.com ", "t2@x.com"]\n'
    plan = load(session, tmp_path, HEAD + trustees + ALL)
    assert (plan.key_custody, sorted(plan.trustees)) == (KeyCustody.TRUSTEES, users)
    assert load(session, tmp_path, HEAD + ALL).key_custody == KeyCustody.SERVER


def test_an_account_that_is_disabled_holds_no_key(session: Session, tmp_path: Path) -> None:
    for number in range(3):
        account(session, f"t{number}@x.com").active = number != 1
    trustees = "trustees = ['t0@x.com', 't1@x.com', 't2@x.com']\n"
    assert faults(session, tmp_path, HEAD + trustees + ALL) == [
        "trustees[2]: there is no account t1@x.com that can sign in"
    ]


def account(session: Session, email: str) -> User:
    user = User(email=email, password="", fs_uniquifier=email)
    session.add(user)
    session.flush()
    return user
