"""A campaign's result: disclosed counts and the statistics over ballots, and nothing that may not be shown.

When a campaign opens, ``forms.units`` says by the numbers of people asked which groups are counted together. Closing it
takes three steps here: ``instrument``, then ``scoring.disclosure.decide`` on the numbers of ballots, then ``count`` on
the ballots of shown cells. Everything else is computed from the result alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forms.questionnaire import Item, ItemKind, Questionnaire
from forms.scheme import POOLED_FAMILIES, AbsentGroup, Group, Scheme, pool_name
from scoring import careless, dispersion, influence, reliability
from scoring.counts import DisclosedCounts, disclose, open_ballots, ratings_per_value, scored_ballots
from scoring.disclosure import Decision
from scoring.influence import Influence
from scoring.instrument import NO_DIMENSION, Answers, Floats, GroupFamily, Groups, Instrument, Integers, Items
from scoring.reliability import Coefficients, Intraclass

FORMULA = "feedback-score-2"


@dataclass(frozen=True)
class Statistics:
    """What needs whole ballots, computed while they were open.

    phi per dimension, last that of their mean; alpha per dimension; icc per item, which needs the spread of small
    cells; the share of straight-lined ballots and the number looked at; what goes along with being recommended by
    clients. NaN, or no influence, is "too few ballots".
    """

    phi: Floats
    alpha: Coefficients
    icc: Intraclass
    straightlined: float
    straightlined_of: int
    influence: Influence | None = None


@dataclass(frozen=True)
class CampaignResult:
    """Subjects in the order of the arrays, and all that is known of a closed campaign's answers.

    units [s, g]: the output cells that were to count the groups since the opening, or NOWHERE.
    salt: kept with the counts and part of their digest, which reports show: of a small group all possible counts could
    be tried until one has the digest.
    """

    subjects: tuple[str, ...]
    disclosed: DisclosedCounts
    units: Integers
    statistics: Statistics
    salt: str = ""

    def __post_init__(self) -> None:
        if len(self.subjects) != len(self.disclosed.n) or len(set(self.subjects)) != len(self.subjects):
            raise ValueError("subjects and counts must have the same length, each subject once")


def count(
    subjects: Sequence[str],
    answers: Answers,
    subject: Integers,
    group: Integers,
    invited: Integers,
    units: Integers,
    decision: Decision,
    instrument: Instrument,
    seed: int = 0,
) -> CampaignResult:
    """Count opened ballots. Those of cells that the decision does not show are ignored wholly.

    answers [ballots, counted items]: 0 or the place 1..V on the item's scale; subject, group: indices per
    ballot; invited, units [subjects, groups]; seed: of the resamples.
    """
    ballots = open_ballots(answers, subject, group, decision, instrument.items)
    counts = ratings_per_value(ballots, invited, decision, instrument)
    disclosed = disclose(counts, ballots, invited, decision, instrument)
    usable = scored_ballots(ballots, disclosed)
    share, of = careless.straightlined(usable, instrument)
    statistics = Statistics(
        phi=dispersion.phi(usable, disclosed, instrument),
        alpha=reliability.alpha(usable, instrument),
        icc=reliability.intraclass_of_subjects(counts, disclosed, instrument),
        straightlined=share,
        straightlined_of=of,
        influence=influence.of_ballots(usable, disclosed, instrument, seed),
    )
    return CampaignResult(tuple(subjects), disclosed, units, statistics)


def cell_names(scheme: Scheme) -> tuple[str, ...]:
    """Ids of the output cells: the scheme's groups, then the pools."""
    return (*(group.id for group in scheme.groups), *map(pool_name, POOLED_FAMILIES))


def instrument(questionnaire: Questionnaire, scheme: Scheme) -> Instrument:
    """The numbers of a questionnaire and a scheme; items are the questionnaire's counted items, in order."""
    rating = scheme.rating
    return Instrument(
        items=_items(questionnaire, scheme),
        groups=_groups(scheme.groups),
        dimension_weight=np.array([dimension.weight for dimension in questionnaire.dimensions]),
        trim=rating.trim,
        deviation=rating.absent_group is AbsentGroup.DEVIATION,
        minimum_coverage=rating.minimum_coverage,
        gap=rating.gap,
        strength_from=rating.strength_from,
    )


def _items(questionnaire: Questionnaire, scheme: Scheme) -> Items:
    items = questionnaire.counted_items
    places = {dimension.id: place for place, dimension in enumerate(questionnaire.dimensions)}
    return Items(
        values=np.array([len(_points(item)) for item in items]),
        reverse=np.array([item.reverse for item in items]),
        points=_point_table(items),
        weight=np.array([item.weight for item in items]),
        dimension=np.array([places.get(item.dimension or "", NO_DIMENSION) for item in items]),
        headline=np.array([item.headline for item in items]),
        asked=np.array([[item.asked_of(group.id) for item in items] for group in scheme.groups]),
    )


def _points(item: Item) -> tuple[float, ...]:
    if item.kind is ItemKind.COMMENT or item.scale is None:
        raise ValueError(f"item {item.id} has no scale")
    return item.scale.points


def _point_table(items: Sequence[Item]) -> Floats:
    table = np.full((len(items), max(len(_points(item)) for item in items)), np.nan)
    for place, item in enumerate(items):
        table[place, : len(_points(item))] = _points(item)
    return table


def _groups(groups: Sequence[Group]) -> Groups:
    return Groups(
        family=np.array([GroupFamily[group.family.name] for group in groups]),
        weight=np.array([group.weight for group in groups]),
        minimum=np.array([group.minimum for group in groups]),
        attributed=np.array([group.attributed for group in groups]),
        required=np.array([group.required for group in groups]),
    )
