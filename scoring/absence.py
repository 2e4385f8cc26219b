"""A dimension over rater groups when some group is not shown: two forms of renormalising."""

from dataclasses import dataclass

import numpy as np

from scoring.cells import CellScores
from scoring.counts import DisclosedCounts
from scoring.disclosure import Status
from scoring.instrument import Booleans, Floats, Instrument
from scoring.points import weighted_mean
from scoring.slices import slices

LEAST_SUBJECTS = 30


@dataclass(frozen=True)
class Expectation:
    """What an average subject scores, for the deviation form.

    group_mean [g, d]: NaN under 30 subjects. concerned [s, g, d]: groups that the dimension rests on.
    cell_mean [s, h, d]: a pool's by its members' weights. known [s, d]: where the deviation form applies.
    """

    group_mean: Floats
    concerned: Booleans
    cell_mean: Floats
    known: Booleans


def over_groups(cells: CellScores) -> Floats:
    """Dimensions of subjects [d, s] from those of their cells, in the form that is asked for.

    level: sum v_g D_sgd / sum v_g over the shown cells. deviation: sum v_g mu_gd over the groups invited + sum v'_g
    (D_sgd - mu_gd) over the shown cells, v and v' renormalised to 1 each; level where mu is not known.
    """
    disclosed, instrument = cells.disclosed, cells.instrument
    level = np.empty((instrument.dimensions, len(disclosed.n)))
    for some in slices(len(disclosed.n)):
        score, _, weights = (values[:-1] for values in cells.of_subjects(some))
        with np.errstate(invalid="ignore"):
            level[:, some] = (score * weights).sum(axis=1) / weights.sum(axis=1)
    if not instrument.deviation:
        return level
    own = cells.dimensions.score
    average = expectation(own, disclosed, instrument)
    expected = weighted_mean(
        np.where(average.concerned, average.group_mean, np.nan), instrument.groups.weight[:, None], axis=1
    )
    difference = weighted_mean(own - average.cell_mean, cells.weight.T[:, :, None], axis=1)
    return np.where(average.known, expected + difference, level.T).T


def expectation(cells: Floats, disclosed: DisclosedCounts, instrument: Instrument) -> Expectation:
    """The means mu that the deviation form rests on, and where they are all known, from cells [s, h, d]."""
    group_mean = group_means(cells, disclosed, instrument)
    concerned = _concerned(disclosed, instrument)
    has_means = (~concerned | ~np.isnan(group_mean)).all(axis=1)
    known = np.asarray(has_means & concerned.any(axis=1))
    return Expectation(group_mean, concerned, _cell_means(group_mean, disclosed, instrument), known)


def group_means(cells: Floats, disclosed: DisclosedCounts, instrument: Instrument) -> Floats:
    """Mean of each group's dimensions over the subjects where it is shown itself [g, d]; NaN under 30."""
    count = instrument.groups.count
    own = np.where(
        (disclosed.decision.status[:, :count] == Status.SHOWN)[:, :, None], cells[:, :count], np.nan
    )
    subjects = (~np.isnan(own)).sum(axis=0)
    return np.asarray(np.nansum(own, axis=0) / np.where(subjects >= LEAST_SUBJECTS, subjects, np.nan))


def _concerned(disclosed: DisclosedCounts, instrument: Instrument) -> Booleans:
    """Groups that a subject's dimension rests on: invited, with weight, asked the dimension [s, g, d]."""
    asked = instrument.items.asked.astype(float) @ instrument.membership > 0
    weighed = (disclosed.invited > 0) & (instrument.groups.weight > 0)
    return np.asarray(weighed[:, :, None] & asked)


def _cell_means(group_mean: Floats, disclosed: DisclosedCounts, instrument: Instrument) -> Floats:
    """What each cell would score if its groups were average [s, h, d]; a pool by its members' weights."""
    groups = instrument.groups
    merged = disclosed.decision.merged
    means = np.full((*disclosed.n.shape, instrument.dimensions), np.nan)
    means[:, : groups.count] = group_mean
    for pool in range(groups.count, groups.cells):
        weight = np.where(merged & (groups.pool_of == pool), groups.weight, 0.0)
        means[:, pool] = weighted_mean(group_mean, weight[:, :, None], axis=1)
    return means
