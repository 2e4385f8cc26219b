"""The scores of a file of raw answers, computed the slow and obvious way: the specification in code.

Plain loops over lists and dicts, one short function per sentence of the specification. It shares nothing
with the engine (not even the reading of the questionnaire), so that the two can only agree by being right.
Undefined is None. A rating is its position on the scale, 1..V; recommendations stay 0..10.
"""

from typing import Any

from tests.scoring import naive_statistics
from tests.scoring.naive_estimates import interval_of, mean_share_interval, standard_error
from tests.scoring.naive_survey import Ballot, Cell, Survey, disclose, points_range, read_ballots

Json = dict[str, Any]


def evaluate(
    rows: list[dict[str, str]],
    questionnaire: Json,
    scheme: Json,
    subject_column: str | None = None,
    group_column: str | None = None,
    as_group: str | None = None,
) -> Json:
    survey = Survey(questionnaire, scheme)
    ballots = read_ballots(rows, survey, subject_column, group_column, as_group)
    cells, reasons = {}, {}
    for subject in sorted({ballot.subject for ballot in ballots}):
        cells[subject], reasons[subject] = disclose([b for b in ballots if b.subject == subject], survey)
    every_cell = [cell for shown in cells.values() for cell in shown.values()]
    phi = naive_statistics.phi(every_cell, survey)
    means = group_means(list(cells.values()), survey)
    subjects = [
        evaluate_subject(subject, cells[subject], reasons[subject], ballots, survey, phi, means)
        for subject in cells
    ]
    campaign = {
        "alpha": naive_statistics.alpha(every_cell, survey),
        "phi": phi,
        "straightlined": naive_statistics.straightlined(every_cell),
    }
    return {"subjects": subjects, "campaign": campaign}


# -- one group of one subject -------------------------------------------------------------------------


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


# -- one subject over the groups ----------------------------------------------------------------------


def used_cells(shown: dict[str, Cell]) -> list[Cell]:
    return [cell for cell in shown.values() if cell.weight > 0]


def dimension_parts(
    shown: dict[str, Cell], dimension: str, survey: Survey
) -> list[tuple[Cell, float, float]]:
    """(cell, D_sgd, n_sgd) of every group that enters D_sd."""
    found = [(cell, cell_dimension(cell, dimension, survey)) for cell in used_cells(shown)]
    return [(cell, *value) for cell, value in found if value is not None]


GroupMeans = dict[tuple[str, str], tuple[float, int]]


def group_means(campaign: list[dict[str, Cell]], survey: Survey) -> GroupMeans:
    """mu_gd and the number of subjects it rests on, over the subjects where the group is shown."""
    means = {}
    for group in survey.groups:
        for dimension in survey.dimensions:
            found = [cell_dimension(c[group], dimension, survey) for c in campaign if group in c]
            values = [value[0] for value in found if value is not None]
            if values:
                means[group, dimension] = (sum(values) / len(values), len(values))
    return means


def dimension_score(
    parts: list[tuple[Cell, float, float]],
    dimension: str,
    invited: list[str],
    survey: Survey,
    means: GroupMeans,
) -> float | None:
    """D_sd, in the form the scheme asks for where the deviation form has the subjects it needs."""
    concerned = [group for group in invited if survey.groups[group]["weight"] > 0]
    rests_on = [means.get((group, dimension), (0.0, 0))[1] for group in concerned]
    if survey.absent_group == "deviation" and parts and min(rests_on) >= 30:
        return deviation_score(parts, dimension, concerned, survey, means)
    return weighted_mean([(cell.weight, value) for cell, value, _ in parts])


def deviation_score(
    parts: list[tuple[Cell, float, float]],
    dimension: str,
    concerned: list[str],
    survey: Survey,
    means: GroupMeans,
) -> float | None:
    def mean_over(groups: list[str]) -> float:
        mean = weighted_mean([(survey.groups[g]["weight"], means[g, dimension][0]) for g in groups])
        assert mean is not None
        return mean

    def with_weight(cell: Cell) -> list[str]:
        return [group for group in cell.members if survey.groups[group]["weight"] > 0]

    shift = weighted_mean([(cell.weight, value - mean_over(with_weight(cell))) for cell, value, _ in parts])
    return None if shift is None else mean_over(concerned) + shift


def coverage(shown: dict[str, Cell], invited: list[str], survey: Survey) -> float | None:
    covered = {group for cell in shown.values() for group in cell.members}
    asked = sum(survey.groups[group]["weight"] for group in invited)
    return sum(survey.groups[group]["weight"] for group in covered) / asked if asked > 0 else None


def insufficient(
    shown: dict[str, Cell], invited: list[str], survey: Survey, covered: float | None, score: float | None
) -> bool:
    present = {group for cell in shown.values() for group in cell.members}
    missing = [g for g in invited if survey.groups[g]["required"] and g not in present]
    too_little = covered is None or covered < survey.minimum_coverage
    return bool(missing) or too_little or score is None


def evaluate_dimension(
    shown: dict[str, Cell],
    dimension: str,
    invited: list[str],
    survey: Survey,
    phi: float,
    means: GroupMeans,
) -> Json:
    parts = dimension_parts(shown, dimension, survey)
    score = dimension_score(parts, dimension, invited, survey, means)
    if score is None:
        return {"score": None, "interval": None, "n": 0.0}
    limits = points_range([i for cell, _, _ in parts for i in cell.scored_items(dimension)], survey)
    weighted = [(cell.weight, value, n) for cell, value, n in parts]
    return {
        "score": score,
        "interval": interval_of(score, weighted, limits, phi),
        "n": sum(n for _, _, n in parts),
    }


def overall_interval(
    score: float, shown: dict[str, Cell], survey: Survey, phi: float
) -> tuple[float, float] | None:
    found = [(cell, cell_overall(cell, survey)) for cell in used_cells(shown)]
    parts = [(cell.weight, *value) for cell, value in found if value is not None]
    items = [item for cell, value in found if value is not None for item in cell.scored_ratings()]
    return interval_of(score, parts, points_range(items, survey), phi)


def evaluate_subject(
    subject: str,
    shown: dict[str, Cell],
    reasons: dict[str, str],
    ballots: list[Ballot],
    survey: Survey,
    phi: dict[str, float],
    means: GroupMeans,
) -> Json:
    invited = sorted({ballot.group for ballot in ballots if ballot.subject == subject})
    dimensions = {d: evaluate_dimension(shown, d, invited, survey, phi[d], means) for d in survey.dimensions}
    scored = {d: figures["score"] for d, figures in dimensions.items() if figures["score"] is not None}
    score = weighted_mean([(survey.dimensions[d], value) for d, value in scored.items()])
    covered = coverage(shown, invited, survey)
    official = not insufficient(shown, invited, survey, covered, score)
    groups: Json = {name: evaluate_cell(cell, survey, phi) for name, cell in shown.items()}
    groups |= {group: {"shown": False, "reason": reason} for group, reason in reasons.items()}
    return {
        "subject": subject,
        "feedback_score": score if official else None,
        "interval": overall_interval(score, shown, survey, phi["overall"]) if official else None,
        "coverage": covered,
        "status": "ok" if official else "insufficient",
        "dimensions": dimensions,
        "groups": groups,
        "top2box": top2box(shown, survey),
        "nps": nps(shown, survey),
        "gaps": gaps(shown, scored, survey, phi),
    }


# -- clients' headline figures, self against others ---------------------------------------------------


def headline_cells(shown: dict[str, Cell], survey: Survey) -> list[Cell]:
    if any(group["family"] == "clients" for group in survey.groups.values()):
        return [cell for cell in shown.values() if cell.family == "clients"]
    return [cell for cell in shown.values() if cell.family != "self"]


def top2box(shown: dict[str, Cell], survey: Survey) -> Json | None:
    top, ratings, items = 0, 0, set()
    for cell in headline_cells(shown, survey):
        for item in cell.scored_ratings():
            if survey.items[item]["headline"] or not survey.has_headline:
                values = [survey.flipped(item, value) for value in cell.ratings(item)]
                top += sum(value > survey.scale_length(item) - 2 for value in values)
                ratings += len(values)
                items.add(item)
    if not ratings:
        return None
    n = ratings / len(items)
    return {"share": top / ratings, "interval": mean_share_interval(top / ratings, n, 0.0, 1.0), "n": n}


def nps(shown: dict[str, Cell], survey: Survey) -> Json | None:
    promoters, detractors, ratings, items = 0, 0, 0, set()
    for cell in headline_cells(shown, survey):
        for item in cell.scored_recommendations():
            promoters += sum(value >= 9 for value in cell.ratings(item))
            detractors += sum(value <= 6 for value in cell.ratings(item))
            ratings += len(cell.ratings(item))
            items.add(item)
    if not ratings:
        return None
    value, n = 100 * (promoters - detractors) / ratings, ratings / len(items)
    return {"value": value, "interval": mean_share_interval((value + 100) / 200, n, -100.0, 100.0), "n": n}


def gaps(shown: dict[str, Cell], others: dict[str, float], survey: Survey, phi: dict[str, float]) -> Json:
    selves = [cell for cell in shown.values() if cell.family == "self"]
    found = {}
    for cell in selves[:1]:
        for dimension, (own, _) in cell_dimensions(cell, survey).items():
            if dimension in others:
                error = others_error(shown, dimension, survey, phi[dimension])
                kind = gap_class(own, others[dimension], error)
                found[dimension] = {"self": own, "others": others[dimension], "class": kind}
    return found


def others_error(shown: dict[str, Cell], dimension: str, survey: Survey, phi: float) -> float:
    parts = dimension_parts(shown, dimension, survey)
    low, high = points_range([i for cell, _, _ in parts for i in cell.scored_items(dimension)], survey)
    return (high - low) * standard_error([(c.weight, v, n) for c, v, n in parts], (low, high), phi)


def gap_class(own: float, others: float, error: float) -> str:
    gap = own - others
    if abs(gap) >= 10 and abs(gap) >= 1.96 * error:
        return "blind spot" if gap > 0 else "hidden strength"
    return "agreed strength" if others >= 80 else "agreed development area"
