"""An explanation as text. Every line with an equals sign can be computed from what stands above it.

Points have four decimals, unit means six, squared errors ten.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from feedback.cli.reports.derived_numbers import as_error, as_number, as_sum, as_unit, exact, in_points
from feedback.services.closing.results import FORMULA
from feedback.services.scores.explanation import (
    CellMean,
    CellStep,
    Deviation,
    DimensionStep,
    Explanation,
    GroupStep,
)
from feedback.services.scores.item_steps import ItemStep
from feedback.services.scores.satisfaction_steps import SatisfactionSteps
from feedback.services.scores.score_document import definition
from feedback.services.scores.score_steps import Contribution, IntervalSteps, WeightedMean
from feedback.services.scores.scorecards import Estimate, NoEstimate, Scorecard
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.disclosure import Status
from scoring.intervals import Z

SQUARE = Z * Z
MERGED = "groups too small to be shown are counted together, with the smallest larger one where they need it"
RULES = {
    Status.WITHHELD: "withheld: fewer ballots than the minimum, and no pool of its family reaches it",
    Status.ABSENT: "no answers",
}
NOTES = """\
a x b is a product. Weights are those of the questionnaire and the scheme. n is the mean number of ratings per item.
u is a mean on its range of points as a number from 0 to 1; u~ is u drawn towards 1/2 by one answer at either end.
phi is the variance of this campaign's ratings as a share of the largest possible. z is 1.959964.
What is withheld is in no number. Where fewer than ten rated an item, only their number and the sum of their points are
kept. This is for those who may see the export of counts: a report shows items from five ballots of a group on.
z^2: 1.959964^2 = 3.841459"""


def derivation(explanation: Explanation, questionnaire: Questionnaire, scheme: Scheme) -> str:
    return "\n".join(
        (
            f"How the scores of {explanation.card.subject} came about",
            "",
            f"formula {FORMULA}",
            f"questionnaire {_definition(questionnaire)}",
            f"scheme {_definition(scheme)}",
            f"counts, digest {explanation.digest}",
            "",
            NOTES,
            f"dimensions and their weights: {_weights(questionnaire)}",
            *_groups(explanation, scheme),
            *_cells(explanation.cells),
            *_dimensions(explanation.dimensions),
            *_total(explanation),
            *_satisfaction(explanation.satisfaction, explanation.card),
            *_recommendation(explanation.recommendation, explanation.card),
        )
    )


def _definition(source: Questionnaire | Scheme) -> str:
    parts = definition(source)
    return f"{parts['id']}, version {parts['version']}, digest {parts['digest']}"


def _weights(questionnaire: Questionnaire) -> str:
    return ", ".join(f"{part.id} {exact(part.weight)}" for part in questionnaire.dimensions)


def _groups(explanation: Explanation, scheme: Scheme) -> Iterator[str]:
    yield from _heading("1. Which rater groups are shown, and how much weight that covers")
    yield from map(_group, explanation.groups)
    invited = [step for step in explanation.groups if step.invited and step.group.weight]
    counted = [step for step in invited if step.status in (Status.SHOWN, Status.MERGED)]
    if invited:
        shown, all_of_them = (as_sum(step.group.weight for step in some) for some in (counted, invited))
        yield f"coverage: ({shown}) / ({all_of_them}) = {as_unit(explanation.card.coverage or 0.0)}"
        yield f"coverage needed for a feedback score: {exact(scheme.rating.minimum_coverage)}"
    yield f"absent groups: {scheme.rating.absent_group.value} form; trimming: {'on' if scheme.rating.trim else 'off'}"


def _group(step: GroupStep) -> str:
    group = step.group
    facts = [f"weight {exact(group.weight)}", f"minimum {group.minimum}"]
    facts += ["attributed"] * group.attributed + ["required"] * group.required
    facts += [] if step.invited else ["not invited"]
    if step.status is Status.SHOWN:
        decision = f"shown, ballots: {step.n}"
    elif step.status is Status.MERGED:
        decision = f"merged into {step.pool}: {MERGED}"
    else:
        decision = RULES[step.status]
    return f"{group.id} ({', '.join(facts)}): {decision}"


def _cells(cells: Iterable[CellStep]) -> Iterator[str]:
    yield from _heading("2. Items and dimensions in each group that is shown")
    for cell in cells:
        merged = f", pool of {' and '.join(cell.members)}" if cell.members else ""
        yield f"[{cell.name}] ballots {cell.n}, weight {exact(cell.weight)}{merged}"
        for item in cell.items:
            yield from _item(item)
        if cell.withheld_items:
            yield f"  withheld, fewer ratings than the minimum: {', '.join(cell.withheld_items)}"
        for name, mean in cell.dimensions.items():
            yield from _cell_mean(name, mean)
        if cell.total:
            yield from _cell_mean("over dimensions", cell.total)
        yield ""


def _item(item: ItemStep) -> Iterator[str]:
    reverse = ", reversed" if item.reverse else ""
    belongs = (
        f"{item.dimension}, weight {exact(item.weight)}{reverse}" if item.dimension else "recommendation"
    )
    label = "mean without the highest and the lowest rating" if item.trimmed else "mean"
    facts, total, n = _counted(item, item.counts) if item.counts else _added_up(item)
    yield f"  {item.name} ({belongs}): {facts}"
    yield f"    {label}: {total} / {n} = {in_points(item.mean)}"


def _counted(item: ItemStep, counts: Sequence[int]) -> tuple[str, str, str]:
    points = " ".join(exact(worth) for worth in item.points)
    facts = f"counts {' '.join(map(str, counts))}, together {item.ratings}, for points {points}"
    parts = (f"{count} x {exact(worth)}" for count, worth in zip(counts, item.points, strict=True) if count)
    total = " + ".join(parts)
    if item.extremes is None:
        return facts, f"({total})", str(item.ratings)
    most, least = item.extremes
    return facts, f"({total} - {exact(most)} - {exact(least)})", f"({item.ratings} - 2)"


def _added_up(item: ItemStep) -> tuple[str, str, str]:
    """Of fewer than ten ratings nothing is known but their number and sum."""
    trimmed = f", without the highest and the lowest {item.kept}" if item.trimmed else ""
    total = exact(item.sum)
    return f"ratings {item.ratings}{trimmed}, points together {total}", total, str(item.kept)


def _cell_mean(name: str, mean: CellMean) -> Iterator[str]:
    yield f"  {name}: {_mean(mean.score)}"
    yield f"    n: {_mean(mean.n, as_number)}"


def _dimensions(dimensions: Sequence[DimensionStep]) -> Iterator[str]:
    yield from _heading("3. Dimensions over the groups, weights renormalised over those shown")
    if not dimensions:
        yield "there is none: no shown group with weight rated any"
    for step in dimensions:
        yield f"[{step.name}]"
        if isinstance(step.score, Deviation):
            yield from _deviation(step.score)
        else:
            yield f"  score: {_mean(step.score)}"
        yield from _interval(step.interval)
        yield ""


def _deviation(deviation: Deviation) -> Iterator[str]:
    expected, difference = deviation.expected, deviation.difference
    for term in expected.terms:
        yield f"  mean of all subjects' {term.name}: {in_points(term.value)}"
    yield f"  expected of an average subject: {_mean(expected)}"
    for term in difference.terms:
        yield f"  {term.name} lies from its mean by {in_points(term.value)}"
    yield f"  difference: {_mean(difference)}"
    total = in_points(expected.value + difference.value)
    yield f"  score: {in_points(expected.value)} + {in_points(difference.value)} = {total}"


def _total(explanation: Explanation) -> Iterator[str]:
    yield from _heading("4. The feedback score")
    if isinstance(explanation.card.total, NoEstimate):
        yield f"there is none: {explanation.card.total.reason}"
    if explanation.total and explanation.total_interval:
        yield f"score: {_mean(explanation.total)}"
        yield from _interval(explanation.total_interval)


def _interval(steps: IntervalSteps) -> Iterator[str]:
    spread, phi = exact(steps.high - steps.low), as_unit(steps.phi)
    yield f"  points from {exact(steps.low)} to {exact(steps.high)}, phi {phi}"
    yield f"  range: {exact(steps.high)} - {exact(steps.low)} = {spread}"
    total = as_sum(part.weight for part in steps.contributions)
    for part in steps.contributions:
        yield from _contribution(part, total, steps.low, spread, phi)
    errors = " + ".join(f"{as_unit(part.share)}^2 x {as_error(part.squared)}" for part in steps.contributions)
    yield f"  SE^2: {errors} = {as_error(steps.squared)}"
    yield f"  SE in points: {spread} x sqrt({as_error(steps.squared)}) = {in_points(_error(steps))}"
    yield f"  n: {' + '.join(as_number(part.n) for part in steps.contributions)} = {as_number(steps.n)}"
    yield f"  u: ({in_points(steps.score)} - {exact(steps.low)}) / {spread} = {as_unit(steps.unit)}"
    n, drawn = as_number(steps.n), as_unit(steps.drawn)
    yield f"  u~: ({as_unit(steps.unit)} x {n} + 1) / ({n} + 2) = {drawn}"
    yield f"  N: {drawn} x (1 - {drawn}) / {as_error(steps.squared)} = {as_number(steps.effective)}"
    yield from _wilson(steps.unit, steps.effective, (steps.low, steps.high), steps.interval)


def _error(steps: IntervalSteps) -> float:
    return (steps.high - steps.low) * float(steps.squared**0.5)


def _contribution(part: Contribution, total: str, low: float, spread: str, phi: str) -> Iterator[str]:
    n, unit, drawn = as_number(part.n), as_unit(part.unit), as_unit(part.drawn)
    yield f"  {part.name}"
    yield f"    share of the weight: {exact(part.weight)} / ({total}) = {as_unit(part.share)}"
    yield f"    u: ({in_points(part.points)} - {exact(low)}) / {spread} = {unit}"
    yield f"    u~: ({unit} x {n} + 1) / ({n} + 2) = {drawn}"
    yield f"    SE^2: {phi} x {drawn} x (1 - {drawn}) / {n} = {as_error(part.squared)}"


def _wilson(
    unit: float, effective: float, limits: tuple[float, float], interval: tuple[float, float]
) -> Iterator[str]:
    """Wilson's interval of a unit mean of so many yes-or-no answers, in points."""
    low, high = limits
    square, n, u = as_unit(SQUARE), as_number(effective), as_unit(unit)
    centre = (unit + SQUARE / (2 * effective)) / (1 + SQUARE / effective)
    root = (unit * (1 - unit) / effective + SQUARE / (4 * effective**2)) ** 0.5
    half = Z / (1 + SQUARE / effective) * root
    yield f"  centre: ({u} + {square} / (2 x {n})) / (1 + {square} / {n}) = {as_unit(centre)}"
    under_root = f"{u} x (1 - {u}) / {n} + {square} / (4 x {n}^2)"
    yield f"  half-width: {Z:.6f} / (1 + {square} / {n}) x sqrt({under_root}) = {as_unit(half)}"
    for label, sign, end in (("from", "-", interval[0]), ("to", "+", interval[1])):
        reach = f"max(0, min(1, {as_unit(centre)} {sign} {as_unit(half)}))"
        yield f"  95 % interval {label}: {exact(low)} + {exact(high - low)} x {reach} = {in_points(end)}"


def _satisfaction(satisfaction: SatisfactionSteps | None, card: Scorecard) -> Iterator[str]:
    yield from _heading("5. Satisfaction rate: share of client ratings in the two highest values")
    if satisfaction is None:
        yield f"there is none: {_reason(card.top2box)}; an item counts where five of a group rated it"
        return
    estimate = satisfaction.estimate
    for line in satisfaction.lines:
        yield f"  {line.cell}, {line.item}: {line.good} of {line.ratings}"
    yield f"different items: {satisfaction.items}"
    good, ratings = _sums(satisfaction)
    yield f"share: ({good}) / ({ratings}) = {as_unit(estimate.value)}"
    yield f"n: ({ratings}) / {satisfaction.items} = {as_number(estimate.n)}"
    yield from _wilson(estimate.value, estimate.n, (0.0, 1.0), (estimate.low, estimate.high))


def _recommendation(recommendation: SatisfactionSteps | None, card: Scorecard) -> Iterator[str]:
    yield from _heading("6. Net promoter score: promoters (9, 10) less detractors (0 to 6), per cent")
    if recommendation is None:
        yield f"there is none: {_reason(card.nps)}; an item counts where ten of a group rated it"
        return
    estimate = recommendation.estimate
    for line in recommendation.lines:
        yield f"  {line.cell}, {line.item}: {line.good} promoters, {line.bad} detractors of {line.ratings}"
    yield f"different items: {recommendation.items}"
    good, ratings = _sums(recommendation)
    bad = as_sum(line.bad for line in recommendation.lines)
    yield f"score: 100 x (({good}) - ({bad})) / ({ratings}) = {in_points(estimate.value)}"
    yield f"n: ({ratings}) / {recommendation.items} = {as_number(estimate.n)}"
    yield "range -100 to 100"
    unit = (estimate.value + 100) / 200
    yield f"u: ({in_points(estimate.value)} + 100) / 200 = {as_unit(unit)}"
    yield from _wilson(unit, estimate.n, (-100.0, 100.0), (estimate.low, estimate.high))


def _reason(figure: Estimate | NoEstimate) -> str:
    return figure.reason if isinstance(figure, NoEstimate) else ""


def _sums(satisfaction: SatisfactionSteps) -> tuple[str, str]:
    lines = satisfaction.lines
    return as_sum(line.good for line in lines), as_sum(line.ratings for line in lines)


def _heading(text: str) -> Iterator[str]:
    yield from ("", text, "")


def _mean(mean: WeightedMean, text: Callable[[float], str] = in_points) -> str:
    """Equal weights are left out: they cancel."""
    values = [text(term.value) for term in mean.terms]
    weights = [term.weight for term in mean.terms]
    if len(set(weights)) == 1:
        return f"({' + '.join(values)}) / {len(values)} = {text(mean.value)}"
    parts = (f"{exact(weight)} x {value}" for weight, value in zip(weights, values, strict=True))
    return f"({' + '.join(parts)}) / ({as_sum(weights)}) = {text(mean.value)}"
