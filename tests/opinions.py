"""Clients with opinions of their own about everything, for what needs whole ballots that differ."""

from collections.abc import Iterator

import numpy as np

from feedback.models.campaigns import Campaign
from forms.questionnaire import ItemKind, Questionnaire
from tests.factories import Office, shipped_questionnaire

SIZE = 6  # clients of one person


def opinions(clients: int, seed: int = 1) -> np.ndarray:
    """What each has of every dimension of the shipped questionnaire, and last whether he recommends."""
    dice = np.random.default_rng(seed)
    dimensions = len(shipped_questionnaire().dimensions)
    common, own = dice.normal(size=(clients, 1)), dice.normal(size=(clients, dimensions))
    recommends = common + 0.8 * own[:, :1] + 0.3 * own[:, 1:2] + 0.6 * dice.normal(size=(clients, 1))
    return np.column_stack([common + own + 0.3 * np.arange(dimensions), recommends])


def ballots_of(found: np.ndarray, questionnaire: Questionnaire) -> Iterator[dict[str, int]]:
    """Positions on the scales; questions of a dimension are answered a little differently from one another."""
    places = {dimension.id: place for place, dimension in enumerate(questionnaire.dimensions)}
    for opinion in found:
        yield {
            item.id: int(
                np.clip(round(3.3 + 0.7 * opinion[places[item.dimension]] + 0.4 * (number % 3 - 1)), 1, 5)
            )
            if item.kind is ItemKind.RATING
            else int(np.clip(round(7.5 + 1.3 * opinion[-1]), 0, 10))
            for number, item in enumerate(questionnaire.counted_items)
        }


def answered_by_clients(
    office: Office, clients: int, *, seed: int = 1, code: str = "2026Q4", closed: bool = True
) -> Campaign:
    """So many, six of each person."""
    campaign = office.open(*[{"client": SIZE}] * (clients // SIZE), code=code)
    ballots = ballots_of(opinions(clients, seed), shipped_questionnaire())
    for subject in range(clients // SIZE):
        for nonce in office.nonces(campaign, "client", subject):
            office.answer(nonce, next(ballots))
    if closed:
        office.close(campaign)
    return campaign
