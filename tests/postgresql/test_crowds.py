"""Response rates on PostgreSQL: the same lines in as few statements, also when raters decline at the same moment."""

from functools import partial

from sqlalchemy.orm import Session

from feedback import current
from feedback.extensions import db
from feedback.services.ballot_box import declining, invitations
from feedback.services.ballot_box.invitations import Holding
from feedback.services.campaigns import campaigns, overview
from feedback.services.crowds import response_rates
from tests.factories import NOW, Office
from tests.postgresql.moments import Raced
from tests.statements import counted


def decline(nonce: bytes, session: Session) -> None:
    visit = invitations.visit(session, current.custody(), nonce, now=NOW, holding=Holding.ALONE)
    assert declining.decline(session, visit, visit.task(1))


def test_lines_are_those_of_sqlite_in_three_statements_for_all_campaigns(office: Office):
    campaign = office.open(
        {"client": 4, "supervisor": 1, "peer": 2}, {"client": 1, "peer": 5, "subordinate": 1}
    )
    office.open(*[{"client": 4}] * 5, code="2027Q1")
    for nonce in office.nonces(campaign, "client")[:3] + office.nonces(campaign, "subordinate", 1):
        office.answer(nonce)
    office.session.expunge_all()
    with counted(db.engine) as statements:
        _, found = overview.of_all(office.session)
    assert len(statements) == 3
    assert [(line.title.en, line.answered, line.invited) for line in found.responses] == [
        ("Clients", 3, 4),
        ("Clients + Peers", 0, 3),
        ("Peers + Direct reports", 1, 6),
    ]
    rates = response_rates.rates(office.session, campaigns.find(office.session, "2026Q4"))
    assert (rates.total.answered, rates.uncounted) == (4, {"supervisor": 1})


def test_a_crowd_that_two_leave_at_the_same_moment_is_counted_no_more(office: Office, accepted: Raced):
    """Each sees the other one go."""
    campaign = office.open(*[{"client": 1}] * 4)
    one, two = (office.nonces(campaign, "client", subject)[0] for subject in (0, 1))
    office.session.commit()
    assert response_rates.rates(office.session, campaign).total.invited == 4
    office.session.rollback()
    accepted(partial(decline, one), partial(decline, two))
    rates = response_rates.rates(office.session, campaign)
    assert (rates.total, rates.uncounted) == (None, {"client": 2})
