"""The JSON of a campaign's scores: what ``feedback score`` prints and the server exports, byte for byte."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from feedback.services.closing import counts_export
from feedback.services.closing.results import FORMULA, CampaignResult, instrument
from feedback.services.ground.work_progress import Progress, no_progress
from feedback.services.scores.scorecards import (
    Estimate,
    HiddenGroup,
    NoEstimate,
    Scorecard,
    Shown,
    SubjectGap,
    scorecards,
)
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring import influence, reliability
from scoring.influence import Influence
from scoring.instrument import NO_DIMENSION, Floats

TOO_FEW_BALLOTS = "fewer than 10 complete ballots, one item only, or no variance"
TOO_FEW_SUBJECTS = "fewer than 10 subjects, no repeated ratings, or no variance"
TOO_FEW_LINES = "fewer than 10 ballots with two or more ratings"
TOO_FEW_CLIENTS = "fewer than 50 complete ballots of clients, or too few of them that differ"

Json = dict[str, Any]


def document(
    result: CampaignResult,
    questionnaire: Questionnaire,
    scheme: Scheme,
    progress: Progress = no_progress,
) -> Json:
    """Score a campaign and describe it whole. Numbers are unrounded; NaN never appears."""
    cards = scorecards(result, questionnaire, scheme, progress)
    return {
        "formula": FORMULA,
        "questionnaire": definition(questionnaire),
        "scheme": definition(scheme),
        "counts": {"digest": counts_export.digest(result, questionnaire, scheme)},
        "subjects": [_subject(card) for card in cards],
        "campaign": _campaign(result, questionnaire, scheme),
    }


def definition(source: Questionnaire | Scheme) -> Json:
    return {"id": source.id, "version": source.version, "digest": source.digest}


def _subject(card: Scorecard) -> Json:
    total = card.total
    return {
        "subject": card.subject,
        "feedback_score": total.value if isinstance(total, Estimate) else None,
        "interval": [total.low, total.high] if isinstance(total, Estimate) else None,
        "coverage": card.coverage,
        "status": "ok" if isinstance(total, Estimate) else "insufficient",
        "reason": total.reason if isinstance(total, NoEstimate) else None,
        "dimensions": _scores(card.dimensions),
        "groups": {name: _cell(cell) for name, cell in card.cells.items()},
        "top2box": _named("share", card.top2box),
        "nps": _named("value", card.nps),
        "gaps": {name: _gap(gap) for name, gap in card.gaps.items()},
    }


def _scores(estimates: Mapping[str, Estimate | NoEstimate]) -> Json:
    return {name: _score(estimate) for name, estimate in estimates.items()}


def _score(estimate: Estimate | NoEstimate) -> Json:
    if isinstance(estimate, NoEstimate):
        return {"score": None, "interval": None, "n": 0.0, "reason": estimate.reason}
    return {"score": estimate.value, "interval": [estimate.low, estimate.high], "n": estimate.n}


def _cell(cell: Shown | HiddenGroup) -> Json:
    if isinstance(cell, HiddenGroup):
        return {"shown": False, "reason": cell.reason.value}
    total = _score(cell.total) | {"n": cell.n}
    items = cell.items
    return {
        "shown": True,
        **({"merged": list(cell.merged)} if cell.merged else {}),
        **total,
        "dimensions": _scores(cell.dimensions),
        "items": items and {name: {"mean": item.mean, "n": item.n} for name, item in items.items()},
    }


def _named(name: str, estimate: Estimate | NoEstimate) -> Json:
    if isinstance(estimate, NoEstimate):
        return {name: None, "interval": None, "reason": estimate.reason}
    return {name: estimate.value, "interval": [estimate.low, estimate.high], "n": estimate.n}


def _gap(gap: SubjectGap) -> Json:
    return {"self": gap.own, "others": gap.others, "class": gap.kind.value}


def _campaign(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> Json:
    statistics = result.statistics
    names = [dimension.id for dimension in questionnaire.dimensions]
    single, average = _intraclass(result, questionnaire, scheme)
    straightlined = _coefficient("share", statistics.straightlined, TOO_FEW_LINES)
    return {
        "alpha": _alpha(statistics.alpha, names),
        "icc1": single,
        "icck": average,
        "phi": dict(zip((*names, "overall"), statistics.phi.tolist(), strict=True)),
        "straightlined": {"n": statistics.straightlined_of, **straightlined},
        "influence": _influence(statistics.influence, questionnaire, scheme),
    }


def _influence(found: Influence | None, questionnaire: Questionnaire, scheme: Scheme) -> Json:
    """Of the dimensions that clients are asked; correlations in this order, the recommendation last."""
    if found is None:
        return {"n": None, "reason": TOO_FEW_CLIENTS}
    places = influence.dimensions_of_clients(instrument(questionnaire, scheme)).tolist()
    ends = (found.weight_interval, found.share_interval)
    columns = (found.weights, found.shares, *ends, found.clear)
    rows = zip(places, *(column.tolist() for column in columns), strict=True)
    return {
        "n": found.n,
        "resamples": found.resamples,
        "explained": float(found.weights.sum()),
        "correlations": found.correlations.tolist(),
        "dimensions": {
            questionnaire.dimensions[place].id: {
                "weight": weight,
                "interval": interval,
                "share": share,
                "share_interval": share_interval,
                "more_than_chance": clear,
            }
            for place, weight, share, interval, share_interval, clear in rows
        },
    }


def _alpha(alpha: reliability.Coefficients, names: list[str]) -> Json:
    table = {}
    for place, name in enumerate(names):
        value = float(alpha.value[place])
        interval = None if math.isnan(value) else alpha.interval[place].tolist()
        table[name] = {
            **_coefficient("value", value, TOO_FEW_BALLOTS),
            "interval": interval,
            "n": int(alpha.n[place]),
        }
    return table


def _intraclass(result: CampaignResult, questionnaire: Questionnaire, scheme: Scheme) -> tuple[Json, Json]:
    """ICC(1) and ICC(k) of every rating item over subjects, from the shown groups that are not attributed."""
    numbers, icc = instrument(questionnaire, scheme), result.statistics.icc
    single_interval, average_interval = reliability.intraclass_intervals(icc)
    single, average = {}, {}
    for place, item in enumerate(questionnaire.counted_items):
        if numbers.items.dimension[place] != NO_DIMENSION:
            n = int(icc.targets[place])
            single[item.id] = _correlation(icc.single[place], single_interval[place], n)
            average[item.id] = _correlation(icc.average[place], average_interval[place], n)
    return single, average


def _correlation(value: float, interval: Floats, n: int) -> Json:
    if n < reliability.LEAST_TARGETS:
        value, interval = math.nan, np.full(2, np.nan)
    ends = None if np.isnan(interval).any() else interval.tolist()
    return {**_coefficient("value", value, TOO_FEW_SUBJECTS), "interval": ends, "n": n}


def _coefficient(name: str, value: float, reason: str) -> Json:
    """A number, or null and why."""
    return {name: None, "reason": reason} if math.isnan(value) else {name: float(value)}
