"""Campaign-wide statistics over the ballots of shown cells. See naive.py."""

from collections.abc import Callable
from typing import Any

from scipy.stats import f as f_distribution

from tests.scoring.naive_survey import Ballot, Cell, Survey, points_range

Json = dict[str, Any]
NOTHING = 1e-9  # a variance that is rounding error
UNKNOWN: Json = {"value": None, "interval": None}


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def variance(values: list[float]) -> float:
    centre = mean(values)
    return sum((value - centre) ** 2 for value in values) / (len(values) - 1)


# -- phi ----------------------------------------------------------------------------------------------


def phi(cells: list[Cell], survey: Survey) -> dict[str, float]:
    found = {}
    for dimension in survey.dimensions:
        items = [item for item in survey.items.values() if item["dimension"] == dimension]
        values = [dimension_shares(cell, dimension, survey) for cell in cells if not cell.attributed]
        found[dimension] = pooled_phi(values, fallback(len(items)))
    values = [overall_shares(cell, survey) for cell in cells if not cell.attributed]
    return found | {"overall": pooled_phi(values, 0.15)}


def fallback(items: int) -> float:
    if items <= 1:
        return 0.35
    return 0.25 if items <= 3 else 0.18


def pooled_phi(cells: list[list[float]], otherwise: float) -> float:
    """sum (n-1) s^2 / sum (n-1) m (1-m) over the cells with three values and more."""
    cells = [values for values in cells if len(values) >= 3]
    if len(cells) < 30:
        return otherwise
    within = sum((len(values) - 1) * variance(values) for values in cells)
    possible = sum((len(values) - 1) * mean(values) * (1 - mean(values)) for values in cells)
    return min(1.0, max(0.02, within / possible)) if possible > NOTHING else otherwise


def dimension_shares(cell: Cell, dimension: str, survey: Survey) -> list[float]:
    shares = [ballot_share(ballot, cell, dimension, survey) for ballot in cell.ballots]
    return [share for share in shares if share is not None]


def ballot_share(ballot: Ballot, cell: Cell, dimension: str, survey: Survey) -> float | None:
    """The ballot's mean over its answered scored items, as a share of the range of the points."""
    items = cell.scored_items(dimension)
    low, high = points_range(items, survey)
    points = [survey.point(item, ballot.answers[item]) for item in items if item in ballot.answers]
    return mean([(point - low) / (high - low) for point in points]) if points else None


def overall_shares(cell: Cell, survey: Survey) -> list[float]:
    shares = []
    for ballot in cell.ballots:
        found = {d: ballot_share(ballot, cell, d, survey) for d in survey.dimensions}
        answered = {d: share for d, share in found.items() if share is not None}
        total = sum(survey.dimensions[d] for d in answered)
        if total > 0:
            shares.append(sum(survey.dimensions[d] * share for d, share in answered.items()) / total)
    return shares


# -- alpha --------------------------------------------------------------------------------------------


def alpha(cells: list[Cell], survey: Survey) -> Json:
    ballots = [ballot for cell in cells for ballot in cell.ballots]
    return {dimension: dimension_alpha(ballots, dimension, survey) for dimension in survey.dimensions}


def dimension_alpha(ballots: list[Ballot], dimension: str, survey: Survey) -> Json:
    """Cronbach (1951) over the ballots that answered every item of the dimension; Feldt (1965)."""
    items = [item for item, definition in survey.items.items() if definition["dimension"] == dimension]
    complete = [b.answers for b in ballots if all(item in b.answers for item in items)]
    n, k = len(complete), len(items)
    undefined = {"value": None, "interval": None, "n": n}
    if k < 2 or n < 10:
        return undefined
    columns = [[survey.point(item, answers[item]) for answers in complete] for item in items]
    total = variance([sum(row) for row in zip(*columns, strict=True)])
    if total < NOTHING:
        return undefined
    value = k / (k - 1) * (1 - sum(variance(column) for column in columns) / total)
    return {"value": value, "interval": feldt(value, n, k), "n": n}


def feldt(value: float, n: int, k: int) -> list[float]:
    ratio = f_distribution(n - 1, (n - 1) * (k - 1))
    return [1 - (1 - value) * float(ratio.ppf(quantile)) for quantile in (0.975, 0.025)]


# -- intraclass correlation ----------------------------------------------------------------------------


def intraclass(cells: list[Cell], survey: Survey, coefficient: Callable[[list[list[float]]], Json]) -> Json:
    """Of every item: subjects are the targets, the ratings of shown, not attributed cells their measurements.

    Cells of fewer than ten ratings count where there are ten such cells.
    """
    found = {}
    for item in survey.items:
        targets: dict[str, list[float]] = {}
        anonymous = [cell for cell in cells if not cell.attributed and item in cell.scored]
        small = [cell for cell in anonymous if len(cell.ratings(item)) < 10]
        for cell in anonymous if len(small) >= 10 else [cell for cell in anonymous if cell not in small]:
            points = [survey.point(item, value) for value in cell.ratings(item)]
            targets.setdefault(cell.ballots[0].subject, []).extend(points)
        known = len(targets) >= 10 and any(len(values) > 1 for values in targets.values())
        found[item] = {**(coefficient(list(targets.values())) if known else UNKNOWN), "n": len(targets)}
    return found


def mean_squares(targets: list[list[float]]) -> tuple[float, float]:
    """MSB and MSW of one-way analysis of variance."""
    grand = mean([value for values in targets for value in values])
    between = sum(len(values) * (mean(values) - grand) ** 2 for values in targets)
    within = sum((value - mean(values)) ** 2 for values in targets for value in values)
    return between / (len(targets) - 1), within / (sum(map(len, targets)) - len(targets))


def typical_size(targets: list[list[float]]) -> float:
    """Searle's n0."""
    total = sum(map(len, targets))
    return (total - sum(len(values) ** 2 for values in targets) / total) / (len(targets) - 1)


def noise_ratios(targets: list[list[float]]) -> list[float] | None:
    """MSW/MSB at either end of its 95 % interval. Shrout and Fleiss (1979)."""
    msb, msw = mean_squares(targets)
    ratio = f_distribution(len(targets) - 1, sum(map(len, targets)) - len(targets))
    return [msw / msb * float(ratio.ppf(q)) for q in (0.975, 0.025)] if msb > NOTHING else None


def icc1(targets: list[list[float]]) -> Json:
    (msb, msw), size, noise = mean_squares(targets), typical_size(targets), noise_ratios(targets)
    spread = msb + (size - 1) * msw
    return {
        "value": (msb - msw) / spread if spread > NOTHING else None,
        "interval": noise and [(1 - ratio) / (1 + (size - 1) * ratio) for ratio in noise],
    }


def icck(targets: list[list[float]]) -> Json:
    (msb, msw), noise = mean_squares(targets), noise_ratios(targets)
    return {
        "value": (msb - msw) / msb if msb > NOTHING else None,
        "interval": noise and [1 - ratio for ratio in noise],
    }


# -- careless answering -------------------------------------------------------------------------------


def straightlined(cells: list[Cell]) -> Json:
    """Share of the ballots of two ratings and more whose ratings are all the same."""
    ratings = [list(rating_values(ballot, cell)) for cell in cells for ballot in cell.ballots]
    judged = [values for values in ratings if len(values) >= 2]
    if len(judged) < 10:
        return {"share": None, "n": len(judged)}
    return {"share": mean([float(len(set(values)) == 1) for values in judged]), "n": len(judged)}


def rating_values(ballot: Ballot, cell: Cell) -> list[int]:
    return [value for item, value in ballot.answers.items() if item in cell.survey.items]
