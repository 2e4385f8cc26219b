"""What the order of rows in PostgreSQL's own files tells whoever reads them: nothing.

Rows lie there in the order in which they were written, and a row that is changed is written anew at the end.
"""

from collections.abc import Sequence

from sqlalchemy import text

from tests.factories import Office

EMPTY = "select slot from ballot where envelope is null order by ctid"


def in_order_of_the_file(office: Office, query: str) -> Sequence[bytes]:
    return office.session.scalars(text(query)).all()


def test_empty_slots_do_not_lie_in_the_order_of_those_who_were_asked(office: Office):
    """Otherwise the places that are still empty would tell who has not answered."""
    campaign = office.open({"client": 12, "peer": 8})
    empty = in_order_of_the_file(office, EMPTY)
    assert len(empty) > 20 and empty == sorted(empty)
    for nonce in office.nonces(campaign, "client")[:5]:
        office.answer(nonce)
    left = in_order_of_the_file(office, EMPTY)
    assert len(left) == len(empty) - 5 and left == sorted(left)
