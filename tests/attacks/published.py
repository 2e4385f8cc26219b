"""What a report says about one rater group, as facts for the solver: whoever reads it knows no more than that."""

from collections.abc import Iterator
from dataclasses import dataclass

from feedback.services.reports.report_document import ItemFigure, ItemScore, Report, Satisfaction, Withheld
from feedback.services.scores.scorecards import Estimate, ItemMean
from tests.attacks.solver import Question, together

NPS = (-1, 0, 1)  # of those who would not recommend, who might, and who would


@dataclass(frozen=True)
class Disclosed:
    """Of one question in one cell: what its mean alone tells, and what everything that is published does."""

    n: int
    at_an_end: bool
    alone: Question
    whole: Question


def of_clients(report: Report, n: int) -> Iterator[Disclosed]:
    """Every rating question, in a report on somebody whom n clients alone were asked about, each about everything.

    Every dimension has to have one question: its mean is that of the question, whatever is shown of questions.
    """
    dimensions = {dimension.id: dimension.total for dimension in report.dimensions}
    alone, ends = [], []
    for item in report.items:
        score, points = dimensions[item.dimension], report.basis.scales[item.scale].points
        question = Question.of(n, len(points))
        if isinstance(score, Estimate):
            question = question.with_sum(points, n * score.value, n * score.value)
        alone.append(question)
        ends.append(isinstance(score, Estimate) and score.value in (min(points), max(points)))
    pairs = zip(report.items, alone, strict=True)
    narrowed = [_with_figures(question, item, report) for item, question in pairs]
    whole = _with_satisfaction(narrowed, report)
    yield from (Disclosed(n, *found) for found in zip(ends, alone, whole, strict=True))


def _with_figures(question: Question, item: ItemScore, report: Report) -> Question:
    points = report.basis.scales[item.scale].points
    for figure in item.groups:
        if isinstance(figure.mean, ItemMean):
            question = question.with_sum(points, question.n * figure.mean.mean, question.n * figure.mean.mean)
        question = _with_distribution(question, figure)
    return question


def _with_distribution(question: Question, figure: ItemFigure) -> Question:
    if figure.distribution is None:
        return question
    split = tuple(round(share * question.n) for share in figure.distribution.shares)
    return Question(question.n, question.possible & {split})


def _with_satisfaction(questions: list[Question], report: Report) -> list[Question]:
    """The share of the two best answers, over all questions together."""
    if not isinstance(report.satisfaction, Satisfaction):
        return questions
    places = len(next(iter(questions[0].possible)))
    worth = (0,) * (places - 2) + (1, 1)
    share, asked = report.satisfaction.share.value, len(questions) * questions[0].n
    return together(questions, worth, round(share * asked))


def recommendation(report: Report, n: int) -> Question | None:
    """How many would recommend, might and would not, where the difference is published."""
    if isinstance(report.nps, Withheld):
        return None
    difference = report.nps.value * n / 100
    return Question.of(n, len(NPS)).with_sum(NPS, difference, difference)
