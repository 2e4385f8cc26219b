"""A campaign's disclosed counts as JSON, enough to compute every score again with ``feedback score``.

Counts stand per value of the scale as it was answered (before reversing). A group that is not shown has no
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
from scoring.instrument import Items
from scoring.reliability import Coefficients

FORMAT = "feedback-counts-1"

Json = dict[str, Any]


def to_export(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> Json:
    return {
        "format": FORMAT,
        "questionnaire": {"id": questionnaire.id, "digest": questionnaire.digest},
        "scheme": {"id": scheme.id, "digest": scheme.digest},
        "subjects": list(_subjects(result, questionnaire, scheme)),
        "statistics": statistics_to_json(result.statistics),
        "salt": result.salt,
    }


def digest(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> str:
    return digest_of(to_export(result, questionnaire, scheme))


def _subjects(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> Iterator[Json]:
    disclosed, names = result.disclosed, cell_names(scheme)
    items = [item.id for item in questionnaire.counted_items]
    numbers = instrument(questionnaire, scheme).items
    counts = turn_reversed(disclosed.counts.copy(), numbers)
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
            cells[name] = cell
        yield {"subject": subject, "cells": cells}


def _item_counts(counts: np.ndarray, items: list[str], numbers: Items) -> dict[str, list[int]]:
    """Counts per value of the items that are scored in a cell."""
    return {
        item: row[:size]
        for item, row, size in zip(items, counts.tolist(), numbers.values.tolist(), strict=True)
        if any(row)
    }


def statistics_to_json(statistics: Statistics) -> Json:
    alpha = statistics.alpha
    return {
        "phi": _plain(statistics.phi),
        "alpha": {"value": _plain(alpha.value), "interval": _plain(alpha.interval), "n": _plain(alpha.n)},
        "straightlined": {"share": _plain(statistics.straightlined), "n": statistics.straightlined_of},
    }


def statistics_from_json(data: Mapping[str, Any]) -> Statistics:
    alpha, lines = data["alpha"], data["straightlined"]
    return Statistics(
        phi=_array(data["phi"]),
        alpha=Coefficients(
            _array(alpha["value"]), _array(alpha["interval"]).reshape(-1, 2), _array(alpha["n"])
        ),
        straightlined=math.nan if lines["share"] is None else float(lines["share"]),
        straightlined_of=int(lines["n"]),
    )


def _plain(values: Any) -> Any:
    """Numbers as JSON has them: None for NaN."""
    plain = np.array(values, dtype=object)
    plain[np.isnan(values)] = None
    return plain.tolist()


def _array(values: Any) -> np.ndarray:
    return np.array(values, dtype=float)
