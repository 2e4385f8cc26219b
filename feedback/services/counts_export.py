"""A campaign's disclosed counts as JSON, enough to compute every score again with ``feedback score``.

Counts stand per value of the scale as it was answered (before reversing). A group that is not shown has no
number but how many were invited.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from feedback.services.errors import DomainError
from feedback.services.results import CampaignResult, Statistics, cell_names, instrument
from forms.document import digest_of
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.counts import DisclosedCounts, turn_reversed
from scoring.disclosure import Status, from_status
from scoring.instrument import Items
from scoring.reliability import Coefficients

FORMAT = "feedback-counts-1"

Json = dict[str, Any]


class UnusableExport(DomainError):
    """A file of counts that is damaged, or belongs to another questionnaire or scheme."""


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
                cell["invited"] = int(disclosed.invited[s, h])
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


def from_export(data: object, questionnaire: Questionnaire, scheme: Scheme) -> CampaignResult:
    """Raises UnusableExport with one sentence about what does not fit."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UnusableExport(f"this is not an export of counts: its format is not {FORMAT!r}")
    for name, definition in (("questionnaire", questionnaire), ("scheme", scheme)):
        if _digest_in(data, name) != definition.digest:
            raise UnusableExport(f"the counts were made with another {name} than {definition.id!r} as given")
    try:
        return _result(data, questionnaire, scheme)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise UnusableExport(f"the export of counts is damaged: {type(error).__name__} {error}") from None


def _digest_in(data: Json, name: str) -> object:
    definition = data.get(name)
    return definition.get("digest") if isinstance(definition, dict) else None


def _result(data: Json, questionnaire: Questionnaire, scheme: Scheme) -> CampaignResult:
    numbers = instrument(questionnaire, scheme)
    subjects = tuple(str(entry["subject"]) for entry in data["subjects"])
    shape = (len(subjects), numbers.groups.cells)
    status = np.zeros(shape, dtype=np.uint8)
    n = np.zeros(shape, dtype=np.int64)
    invited = np.zeros((shape[0], numbers.groups.count), dtype=np.int64)
    counts = np.zeros((*shape, *numbers.items.points.shape), dtype=np.int32)
    items = {item.id: place for place, item in enumerate(questionnaire.counted_items)}
    for s, entry in enumerate(data["subjects"]):
        for h, name in enumerate(cell_names(scheme)):
            cell = entry["cells"][name]
            status[s, h] = Status[cell["status"].upper()]
            n[s, h] = cell.get("n", 0)
            if h < numbers.groups.count:
                invited[s, h] = cell["invited"]
            for item, row in cell.get("counts", {}).items():
                counts[s, h, items[item], : numbers.items.values[items[item]]] = row
    disclosed = DisclosedCounts(
        turn_reversed(counts, numbers.items), n, invited, from_status(status, numbers.groups)
    )
    statistics = statistics_from_json(data["statistics"])
    _check_counts(disclosed)
    _check_statistics(statistics, numbers.dimensions)
    return CampaignResult(subjects, disclosed, statistics, str(data["salt"]))


def _check_counts(disclosed: DisclosedCounts) -> None:
    ratings, minimum = disclosed.ratings, disclosed.decision.minimum[:, :, None]
    if np.any(disclosed.counts < 0) or np.any((ratings > 0) & (ratings < minimum)):
        raise ValueError("an item has fewer ratings than the minimum of its cell")
    if np.any(ratings.max(axis=2) > disclosed.n):
        raise ValueError("an item has more ratings than its cell has ballots")


def _check_statistics(statistics: Statistics, dimensions: int) -> None:
    phi, alpha = statistics.phi, statistics.alpha
    if phi.shape != (dimensions + 1,) or not np.all((phi > 0) & (phi <= 1)):
        raise ValueError("phi needs a value in (0, 1] per dimension and one more")
    if not len(alpha.value) == len(alpha.interval) == len(alpha.n) == dimensions:
        raise ValueError("alpha needs a value, an interval and a number per dimension")


def _plain(values: Any) -> Any:
    """Numbers as JSON has them: None for NaN."""
    plain = np.array(values, dtype=object)
    plain[np.isnan(values)] = None
    return plain.tolist()


def _array(values: Any) -> np.ndarray:
    return np.array(values, dtype=float)
