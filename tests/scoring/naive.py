"""The scores of a file of raw answers, computed the slow and obvious way: the specification in code.

Plain loops over lists and dicts, one short function per sentence of the specification. It shares nothing
with the engine (not even the reading of the questionnaire), so that the two can only agree by being right.
Undefined is None. A rating is its position on the scale, 1..V; recommendations stay 0..10.
"""

from typing import Any

from tests.scoring import naive_statistics
from tests.scoring.naive_cells import (
    cell_dimension,
    cell_dimensions,
    cell_overall,
    evaluate_cell,
    weighted_mean,
)
from tests.scoring.naive_estimates import interval_of, mean_share_interval, standard_error
from tests.scoring.naive_survey import Asked, Ballot, Cell, Survey, disclose, points_range, read_ballots

Json = dict[str, Any]
ROUNDING = 1e-9


def evaluate(
    rows: list[dict[str, str]],
    questionnaire: Json,
    scheme: Json,
    subject_column: str | None = None,
    group_column: str | None = None,
    as_group: str | None = None,
    asked: dict[str, Asked] | None = None,
    left: dict[str, Asked] | None = None,
) -> Json:
    """asked, left: how many people of each group about each subject, at the opening and at the end; else the rows."""
    survey = Survey(questionnaire, scheme)
    ballots = read_ballots(rows, survey, subject_column, group_column, as_group)
    asked = asked or answered_by(ballots, survey)
    left = left or asked
    cells, reasons = {}, {}
    for subject in sorted(asked):
        mine = [b for b in ballots if b.subject == subject]
        cells[subject], reasons[subject] = disclose(mine, survey, asked[subject], left[subject])
    every_cell = [cell for shown in cells.values() for cell in shown.values()]
    phi = naive_statistics.phi(every_cell, survey)
    means = group_means(list(cells.values()), survey)
    subjects = [
        evaluate_subject(subject, cells[subject], reasons[subject], left[subject], survey, phi, means)
        for subject in cells
    ]
    campaign = {
        "alpha": naive_statistics.alpha(every_cell, survey),
        "icc1": naive_statistics.intraclass(every_cell, survey, naive_statistics.icc1),
        "icck": naive_statistics.intraclass(every_cell, survey, naive_statistics.icck),
        "phi": phi,
        "straightlined": naive_statistics.straightlined(every_cell),
    }
    return {"subjects": subjects, "campaign": campaign}


def answered_by(ballots: list[Ballot], survey: Survey) -> dict[str, Asked]:
    return {
        subject: {g: sum((b.subject, b.group) == (subject, g) for b in ballots) for g in survey.groups}
        for subject in {ballot.subject for ballot in ballots}
    }


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
    weighed = [group for group in invited if survey.groups[group]["weight"] > 0]
    concerned = [group for group in weighed if survey.asked_dimension(dimension, group)]
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

    def members(cell: Cell) -> list[str]:
        return [group for group in cell.members if group in concerned]

    shift = weighted_mean([(cell.weight, value - mean_over(members(cell))) for cell, value, _ in parts])
    return None if shift is None else mean_over(concerned) + shift


def coverage(shown: dict[str, Cell], invited: list[str], survey: Survey) -> float | None:
    covered = {group for cell in shown.values() for group in cell.members if group in invited}
    asked = sum(survey.groups[group]["weight"] for group in invited)
    return sum(survey.groups[group]["weight"] for group in covered) / asked if asked > 0 else None


def insufficient(
    shown: dict[str, Cell], invited: list[str], survey: Survey, covered: float | None, score: float | None
) -> bool:
    present = {group for cell in shown.values() for group in cell.members}
    missing = [g for g in invited if survey.groups[g]["required"] and g not in present]
    too_little = covered is None or covered < survey.minimum_coverage - ROUNDING
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


def overall_interval(score: float, shown: dict[str, Cell], survey: Survey, phi: float) -> list[float]:
    found = [(cell, cell_overall(cell, survey)) for cell in used_cells(shown)]
    parts = [(cell.weight, *value) for cell, value in found if value is not None]
    items = [item for cell, value in found if value is not None for item in cell.scored_ratings()]
    return interval_of(score, parts, points_range(items, survey), phi)


def evaluate_subject(
    subject: str,
    shown: dict[str, Cell],
    reasons: dict[str, str],
    left: Asked,
    survey: Survey,
    phi: dict[str, float],
    means: GroupMeans,
) -> Json:
    invited = [group for group, number in left.items() if number > 0]
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


def top2box(shown: dict[str, Cell], survey: Survey) -> Json:
    """Of cells with five ratings of the item."""
    top, ratings, items = 0, 0, set()
    for cell in headline_cells(shown, survey):
        for item in cell.scored_ratings():
            values = [survey.flipped(item, value) for value in cell.ratings(item)]
            if len(values) >= 5 and (survey.items[item]["headline"] or not survey.has_headline):
                top += sum(value > survey.scale_length(item) - 2 for value in values)
                ratings += len(values)
                items.add(item)
    if not ratings:
        return {"share": None, "interval": None}
    n = ratings / len(items)
    return {"share": top / ratings, "interval": mean_share_interval(top / ratings, n, 0.0, 1.0), "n": n}


def nps(shown: dict[str, Cell], survey: Survey) -> Json:
    """Of cells with ten answers to the item."""
    promoters, detractors, ratings, items = 0, 0, 0, set()
    for cell in headline_cells(shown, survey):
        for item in cell.scored_recommendations():
            if len(cell.ratings(item)) >= 10:
                promoters += sum(value >= 9 for value in cell.ratings(item))
                detractors += sum(value <= 6 for value in cell.ratings(item))
                ratings += len(cell.ratings(item))
                items.add(item)
    if not ratings:
        return {"value": None, "interval": None}
    value, n = 100 * (promoters - detractors) / ratings, ratings / len(items)
    return {"value": value, "interval": mean_share_interval((value + 100) / 200, n, -100.0, 100.0), "n": n}


def gaps(shown: dict[str, Cell], others: dict[str, float], survey: Survey, phi: dict[str, float]) -> Json:
    selves = [cell for cell in shown.values() if cell.family == "self"]
    found = {}
    for cell in selves[:1]:
        for dimension, (own, _) in cell_dimensions(cell, survey).items():
            if dimension in others:
                error = others_error(shown, dimension, survey, phi[dimension])
                kind = gap_class(own, others[dimension], error, survey)
                found[dimension] = {"self": own, "others": others[dimension], "class": kind}
    return found


def others_error(shown: dict[str, Cell], dimension: str, survey: Survey, phi: float) -> float:
    parts = dimension_parts(shown, dimension, survey)
    low, high = points_range([i for cell, _, _ in parts for i in cell.scored_items(dimension)], survey)
    return (high - low) * standard_error([(c.weight, v, n) for c, v, n in parts], (low, high), phi)


def gap_class(own: float, others: float, error: float, survey: Survey) -> str:
    """A score at a cut reaches it, whatever rounding did to its last digit."""
    gap = own - others
    if abs(gap) >= survey.gap - ROUNDING and abs(gap) >= 1.96 * error:
        return "blind spot" if gap > 0 else "hidden strength"
    return "agreed strength" if others >= survey.strength_from - ROUNDING else "agreed development area"
