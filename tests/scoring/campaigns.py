"""Small campaigns as arrays, for tests of scoring alone."""

from dataclasses import dataclass

import numpy as np

from scoring import dispersion
from scoring.counts import DisclosedCounts, open_ballots, scored_ballots, tally
from scoring.disclosure import Decision, decide
from scoring.instrument import Answers, Floats, GroupFamily, Groups, Instrument, Integers, Items
from scoring.scores import Scores, score

CLIENT, SUPERVISOR, PEER, SUBORDINATE, SELF = range(5)
HUNDRED_POINTS = (20, 40, 60, 80, 100)


def groups(**changes: object) -> Groups:
    """Clients, supervisor, peers, subordinates and self, with the weights most companies begin with."""
    parts: dict[str, object] = {
        "family": [
            GroupFamily.CLIENTS,
            GroupFamily.SUPERVISOR,
            GroupFamily.COLLEAGUES,
            GroupFamily.COLLEAGUES,
            GroupFamily.SELF,
        ],
        "weight": [40.0, 30.0, 20.0, 10.0, 0.0],
        "minimum": [3, 1, 3, 3, 1],
        "attributed": [False, True, False, False, True],
        "required": [False] * 5,
    }
    return Groups(**{name: np.array(value) for name, value in {**parts, **changes}.items()})  # type: ignore[arg-type]


def items(dimensions: tuple[int, ...] = (0, 0, 1, 1), **changes: object) -> Items:
    """Five-point items, by the dimension each belongs to; all asked of all five groups."""
    count = len(dimensions)
    parts: dict[str, object] = {
        "values": [5] * count,
        "reverse": [False] * count,
        "points": [HUNDRED_POINTS] * count,
        "weight": [1.0] * count,
        "dimension": dimensions,
        "headline": [False] * count,
        "asked": [[True] * count] * 5,
    }
    arrays = {name: np.array(value) for name, value in {**parts, **changes}.items()}
    return Items(**arrays | {"points": arrays["points"].astype(float)})  # type: ignore[arg-type]


def instrument(**changes: object) -> Instrument:
    parts: dict[str, object] = {
        "items": items(),
        "groups": groups(),
        "dimension_weight": np.array([1.0, 1.0]),
    }
    return Instrument(**{**parts, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Campaign:
    """Ballots with their subject and group, as they come out of their envelopes."""

    answers: Answers
    subject: Integers
    group: Integers
    subjects: int

    def numbers(self, groups: Groups) -> Integers:
        joint = np.bincount(self.subject * groups.count + self.group, minlength=self.subjects * groups.count)
        return joint.reshape(self.subjects, groups.count)


def form_units(asked: Integers, of: Groups) -> Integers:
    """Those of the opening, by the rule on ballots; that `forms.units` forms the same is a test's matter."""
    return np.where(asked > 0, decide(asked, of).cell, np.arange(of.count))


def shuffled(campaign: Campaign, seed: int) -> Campaign:
    """The same ballots in another order."""
    order = np.random.default_rng(seed).permutation(len(campaign.subject))
    return Campaign(
        campaign.answers[order], campaign.subject[order], campaign.group[order], campaign.subjects
    )


def random_campaign(seed: int, description: Instrument, subjects: int = 6, most: int = 7) -> Campaign:
    """Every number of ballots from none to ``most`` in a cell; a fifth of the answers missing."""
    rng = np.random.default_rng(seed)
    n = rng.integers(0, most + 1, (subjects, description.groups.count))
    n[:, description.groups.attributed] = n[:, description.groups.attributed] > most // 2
    subject = np.repeat(np.arange(subjects), n.sum(axis=1))
    group = np.repeat(np.tile(np.arange(description.groups.count), subjects), n.ravel())
    values = description.items.values
    answers = rng.integers(1, values + 1, (len(subject), len(values)))
    answers[rng.random(answers.shape) < 0.2] = 0
    first = np.flatnonzero(description.items.rating)[0]
    answers[:, first] = np.maximum(answers[:, first], 1)
    return Campaign(answers.astype(np.uint8), subject, group, subjects)


def counted(campaign: Campaign, description: Instrument) -> tuple[DisclosedCounts, Floats]:
    """Disclosed counts, and phi."""
    n = campaign.numbers(description.groups)
    return counted_as(decide(n, description.groups), campaign, n, description)


def counted_as(
    decision: Decision, campaign: Campaign, invited: Integers, description: Instrument
) -> tuple[DisclosedCounts, Floats]:
    ballots = open_ballots(campaign.answers, campaign.subject, campaign.group, decision, description.items)
    disclosed = tally(ballots, invited, decision, description)
    return disclosed, dispersion.phi(scored_ballots(ballots, disclosed), disclosed, description)


def scored(campaign: Campaign, description: Instrument) -> Scores:
    disclosed, phi = counted(campaign, description)
    return score(disclosed, description, phi)


def of_ballots(*ballots: tuple[int, int, tuple[int, ...]]) -> Campaign:
    """A campaign of (subject, group, answers)."""
    subject, group, answers = zip(*ballots, strict=True)
    return Campaign(np.array(answers, dtype=np.uint8), np.array(subject), np.array(group), max(subject) + 1)
