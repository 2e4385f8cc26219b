"""How much room ballots take."""

import secrets

import pytest
from sqlalchemy import select, text, update

from feedback.models.ballots import Ballot
from feedback.services.ballot_box.ballots import envelope_size
from feedback.services.definitions import library
from tests.factories import Office

MOST = 3000
SHIPPED = ("account-manager", "client-quarterly", "mystery-shopper")


def bytes_stored(office: Office) -> int:
    office.session.commit()
    pages, size = (office.session.scalar(text(f"PRAGMA page_{name}")) for name in ("count", "size"))
    office.session.commit()
    return pages * size


@pytest.mark.parametrize("code", SHIPPED)
def test_a_ballot_of_a_shipped_questionnaire_takes_at_most_three_kilobytes_of_the_database(
    office: Office, code: str
):
    """Rows are filled in no order, as answers come: pages are never quite full."""
    office.open(*[{"client": 30}] * 10)
    slots = office.session.scalars(select(Ballot.slot).order_by(Ballot.cell_id)).all()
    before, size = bytes_stored(office), envelope_size(library.questionnaire(code))
    for slot in slots:
        filled = update(Ballot).where(Ballot.slot == slot).values(envelope=secrets.token_bytes(size))
        office.session.execute(filled)
    assert (bytes_stored(office) - before) / len(slots) <= MOST
