"""What protects those who answer is decided in one place, and the pages that promise it say the same numbers."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from feedback.models.campaigns import Cell, CellStatus, Subject
from feedback.models.results import Comment
from feedback.services.ground import protection
from feedback.services.reports import reports
from forms.scheme import LEAST_MINIMUM
from scoring.instrument import GroupFamily, Groups
from tests.factories import Office, shipped_scheme


def test_no_number_is_below_what_pages_papers_and_guides_promise_in_words():
    assert (protection.MEANS_FROM, protection.RATES_FROM, protection.TEAM_MEANS_FROM) == (3, 3, 3)
    assert (protection.ITEMS_FROM, protection.COMMENTS_FROM) == (5, 5)
    assert (protection.DISTRIBUTIONS_FROM, protection.STATISTICS_FROM) == (10, 10)
    assert (protection.NPS_FROM, protection.TOP2BOX_FROM) == (10, 5)
    assert (protection.DAYS_FROM, protection.DAYS_STEP) == (10, 3)
    assert (protection.SUGGESTIONS_FROM, protection.SUGGESTIONS_STEP) == (3, 5)


@pytest.mark.parametrize(("minimum", "refused"), [(LEAST_MINIMUM - 1, True), (LEAST_MINIMUM, False)])
def test_the_arithmetic_refuses_a_minimum_that_schemes_refuse(minimum: int, refused: bool):
    def groups() -> Groups:
        return Groups(
            family=np.array([GroupFamily.CLIENTS]),
            weight=np.ones(1),
            minimum=np.array([minimum]),
            attributed=np.zeros(1, dtype=bool),
            required=np.zeros(1, dtype=bool),
        )

    if refused:
        with pytest.raises(ValueError, match="at least 3"):
            groups()
    else:
        assert groups().count == 1


@pytest.mark.parametrize(
    ("answered", "interviewed", "attributed", "shown"),
    [
        (5, 0, False, True),
        (4, 0, False, False),
        (6, 2, False, False),
        (7, 2, False, True),
        (5, 5, False, True),  # nobody answered by link: there is nobody to hide among
        (1, 0, True, True),
        (0, 0, True, False),
        (None, None, True, False),
    ],
)
def test_comments_need_a_crowd_of_which_nobody_was_heard(
    answered: int | None, interviewed: int | None, attributed: bool, shown: bool
):
    cell = Cell(group="client", answered=answered, interviewed=interviewed, status=CellStatus.SHOWN)
    assert protection.shows_comments(cell, attributed=attributed) is shown


@pytest.mark.parametrize("status", [None, CellStatus.MERGED, CellStatus.WITHHELD, CellStatus.ABSENT])
@pytest.mark.parametrize("attributed", [True, False])
def test_a_cell_that_is_not_shown_has_no_comments_to_show(status: CellStatus | None, attributed: bool):
    cell = Cell(group="client", answered=20, status=status)
    assert not protection.shows_comments(cell, attributed=attributed)


@pytest.mark.parametrize("minimum", [3, 5, 8])
def test_raters_are_promised_what_their_group_needs(minimum: int):
    client = replace(shipped_scheme().group("client"), minimum=minimum)
    assert protection.comments_from(client) == max(5, minimum)
    assert protection.comments_from(shipped_scheme().group("supervisor")) == 1


@pytest.mark.parametrize(("answering", "shown"), [(4, 0), (5, 5)])
def test_what_is_kept_at_the_close_is_what_the_report_shows(office: Office, answering: int, shown: int):
    campaign = office.open({"client": 6, "supervisor": 1})
    for nonce in office.nonces(campaign, "client")[:answering]:
        office.answer(nonce, comment="text")
    office.answer(*office.nonces(campaign, "supervisor"), comment="boss")
    office.close(campaign)
    kept = office.session.scalars(select(Comment.text)).all()
    subject = office.session.scalars(select(Subject)).one()
    blocks = reports.of_subject(office.session, subject).comments
    assert sorted(kept) == sorted(text for block in blocks for text in block.texts)
    assert (kept.count("text"), kept.count("boss")) == (shown, 1)
