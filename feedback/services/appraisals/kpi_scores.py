"""KPI results of a period as scores, by the methods of a scheme, for many people at once."""

from collections.abc import Callable, Mapping

import numpy as np

from forms.appraisals.choices import Method
from forms.appraisals.rules import Kpi
from scoring import kpi as scoring
from scoring.instrument import Floats

METHODS: Mapping[Method, Callable[[Kpi, Floats, Floats], Floats]] = {
    Method.RATIO: lambda kpi, actual, target: scoring.ratio(actual, _positive(target), **kpi.parameters),
    Method.LOWER_IS_BETTER: lambda kpi, actual, target: scoring.lower_is_better(
        actual, _positive(target), **kpi.parameters
    ),
    Method.INCREMENT: lambda kpi, actual, target: scoring.increment(actual, target, **kpi.parameters),
    Method.TIER: lambda kpi, actual, target: scoring.tier(actual, kpi.steps),
    Method.PASS_FAIL: lambda kpi, actual, target: scoring.pass_fail(actual, target),
    Method.INTERPOLATE: lambda kpi, actual, target: scoring.interpolate(
        actual, _positive(target), **kpi.parameters
    ),
}


def _positive(target: Floats) -> Floats:
    """A target of zero cannot be divided by: the KPI has no score then."""
    return np.where(target > 0, target, np.nan)
