"""Open campaigns with every ballot cast, made fast: by the services, but many ballots at once."""

import multiprocessing
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import bindparam, select, update

from feedback.extensions import db
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.services.ballot_box.ballots import Answers, Place, seal
from feedback.services.ballot_box.box_keys import BoxKeys
from tests.factories import Office, shipped_questionnaire

RATERS = {"client": 12, "supervisor": 1, "peer": 6, "subordinate": 3, "self": 1}
EACH = sum(RATERS.values())
COMMENT = "回复很及时，问题当天就解决了。"
COMMENTING = 3  # one in so many writes something
AT_ONCE = 2000


@dataclass(frozen=True)
class Sealer:
    """Answers everything for some seats, around a level of each subject's own."""

    keys: BoxKeys

    def __call__(self, places: Sequence[Place]) -> list[tuple[bytes, bytes]]:
        return [(place.spot, seal(self._answers(place), self.keys, place)) for place in places]

    def _answers(self, place: Place) -> Answers:
        questionnaire, dice = shipped_questionnaire(), random.Random(place.spot)
        level = random.Random(place.subject_id).uniform(2.5, 4.5)
        asked = {item.id for item in questionnaire.items_for(place.group)}
        ratings = {
            item.id: min(5, max(1, round(dice.gauss(level, 0.8))))
            for item in questionnaire.counted_items
            if item.id in asked
        }
        comment = COMMENT if dice.randrange(COMMENTING) == 0 else ""
        return Answers.of(questionnaire, ratings, dict.fromkeys(("comment",), comment))


def office(app: Flask) -> Office:
    return Office(db.session(), *(app.extensions[f"feedback.{name}"] for name in ("custody", "tokens")))


def answered(office: Office, ballots: int, code: str = "2026Q4") -> Campaign:
    """A campaign with about so many ballots, 23 about each subject."""
    campaign = office.open(*[RATERS] * max(1, round(ballots / EACH)), code=code)
    fill(office, campaign)
    return campaign


def fill(office: Office, campaign: Campaign) -> None:
    sealer = Sealer(office.custody.box(campaign.code))
    put = (
        update(Ballot.metadata.tables[Ballot.__tablename__])
        .where(Ballot.slot == bindparam("at"))
        .values(envelope=bindparam("sealed"))
    )
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for rows in pool.map(sealer, _seats(office, campaign, sealer.keys)):
            db.session.execute(put, [{"at": slot, "sealed": envelope} for slot, envelope in rows])
            db.session.commit()


def _seats(office: Office, campaign: Campaign, keys: BoxKeys) -> Iterator[list[Place]]:
    cells = office.session.execute(
        select(Cell.id, Cell.group, Cell.seats, Subject.person_id)
        .join(Subject, Subject.id == Cell.subject_id)
        .where(Subject.campaign_id == campaign.id, Cell.seats > 0)
    ).all()
    places = [
        Place(campaign.code, id, group, person_id, keys.slot(id, number))
        for id, group, seats, person_id in cells
        for number in range(1, seats + 1)
    ]
    random.Random(1).shuffle(places)
    return (places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE))
