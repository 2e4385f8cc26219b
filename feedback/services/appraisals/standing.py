"""What several appraisals together say: an order of people, and a guideline beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalStatus
from forms.appraisals.rules import AppraisalRules
from scoring.appraisal import guideline
from scoring.instrument import Floats
from scoring.reliability import shrink


@dataclass(frozen=True)
class Placed:
    """A person's place in the order of a pool, the first one best.

    total: with feedback drawn to the pool's mean by what part of it is chance, which is for the order alone.
    suggested: the band of the guideline, from 25 people on.
    """

    appraisal_id: int
    place: int
    total: float
    suggested: int | None


def order(summaries: Mapping[int, AppraisalSummary], rules: AppraisalRules) -> list[Placed]:
    """Those of a pool, by appraisal, who have a total; equal totals share a place."""
    ids = [
        id
        for id, summary in summaries.items()
        if summary.status is AppraisalStatus.OK and summary.total is not None
    ]
    totals = _drawn([summaries[id] for id in ids])
    shares = np.array(rules.guideline)
    bands = guideline(totals, shares) if len(shares) else np.full(len(ids), -1)
    placed = [
        Placed(id, 1 + int((totals > total).sum()), float(total), int(band) if band >= 0 else None)
        for id, total, band in zip(ids, totals, bands, strict=True)
    ]
    return sorted(placed, key=lambda each: (each.place, each.appraisal_id))


def _drawn(summaries: Sequence[AppraisalSummary]) -> Floats:
    """Totals with shrunken feedback. Whose feedback has no error, or where there is nothing to compare, as they are."""
    total = np.array([summary.total for summary in summaries], dtype=float)
    score = np.array([each.feedback.value if each.feedback else np.nan for each in summaries], dtype=float)
    error = np.array(
        [np.nan if each.feedback_error is None else each.feedback_error for each in summaries], dtype=float
    )
    weight = np.array([summary.feedback_weight for summary in summaries])
    shrunken = shrink(score, error).score
    drawn: Floats = np.round(total + np.nan_to_num(weight * (shrunken - score)), 9)
    return drawn
