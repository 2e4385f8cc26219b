"""A campaign's disclosed counts as JSON, enough to compute every score again with ``feedback score`` and no more.

Where ten rated an item, counts stand per value of the scale as it was answered (before reversing). Where fewer did,
their number and the sum of their points, as they are scored (reversed, trimmed). A group that is not shown has no
number but how many were invited. Beside each group stands its unit: the cell that was to count it since the opening, or
null where too few were asked.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from feedback.services.closing.results import CampaignResult, Statistics, cell_names, instrument
from forms.document import digest_of
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.counts import turn_reversed
from scoring.disclosure import NOWHERE, Status
from scoring.influence import Influence
from scoring.instrument import Items
from scoring.reliability import Coefficients, Intraclass
from scoring.sums import NOT_COUNTED, Sums

FORMAT = "feedback-counts-3"

Json = dict[str, Any]


def to_export(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> Json:
    return {
        "format": FORMAT,
        "questionnaire": {"id": questionnaire.id, "digest": questionnaire.digest},
        "scheme": {"id": scheme.id, "digest": scheme.digest},
        "parts": _parts(questionnaire, scheme),
        "subjects": list(_subjects(result, questionnaire, scheme)),
        "statistics": statistics_to_json(result.statistics),
        "salt": result.salt,
    }


def _parts(questionnaire: Questionnaire, scheme: Scheme) -> Json:
    """In how many parts a point is divided where points are added up, so that sums are whole numbers."""
    parts = instrument(questionnaire, scheme).items.exact[1].tolist()
    return {item.id: each for item, each in zip(questionnaire.counted_items, parts, strict=True)}


def digest(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> str:
    return digest_of(to_export(result, questionnaire, scheme))


def _subjects(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> Iterator[Json]:
    disclosed, names = result.disclosed, cell_names(scheme)
    items = [item.id for item in questionnaire.counted_items]
    numbers = instrument(questionnaire, scheme).items
    counts = turn_reversed(disclosed.counts.copy(), numbers)
    small = disclosed.only(~disclosed.spread).sums
    for s, subject in enumerate(result.subjects):
        cells: Json = {}
        for h, name in enumerate(names):
            status = Status(int(disclosed.decision.status[s, h]))
            cell: Json = {"status": status.name.lower()}
            if h < len(scheme.groups):
                unit = int(result.units[s, h])
                cell["invited"] = int(disclosed.invited[s, h])
                cell["unit"] = None if unit == NOWHERE else names[unit]
            if status is Status.SHOWN:
                cell["n"] = int(disclosed.n[s, h])
                cell["counts"] = _item_counts(counts[s, h], items, numbers)
                cell["sums"] = _item_sums(small.at((s, h)), items)
            cells[name] = cell
        yield {"subject": subject, "cells": cells}


def _item_counts(counts: np.ndarray, items: list[str], numbers: Items) -> dict[str, list[int]]:
    """Counts per value of the items that have a distribution in a cell."""
    return {
        item: row[:size]
        for item, row, size in zip(items, counts.tolist(), numbers.values.tolist(), strict=True)
        if any(row)
    }


def _item_sums(sums: Sums, items: list[str]) -> dict[str, Json]:
    """Of the others that are scored there: how many ratings, how many of them are in the points if not all, the points,
    and how many are one of the two best where a figure needs it."""
    rows = zip(items, *(values.tolist() for values in sums.arrays), strict=True)
    return {
        item: {"ratings": ratings}
        | ({} if kept == ratings else {"kept": kept})
        | {"points": points}
        | ({} if top == NOT_COUNTED else {"top": top})
        for item, ratings, kept, points, top in rows
        if ratings
    }


def statistics_to_json(statistics: Statistics) -> Json:
    alpha = statistics.alpha
    return {
        "phi": _plain(statistics.phi),
        "alpha": {"value": _plain(alpha.value), "interval": _plain(alpha.interval), "n": _plain(alpha.n)},
        "icc": {name: _plain(values) for name, values in vars(statistics.icc).items()},
        "straightlined": {"share": _plain(statistics.straightlined), "n": statistics.straightlined_of},
        "influence": None if statistics.influence is None else _influence_to_json(statistics.influence),
    }


def _influence_to_json(influence: Influence) -> Json:
    """Of the correlations, which are symmetric, those above the diagonal, row by row."""
    above = np.triu_indices(len(influence.correlations), 1)
    return {
        "n": influence.n,
        "correlations": influence.correlations[above].tolist(),
        "weight_interval": influence.weight_interval.tolist(),
        "share_interval": influence.share_interval.tolist(),
        "clear": influence.clear.tolist(),
        "resamples": influence.resamples,
    }


def statistics_from_json(data: Mapping[str, Any]) -> Statistics:
    alpha, lines = data["alpha"], data["straightlined"]
    return Statistics(
        phi=_array(data["phi"]),
        alpha=Coefficients(
            _array(alpha["value"]), _array(alpha["interval"]).reshape(-1, 2), _array(alpha["n"])
        ),
        icc=Intraclass(**{name: _array(data["icc"][name]) for name in Intraclass.__dataclass_fields__}),
        straightlined=math.nan if lines["share"] is None else float(lines["share"]),
        straightlined_of=int(lines["n"]),
        influence=None if data["influence"] is None else influence_from_json(data["influence"]),
    )


def influence_from_json(data: Json) -> Influence:
    return Influence(
        n=int(data["n"]),
        correlations=_symmetric(_array(data["correlations"]), len(data["clear"]) + 1),
        weight_interval=_array(data["weight_interval"]),
        share_interval=_array(data["share_interval"]),
        clear=np.array(data["clear"], dtype=bool),
        resamples=int(data["resamples"]),
    )


def _symmetric(above: np.ndarray, size: int) -> np.ndarray:
    """The matrix that has these above its diagonal of ones."""
    found = np.zeros((size, size))
    found[np.triu_indices(size, 1)] = above
    return np.asarray(found + found.T + np.eye(size))


def unknown_icc(items: int) -> Json:
    """What statistics have that were kept before intraclass correlations were among them."""
    unknown = dict.fromkeys(Intraclass.__dataclass_fields__, [None] * items)
    return unknown | {"targets": [0.0] * items, "ratings": [0.0] * items}


def _plain(values: Any) -> Any:
    """Numbers as JSON has them: None for NaN."""
    plain = np.array(values, dtype=object)
    plain[np.isnan(values)] = None
    return plain.tolist()


def _array(values: Any) -> np.ndarray:
    return np.array(values, dtype=float)
