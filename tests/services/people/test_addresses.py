import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.clients import Client
from feedback.models.nominations import Nomination
from feedback.services.accounts import accounts, sign_ins
from feedback.services.closing import trustees
from feedback.services.people import addresses
from feedback.services.rosters import nomination_lists, roster_changes
from feedback.services.tables.cells import WrongCell
from tests.factories import ACTOR, NOW, Office


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Chen@Client.Example ", "chen@client.example"),
        ("chen@xn--fiqs8s.example", "chen@中国.example"),
        ("chen@中国.EXAMPLE", "chen@中国.example"),
        ("Nobody", "nobody"),
    ],
)
def test_an_address_is_looked_for_as_it_is_stored(typed: str, stored: str):
    assert addresses.to_look_for(typed) == stored


def test_accounts_and_raters_are_found_however_their_address_is_typed(office: Office, session: Session):
    subject = office.person("A1")
    contact = office.contact(Client(code="K1", name="澜桥", account_manager=subject))
    user = accounts.create(session, "A@X.com", None, RoleName.HR, actor=ACTOR, now=NOW)
    assert roster_changes.find_rater(session, f"{contact.email.upper()} ") is contact
    assert accounts.by_address(session, " a@x.COM") is user
    assert sign_ins.to_bind(session, "A@x.com") is user


def test_a_trustee_is_found_however_his_address_is_typed(office: Office, session: Session):
    names = ("a@x.com", "b@x.com", "c@x.com")
    users = [accounts.create(session, name, None, RoleName.HR, actor=ACTOR, now=NOW) for name in names]
    campaign = office.draft({"client": 3})
    typed = [f" {name.upper()}" for name in names]
    trustees.appoint(session, campaign, typed, actor=ACTOR, now=NOW)
    found = [trustees.find_by_email(session, campaign, name).user_id for name in typed]
    assert found == [user.id for user in users]


def test_a_colleague_is_known_by_his_code_and_a_contact_by_his_address(office: Office, session: Session):
    campaign = office.draft({"client": 1, "peer": 1})
    lines = nomination_lists.lines(session, campaign.subjects[0])
    raters = {nomination.id: nomination.rater for nomination in session.query(Nomination)}
    names = {line.group: line.code for line in lines}
    assert [raters[line.id].known_as for line in lines] == [line.code for line in lines]
    assert "@" in names["client"] and "@" not in names["peer"]


@settings(max_examples=300)
@given(
    st.text("abZ09_.+-'é", min_size=0, max_size=70),
    st.sampled_from(
        [
            "x.org",
            "X.ORG",
            "localhost",
            "a.local",
            "-a.org",
            "a..org",
            "例子.公司",
            "xn--fsqu00a.com",
            "a.1",
            "",
        ]
    ),
    st.sampled_from(["", "a" * 40 + ".", ".".join(["a" * 60] * 4) + "."]),
)
def test_an_address_is_what_the_library_says_however_many_share_its_domain(
    name: str, domain: str, longer: str
) -> None:
    address = f"{name}@{longer}{domain}"
    try:
        wanted = validate_email(address, allow_smtputf8=False, check_deliverability=False).normalized.lower()
    except ValueError:
        with pytest.raises(WrongCell):
            addresses.canonical(address)
    else:
        assert addresses.canonical(address) == wanted
