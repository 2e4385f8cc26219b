"""One group of one subject: items, dimensions and the mean over dimensions. See naive.py."""

from typing import Any

from tests.scoring.naive_estimates import interval_of
from tests.scoring.naive_survey import Cell, Survey, points_range

Json = dict[str, Any]


def item_mean(cell: Cell, item: str, survey: Survey) -> float:
    """M: mean points; trimmed of one highest and one lowest rating where there are enough of them."""
    points = sorted(survey.point(item, value) for value in cell.ratings(item))
    if survey.trim and len(points) >= 5 and len(points) - 2 >= cell.minimum:
        points = points[1:-1]
    return sum(points) / len(points)


def weighted_mean(pairs: list[tuple[float, float]]) -> float | None:
    """Mean of (weight, value) pairs; None where nothing has weight."""
    total = sum(weight for weight, _ in pairs)
    return sum(weight * value for weight, value in pairs) / total if total > 0 else None


def cell_dimension(cell: Cell, dimension: str, survey: Survey) -> tuple[float, float] | None:
    """(D_sgd, n_sgd) over the scored items of the dimension in the cell."""
    items = cell.scored_items(dimension)
    weights = [survey.items[item]["weight"] for item in items]
    score = weighted_mean([(a, item_mean(cell, i, survey)) for a, i in zip(weights, items, strict=True)])
    n = weighted_mean([(a, len(cell.ratings(i))) for a, i in zip(weights, items, strict=True)])
    return None if score is None or n is None else (score, n)


def cell_dimensions(cell: Cell, survey: Survey) -> dict[str, tuple[float, float]]:
    found = {d: cell_dimension(cell, d, survey) for d in survey.dimensions}
    return {dimension: value for dimension, value in found.items() if value is not None}


def cell_overall(cell: Cell, survey: Survey) -> tuple[float, float] | None:
    """(S_sg, n_sg) over the dimensions that have a value."""
    values = cell_dimensions(cell, survey)
    score = weighted_mean([(survey.dimensions[d], value) for d, (value, _) in values.items()])
    n = weighted_mean([(survey.dimensions[d], n) for d, (_, n) in values.items()])
    return None if score is None or n is None else (score, n)


def item_means(cell: Cell, survey: Survey) -> Json | None:
    if len(cell.ballots) < 5:
        return None
    figures = {item: {"mean": item_mean(cell, item, survey)} for item in cell.scored_ratings()}
    for item in cell.scored_recommendations():
        figures[item] = {"mean": sum(cell.ratings(item)) / len(cell.ratings(item))}
    return {item: {**figure, "n": len(cell.ratings(item))} for item, figure in figures.items()}


def evaluate_cell(cell: Cell, survey: Survey, phi: dict[str, float]) -> Json:
    overall = cell_overall(cell, survey)
    limits = points_range(cell.scored_ratings(), survey)
    figures: Json = {
        "shown": True,
        "n": len(cell.ballots),
        "score": overall and overall[0],
        "interval": overall and interval_of(overall[0], [(1.0, *overall)], limits, phi["overall"]),
        "dimensions": {d: evaluate_cell_dimension(cell, d, survey, phi[d]) for d in survey.dimensions},
        "items": item_means(cell, survey),
    }
    if cell.pooled:
        figures["merged"] = cell.members
    return figures


def evaluate_cell_dimension(cell: Cell, dimension: str, survey: Survey, phi: float) -> Json:
    value = cell_dimension(cell, dimension, survey)
    if value is None:
        return {"score": None, "interval": None, "n": 0.0}
    limits = points_range(cell.scored_items(dimension), survey)
    return {"score": value[0], "interval": interval_of(value[0], [(1.0, *value)], limits, phi), "n": value[1]}
