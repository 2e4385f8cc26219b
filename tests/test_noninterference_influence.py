"""What joins the answers of whole ballots tells nothing of withheld cells, and nothing of who gave which of them."""

import json
import random
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from feedback import current
from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell
from feedback.services.ballot_box.ballots import seal, unseal
from feedback.services.closing import sealed_answers
from feedback.settings import Settings
from tests.factories import Office, shipped_questionnaire
from tests.opinions import SIZE, ballots_of, opinions
from tests.test_noninterference import copied_to, everything_that_leaves, overwrite, withheld_cells

SUBJECTS, FEW = 10, 2


def campaign_with_influence(office: Office, dice: random.Random) -> Campaign:
    """Sixty clients of ten people who differ, and groups about each that will be withheld."""
    sizes = [{"client": SIZE, "peer": FEW}] * SUBJECTS + [{"client": FEW}]
    campaign = office.open(*sizes)
    ballots = ballots_of(opinions(SUBJECTS * SIZE, dice.randrange(100)), shipped_questionnaire())
    for subject in range(SUBJECTS):
        for nonce in office.nonces(campaign, "client", subject):
            office.answer(nonce, next(ballots), "the same words from everybody")
        for nonce in office.nonces(campaign, "peer", subject):
            office.answer(nonce, dice.randint(1, 5))
    for nonce in office.nonces(campaign, "client", SUBJECTS):
        office.answer(nonce, dice.randint(1, 5))
    return campaign


def statistics(outputs: dict[str, bytes]) -> dict[str, object]:
    found: dict[str, object] = json.loads(outputs["counts"])["statistics"]
    return found


def twins(
    app: Flask, settings: Settings, twin: Flask, change: Callable[[], object]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """All outputs of a campaign, and of a copy in which something was changed."""
    with copied_to(twin, settings) as other:
        change()
        after = everything_that_leaves(other)
    return everything_that_leaves(app), after


def one_campaign() -> Campaign:
    return db.session.scalars(select(Campaign)).one()


def test_answers_of_withheld_cells_change_no_byte_where_there_are_influence_factors(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    dice = random.Random(1)
    withheld = withheld_cells(app, campaign_with_influence(office, dice))
    before, after = twins(app, settings, twin, lambda: overwrite(one_campaign(), withheld, dice))
    assert before == after
    influence = statistics(before)["influence"]
    assert isinstance(influence, dict) and influence["n"] == SUBJECTS * SIZE
    page = before["/influence/2026Q4 en"]
    assert b"Johnson 2000" in page and b"Too few answers" not in page


def test_an_answer_of_a_shown_cell_changes_the_factors(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    dice = random.Random(2)
    campaign_with_influence(office, dice)
    shown = db.session.scalars(select(Cell.id).where(Cell.group == "client")).all()
    before, after = twins(app, settings, twin, lambda: overwrite(one_campaign(), shown[:1], dice))
    assert statistics(before)["influence"] != statistics(after)["influence"]


def test_who_of_a_cell_gave_which_answers_changes_no_digit_of_the_statistics(
    office: Office, app: Flask, settings: Settings, twin: Flask
):
    """All links of a cell swap their answers: the order of ballots, slots or rows has no part in a resample."""
    campaign_with_influence(office, random.Random(3))
    before, after = twins(app, settings, twin, lambda: swap_answers(SUBJECTS * SIZE))
    assert statistics(before) == statistics(after)
    assert statistics(before)["influence"] is not None


def swap_answers(ballots: int) -> None:
    """Within each cell of clients, from the first link to the last: sealed anew, as others might have sent them."""
    campaign = one_campaign()
    keys, key = current.custody().box(campaign.code), current.custody().private_key(campaign.code)
    sealed = [one for one in sealed_answers.by_link(db.session(), campaign) if one.place.group == "client"]
    rated, comments = len(shipped_questionnaire().counted_items), len(shipped_questionnaire().comment_items)
    opened = {one.place: unseal(one.envelope, key, keys, one.place, rated, comments) for one in sealed}
    assert len(opened) >= ballots
    for cell in {place.cell_id for place in opened}:
        places = [place for place in opened if place.cell_id == cell]
        for place, other in zip(places, reversed(places), strict=True):
            db.session.get_one(Ballot, place.spot).envelope = seal(opened[other], keys, place)
    db.session.commit()
