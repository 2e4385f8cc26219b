"""Is a campaign's measurement good enough for what it is used for? From what closing left, shown cells only."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.services.closing import counts_export, tallies
from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.closing.results import FORMULA, CampaignResult
from feedback.services.crowds import response_rates
from feedback.services.crowds.response_rates import Rates
from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality import influence_factors
from feedback.services.quality.quality_document import (
    CampaignQuality,
    Coefficient,
    DimensionQuality,
    ItemQuality,
    Lack,
    Median,
    Missing,
    ResponseRate,
    Share,
)
from feedback.services.quality.separation import separation
from feedback.services.reports.report_document import CampaignLabel, DefinitionLabel
from feedback.services.scores.scorecards import Estimate, NoEstimate, scorecards
from forms.questionnaire import Item, Questionnaire
from forms.scheme import Scheme
from scoring import agreement, reliability
from scoring.instrument import Booleans, Floats, Integers
from scoring.reliability import Intraclass

WANTED_RELIABILITY = 0.7


def of_campaign(session: Session, campaign: Campaign) -> CampaignQuality:
    """As it was released, else as it stands. Raises NotPossible for a campaign that is not closed."""
    if campaign.quality is not None:
        return CampaignQuality.from_document(campaign.quality)
    return compute(session, campaign)


def compute(session: Session, campaign: Campaign) -> CampaignQuality:
    """A constant number of statements."""
    matrix, result = tallies.load(session, campaign)
    cards = scorecards(result, matrix.questionnaire, matrix.scheme)
    ids = [dimension.id for dimension in matrix.questionnaire.dimensions]
    widths = [_width(card.dimensions[dimension] for card in cards) for dimension in ids]
    statistics = result.statistics
    return CampaignQuality(
        campaign=CampaignLabel.of(campaign),
        formula=FORMULA,
        questionnaire=_definition(matrix.questionnaire),
        scheme=_definition(matrix.scheme),
        counts=counts_export.digest(result, matrix.questionnaire, matrix.scheme),
        responses=_responses(response_rates.rates(session, campaign), matrix.scheme),
        straightlined=_share(statistics.straightlined, statistics.straightlined_of, Lack.TOO_FEW_BALLOTS),
        phi=float(statistics.phi[-1]),
        width=_width(card.total for card in cards),
        dimensions=_dimensions(matrix, result, widths),
        items=_items(matrix, result),
        separation=separation(matrix, cards),
        influence=influence_factors.of_result(matrix, result),
    )


def _definition(source: Questionnaire | Scheme) -> DefinitionLabel:
    return DefinitionLabel(source.id, source.version, source.digest)


def _responses(rates: Rates, scheme: Scheme) -> tuple[ResponseRate, ...]:
    """The lines of the campaign's page, and the groups that are in none of them."""
    lines = [
        ResponseRate(line.title, Share(line.answered / line.invited, line.invited)) for line in rates.groups
    ]
    counted = {group for line in rates.groups for group in line.groups}
    hidden = [group for group in scheme.groups if group.id in rates.uncounted.keys() - counted]
    return (
        *lines,
        *(
            ResponseRate(Bilingual.of(group.title, group.id), Missing(Lack.TOO_FEW_INVITED))
            for group in hidden
        ),
    )


def _dimensions(
    matrix: CellMatrix, result: CampaignResult, widths: Sequence[Median | Missing]
) -> tuple[DimensionQuality, ...]:
    opinion = _Opinion.of(matrix, result)
    return tuple(
        DimensionQuality(
            id=dimension.id,
            title=Bilingual.of(dimension.title, dimension.id),
            alpha=_alpha(matrix, result, place),
            phi=float(result.statistics.phi[place]),
            divided=opinion.divided_on(place),
            width=widths[place],
        )
        for place, dimension in enumerate(matrix.questionnaire.dimensions)
    )


def _alpha(matrix: CellMatrix, result: CampaignResult, dimension: int) -> Coefficient | Missing:
    alpha = result.statistics.alpha
    value, n = float(alpha.value[dimension]), int(alpha.n[dimension])
    if not math.isnan(value):
        low, high = alpha.interval[dimension].tolist()
        return Coefficient(value, low, high, n)
    if (matrix.instrument.items.dimension == dimension).sum() < 2:
        return Missing(Lack.ONE_ITEM)
    return Missing(Lack.TOO_FEW_BALLOTS if n < protection.STATISTICS_FROM else Lack.NO_VARIANCE)


@dataclass(frozen=True)
class _Opinion:
    """Items with ten ratings in groups that do not answer under their names: looked_at, divided [s, h, j].

    dimension [j].
    """

    looked_at: Booleans
    divided: Booleans
    dimension: Integers

    @classmethod
    def of(cls, matrix: CellMatrix, result: CampaignResult) -> "_Opinion":
        items, disclosed = matrix.instrument.items, result.disclosed
        anonymous = ~matrix.instrument.groups.cell_attributed[:, None]
        looked_at = disclosed.spread & anonymous
        return cls(looked_at, agreement.divided_opinion(disclosed.counts, items.values), items.dimension)

    def divided_on(self, dimension: int) -> Share | Missing:
        looked_at = self.looked_at & (self.dimension == dimension)
        if not looked_at.any():
            return Missing(Lack.NO_LARGE_CELL)
        return Share(float(self.divided[looked_at].mean()), int(looked_at.sum()))


def _items(matrix: CellMatrix, result: CampaignResult) -> tuple[ItemQuality, ...]:
    """Rating items over subjects, from the shown groups that do not answer under their names."""
    icc = result.statistics.icc
    single, average = reliability.intraclass_intervals(icc)
    needed = reliability.ratings_needed(icc.single, WANTED_RELIABILITY)
    found = []
    for item in np.flatnonzero(matrix.instrument.items.rating).tolist():
        lack = _lack(icc, item)
        asked = matrix.questionnaire.counted_items[item]
        found.append(
            ItemQuality(
                id=asked.id,
                text=_wording(asked, matrix.scheme),
                single=lack or _coefficient(icc.single[item], single[item], icc.targets[item]),
                average=lack or _coefficient(icc.average[item], average[item], icc.targets[item]),
                raters_needed=lack or _known(needed[item], Lack.NO_AGREEMENT),
            )
        )
    return tuple(found)


def _wording(item: Item, scheme: Scheme) -> Bilingual:
    """As the first group that is asked reads it, about nobody by name."""
    group = next(group.id for group in scheme.groups if item.asked_of(group.id))
    zh, en = (item.text_for(group, language).replace("{subject}", "…") for language in ("zh", "en"))
    return Bilingual(zh, en)


def _lack(icc: Intraclass, item: int) -> Missing | None:
    if icc.targets[item] < reliability.LEAST_TARGETS:
        return Missing(Lack.TOO_FEW_SUBJECTS)
    if icc.ratings[item] <= icc.targets[item]:
        return Missing(Lack.NO_REPEATED_RATINGS)
    return Missing(Lack.NO_VARIANCE) if np.isnan(icc.average[item]) else None


def _coefficient(value: float, interval: Floats, n: float) -> Coefficient:
    low, high = interval.tolist()
    return Coefficient(float(value), low, high, int(n))


def _known(value: float, lack: Lack) -> float | Missing:
    return Missing(lack) if math.isnan(value) else float(value)


def _share(share: float, of: int, lack: Lack) -> Share | Missing:
    return Missing(lack) if math.isnan(share) else Share(share, of)


def _width(estimates: Iterable[Estimate | NoEstimate]) -> Median | Missing:
    widths = [estimate.high - estimate.low for estimate in estimates if isinstance(estimate, Estimate)]
    return Median(float(np.median(widths)), len(widths)) if widths else Missing(Lack.NO_SCORE)
