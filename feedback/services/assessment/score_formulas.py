"""The methods of KPIs in words and as arithmetic, and the words for why there is no score or why it was clipped."""

from feedback.services.assessment.appraisal_document import Statement
from feedback.services.assessment.derivation_lines import clipped, number, ref, said
from forms.appraisals.choices import Method
from forms.appraisals.rules import Kpi
from forms.words import N_
from scoring.reasons import ScoreReason

REASONS = {
    ScoreReason.NO_ACTUAL: N_("no actual"),
    ScoreReason.NO_TARGET: N_("no target"),
    ScoreReason.TARGET_NOT_ABOVE_0: N_("a target of 0 cannot be divided by"),
    ScoreReason.CAPPED: N_("capped"),
    ScoreReason.RAISED_TO_FLOOR: N_("raised to the floor"),
    ScoreReason.REQUIREMENT_NOT_MET: N_("what it requires is not met, or not known"),
    ScoreReason.NO_EARLIER_FIGURE: N_("no figure for the period before"),
    ScoreReason.NOTHING_TO_GROW_FROM: N_("there is nothing to grow from"),
    ScoreReason.NOTHING_TO_TAKE_A_SHARE_OF: N_("there is nothing to take a share of"),
    ScoreReason.MORE_THAN_ALL: N_("a part is more than all"),
    ScoreReason.TOO_FEW_PARTS: N_("too few of its parts have an actual"),
}
RULES = {
    Method.RATIO: N_("100 x attainment, from %(floor)s to %(cap)s"),
    Method.LOWER_IS_BETTER: N_("100 x (2 - actual / target), from %(floor)s to %(cap)s"),
    Method.INCREMENT: N_("%(base)s + %(rate)s x (actual - target), from 0 to %(full)s"),
    Method.TIER: N_("the score of the last step that the actual reaches, 0 below the first"),
    Method.PASS_FAIL: N_("100 if the target is kept, else 0"),
    Method.INTERPOLATE: N_(
        "straight lines from %(threshold_score)s at %(threshold)s of the target over 100 at the target to "
        "%(stretch_score)s at %(stretch)s"
    ),
    Method.CURVE: N_("straight lines between the points of the curve, flat outside"),
    Method.PROPORTIONAL: N_(
        "%(base)s at the target, %(below)s less per per cent missing, %(above)s more per per cent over, "
        "from %(floor)s to %(cap)s"
    ),
}

COMBINED = {
    "sum": N_("the sum of its parts"),
    "mean": N_("the mean of its parts"),
    "weighted": N_("the mean of its parts by their number of cases"),
    "last": N_("the last of its parts"),
    "share": N_("100 x all parts / all wholes"),
    "growth": N_("growth over the parts of the period before, in per cent"),
}


def rule(kpi: Kpi) -> Statement:
    return said(RULES[kpi.method], **{name: float(value) for name, value in kpi.parameters.items()})


def attainment(kpi: Kpi, actual: str, target: str) -> str:
    return f"2 - {actual} / {target}" if kpi.lower_is_better else f"{actual} / {target}"


def score(kpi: Kpi, prefix: str, actual: float, reached: float) -> str | None:
    """Over the lines of actual, target and attainment; None where it is looked up."""
    given = kpi.parameters
    share = ref(f"{prefix}.attainment")
    match kpi.method:
        case Method.RATIO | Method.LOWER_IS_BETTER:
            return clipped(f"100 * {share}", given["floor"], given["cap"])
        case Method.INCREMENT:
            beyond = f"({ref(f'{prefix}.actual')} - {ref(f'{prefix}.target')})"
            return clipped(
                f"{number(given['base'])} + {_signed(given['rate'])} * {beyond}", 0.0, given["full"]
            )
        case Method.PROPORTIONAL:
            below = given.get("below", given["base"] / 100)
            rate = below if reached < 1 else given["above"]
            line = f"{number(given['base'])} + {number(rate)} * (100 * {share} - 100)"
            return clipped(line, given["floor"], given["cap"])
        case Method.INTERPOLATE:
            return _interpolated(kpi, share, reached)
        case Method.CURVE:
            return between(kpi.points, ref(f"{prefix}.actual"), actual)
    return None


def _signed(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


def _interpolated(kpi: Kpi, share: str, reached: float) -> str | None:
    given = kpi.parameters
    points = (
        (given["threshold"], given["threshold_score"]),
        (1.0, 100.0),
        (given["stretch"], given["stretch_score"]),
    )
    return None if reached < given["threshold"] else between(points, share, reached)


def between(points: tuple[tuple[float, float], ...], place: str, at: float) -> str | None:
    """The straight line between the two points around a figure; None outside of all."""
    for (left, low), (right, high) in zip(points, points[1:], strict=False):
        if left <= at <= right:
            rise = f"({number(high)} - {number(low)})"
            run = f"({number(right)} - {_signed(left)})"
            return f"{_signed(low)} + {rise} * ({place} - {_signed(left)}) / {run}"
    return None
