"""A dimension over rater groups when some group is not shown: two forms of renormalising."""

import numpy as np

from scoring.counts import DisclosedCounts
from scoring.disclosure import Status
from scoring.instrument import Booleans, Floats, Instrument
from scoring.points import weighted_mean

LEAST_SUBJECTS = 30


def over_groups(cells: Floats, disclosed: DisclosedCounts, instrument: Instrument) -> Floats:
    """Dimensions of subjects [s, d] from those of their cells [s, h, d], in the form that is asked for."""
    weight = disclosed.decision.weight(instrument.groups)[:, :, None]
    level = weighted_mean(cells, weight, axis=1)
    if not instrument.deviation:
        return level
    group_mean = group_means(cells, disclosed, instrument)
    concerned = _concerned(disclosed, instrument)
    known = (~concerned | ~np.isnan(group_mean)).all(axis=1) & concerned.any(axis=1)
    expected = weighted_mean(
        np.where(concerned, group_mean, np.nan), instrument.groups.weight[:, None], axis=1
    )
    difference = weighted_mean(cells - _cell_means(group_mean, disclosed, instrument), weight, axis=1)
    return np.where(known, expected + difference, level)


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
