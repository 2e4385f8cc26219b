"""The feedback of one person in a period: one released report as it is, or the shown cells of several as one score."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from feedback.services.assessment.appraisal_document import FeedbackFigures
from feedback.services.assessment.inputs import Inputs
from feedback.services.releases.feedback_inputs import CampaignInput, JoinedCell, JoinedInput
from feedback.services.scores.scorecards import Estimate
from scoring.cells import Means
from scoring.instrument import Floats
from scoring.joined import JoinableCells, joined
from scoring.year import mean_of_scores

NAN = float("nan")


@dataclass(frozen=True)
class FeedbackResult:
    """dimensions: their scores over the groups, by id."""

    figures: FeedbackFigures
    dimensions: Mapping[str, float]

    @property
    def given(self) -> dict[str, float]:
        """What a KPI can take from the feedback, by its source; shares in per cent."""
        figures = self.figures
        single = {"score": figures.score, "nps": figures.nps}
        found = {f"feedback.{name}": each.value for name, each in single.items() if each}
        if figures.satisfied:
            found["feedback.top2box"] = 100 * figures.satisfied.value
        return found | {f"feedback.dimension:{id}": value for id, value in self.dimensions.items()}


def of_person(inputs: Inputs, goal: float) -> FeedbackResult:
    """goal: the share of satisfied answers that is aimed at."""
    if inputs.joined is not None:
        return _of_several(inputs.joined, inputs.campaigns, goal)
    if inputs.campaigns:
        return _of_report(inputs.campaigns[0], goal)
    return FeedbackResult(FeedbackFigures(None, None, None, None, None, goal, (), None), {})


def _of_report(campaign: CampaignInput, goal: float) -> FeedbackResult:
    figures = FeedbackFigures(
        score=campaign.score,
        error=campaign.error,
        coverage=campaign.coverage,
        satisfied=campaign.satisfied,
        nps=campaign.nps,
        goal=goal,
        campaigns=(campaign.code,),
        not_pooled=None,
    )
    return FeedbackResult(figures, {each.id: each.total.value for each in campaign.dimensions if each.total})


def _of_several(source: JoinedInput, campaigns: tuple[CampaignInput, ...], goal: float) -> FeedbackResult:
    if source.averaged:
        score, error = _averaged(source, campaigns)
        coverage, dimensions = None, {}
    else:
        found = joined(_numbers(source), _weights(source), source.minimum_coverage)
        score, error = _estimate(found.total), _known(found.total_error[0])
        coverage = _known(found.coverage[0])
        values = found.dimensions.score[0].tolist()
        pairs = zip(source.dimensions, values, strict=True)
        dimensions = {each.id: value for each, value in pairs if not np.isnan(value)}
    figures = FeedbackFigures(
        score=score,
        error=error if score else None,
        coverage=coverage,
        satisfied=source.satisfied,
        nps=source.nps,
        goal=goal,
        campaigns=tuple(campaign.code for campaign in campaigns),
        not_pooled=source.not_pooled,
    )
    return FeedbackResult(figures, dimensions)


def _averaged(
    source: JoinedInput, campaigns: tuple[CampaignInput, ...]
) -> tuple[Estimate | None, float | None]:
    """The mean of the official scores of the quarters that have one."""
    scored = [(each.score, each.error) for each in campaigns if each.score and each.error is not None]
    if not scored:
        return None, None
    numbers = np.array([[score.value, error, score.n] for score, error in scored])[..., None]
    mean, error = mean_of_scores(numbers[:, 0], numbers[:, 1], numbers[:, 2], source.low, source.high)
    return _estimate(mean), _known(error[0])


def _weights(source: JoinedInput) -> Floats:
    return np.array([dimension.weight for dimension in source.dimensions])


def _numbers(source: JoinedInput) -> JoinableCells:
    """One subject. What a cell does not rate is NaN."""
    names = [dimension.id for dimension in source.dimensions]
    table = np.array([_row(cell, names) for cell in source.cells], dtype=float)
    table = table.reshape(1, len(source.cells), len(names), 5)
    mean_phi = np.array([cell.phi for cell in source.cells])[:, None]
    return JoinableCells(
        score=table[..., 0],
        n=np.nan_to_num(table[..., 1]),
        low=table[..., 2],
        high=table[..., 3],
        weight=np.array([[cell.weight for cell in source.cells]], dtype=float),
        phi=np.concatenate([np.nan_to_num(table[0, ..., 4], nan=1.0), mean_phi], axis=1),
        invited=np.array([source.invited]),
        lacks_required=np.array([source.lacks_required]),
    )


def _row(cell: JoinedCell, names: list[str]) -> list[list[float]]:
    own = {each.id: [each.points, each.n, each.low, each.high, each.phi] for each in cell.dimensions}
    return [own.get(name, [NAN] * 5) for name in names]


def _estimate(means: Means) -> Estimate | None:
    value = float(means.score[0])
    if np.isnan(value):
        return None
    low, high = means.interval[0].tolist()
    return Estimate(value, low, high, float(means.n[0]))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
