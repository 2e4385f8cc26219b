"""The shown cells of several released campaigns side by side: clients from one or from pooled quarters, others from
another. What a campaign withholds is in none of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.services.closing import results, tallies
from feedback.services.closing.kept_rows import CellMatrix
from feedback.services.closing.results import CampaignResult
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotPossible
from feedback.services.releases.feedback_inputs import (
    FeedbackDimension,
    JoinedCell,
    JoinedDimension,
    JoinedInput,
)
from feedback.services.reports.rater_groups import POOL_TITLES
from feedback.services.scores.scorecards import Estimate
from forms.scheme import Family, Scheme
from forms.words import N_
from scoring.cells import Means
from scoring.counts import DisclosedCounts
from scoring.instrument import Booleans, Floats, Instrument
from scoring.joined import JoinableCells, of_campaign
from scoring.scores import Scores, score
from scoring.trend import of_subjects
from scoring.year import phi_of_year, pool_quarters

OTHER_DIMENSIONS = N_("the questionnaires of %(a)s and %(b)s do not share their dimensions")
OTHER_QUESTIONNAIRE = N_("the questionnaires differ")
OTHER_SCHEME = N_("the schemes differ")


@dataclass(frozen=True)
class Source:
    """A campaign from which rater groups of these families are taken, and under what code the person is in it."""

    campaign: Campaign
    code: str
    families: frozenset[Family]


@dataclass(frozen=True)
class _Loaded:
    """A released campaign with the group weights of the appraisal's scheme, where that knows the group."""

    campaign: Campaign
    matrix: CellMatrix
    result: CampaignResult
    instrument: Instrument

    @classmethod
    def of(cls, session: Session, campaign: Campaign, scheme: Scheme) -> "_Loaded":
        matrix, result = tallies.load(session, campaign)
        known = {group.id: group.weight for group in scheme.groups}
        weight = np.array([known.get(group.id, group.weight) for group in matrix.scheme.groups])
        numbers = results.instrument(matrix.questionnaire, matrix.scheme)
        return cls(campaign, matrix, result, replace(numbers, groups=replace(numbers.groups, weight=weight)))

    @cached_property
    def rows(self) -> Mapping[str, int]:
        return {code: row for row, code in enumerate(self.result.subjects)}

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(dimension.id for dimension in self.matrix.questionnaire.dimensions)

    @cached_property
    def points(self) -> tuple[float, float]:
        """Fewest and most points of an answer."""
        items = self.instrument.items
        return float(items.lowest[items.rating].min()), float(items.highest[items.rating].max())

    def taken(self, families: frozenset[Family]) -> Booleans:
        return np.array([group.family in families for group in self.matrix.scheme.groups])

    def disclosed(self, codes: Sequence[str]) -> DisclosedCounts:
        return of_subjects(self.result.disclosed, np.array([self.rows[code] for code in codes]))


@dataclass(frozen=True)
class _Cells:
    """Numbers of some people from one campaign, or from quarters that were pooled; share: of the groups' weights."""

    loaded: _Loaded
    campaigns: tuple[str, ...]
    scores: Scores
    phi: Floats
    families: frozenset[Family]
    share: float = 1.0

    @cached_property
    def numbers(self) -> JoinableCells:
        rows = np.arange(len(self.scores.coverage))
        return of_campaign(self.scores, self.phi, self.loaded.taken(self.families), rows)

    def cells(self, row: int) -> list[JoinedCell]:
        numbers, columns = self.numbers, self.loaded.matrix.columns
        return [
            JoinedCell(
                id=columns[h],
                title=self._title(columns[h]),
                weight=_plain(numbers.weight[row, h] * self.share),
                campaigns=self.campaigns,
                phi=_plain(numbers.phi[h, -1]),
                dimensions=self._dimensions(row, h),
            )
            for h in np.flatnonzero(numbers.weight[row]).tolist()
        ]

    def _title(self, column: str) -> Bilingual:
        return POOL_TITLES.get(column) or Bilingual.of(self.loaded.matrix.scheme.group(column).title, column)

    def _dimensions(self, row: int, h: int) -> tuple[JoinedDimension, ...]:
        numbers = self.numbers
        return tuple(
            JoinedDimension(
                id=name,
                points=_plain(numbers.score[row, h, d]),
                n=_plain(numbers.n[row, h, d]),
                low=_plain(numbers.low[row, h, d]),
                high=_plain(numbers.high[row, h, d]),
                phi=_plain(numbers.phi[h, d]),
            )
            for d, name in enumerate(self.loaded.dimensions)
            if not np.isnan(numbers.score[row, h, d])
        )


def _plain(value: float) -> float:
    """Twelve digits: what another number of people beside him may change in the last bits is no other input."""
    return float(f"{value:.12g}")


def of_people(
    session: Session, scheme: Scheme, sources: Mapping[int, Sequence[Source]]
) -> Mapping[int, JoinedInput]:
    """By person. Each campaign is read once, whoever is in it; people with the same campaigns are computed at once."""
    campaigns = {source.campaign.id: source.campaign for own in sources.values() for source in own}
    loaded = {id: _Loaded.of(session, campaign, scheme) for id, campaign in campaigns.items()}
    alike: dict[tuple[tuple[int, frozenset[Family]], ...], list[int]] = defaultdict(list)
    for person_id, own in sources.items():
        alike[tuple((source.campaign.id, source.families) for source in own)].append(person_id)
    found: dict[int, JoinedInput] = {}
    for key, people in alike.items():
        parts = [(loaded[campaign_id], families) for campaign_id, families in key]
        codes = [sources[person_id][0].code for person_id in people]
        found |= dict(zip(people, _Join(parts, codes, scheme).inputs(), strict=True))
    return found


@dataclass(frozen=True)
class _Join:
    """The campaigns that all of these people have, each with the families that it is asked for."""

    parts: Sequence[tuple[_Loaded, frozenset[Family]]]
    codes: Sequence[str]
    scheme: Scheme

    def inputs(self) -> list[JoinedInput]:
        first = self.parts[0][0]
        for other, _ in self.parts[1:]:
            if other.dimensions != first.dimensions:
                raise NotPossible(OTHER_DIMENSIONS, a=first.campaign.code, b=other.campaign.code)
        made = [cells for families in self._families() for cells in self._cells(families)]
        return [self._input(row, made) for row in range(len(self.codes))]

    def _families(self) -> list[frozenset[Family]]:
        return list(dict.fromkeys(families for _, families in self.parts))

    def _of(self, families: frozenset[Family]) -> list[_Loaded]:
        return [loaded for loaded, own in self.parts if own == families]

    def _cells(self, families: frozenset[Family]) -> list[_Cells]:
        """Of several campaigns the pooled counts, or else each with its part of the weight."""
        several = self._of(families)
        if len(several) > 1 and not _why_not_pooled(several):
            return [self._pooled(several, families)]
        return [self._single(loaded, families, 1 / len(several)) for loaded in several]

    def _single(self, loaded: _Loaded, families: frozenset[Family], share: float) -> _Cells:
        phi = loaded.result.statistics.phi
        scores = score(loaded.disclosed(self.codes), loaded.instrument, phi)
        return _Cells(loaded, (loaded.campaign.code,), scores, phi, families, share)

    def _pooled(self, several: Sequence[_Loaded], families: frozenset[Family]) -> _Cells:
        """The dispersion is that of the whole quarters."""
        last = several[-1]
        counts = pool_quarters([each.disclosed(self.codes) for each in several], last.instrument.groups)
        phis = np.array([each.result.statistics.phi for each in several])
        ballots = np.array([int(each.result.disclosed.n.sum()) for each in several])
        phi = phi_of_year(phis, ballots)
        names = tuple(each.campaign.code for each in several)
        return _Cells(last, names, score(counts, last.instrument, phi), phi, families)

    def _input(self, row: int, made: Sequence[_Cells]) -> JoinedInput:
        why = next(
            (why for families in self._families() if (why := _why_not_pooled(self._of(families)))), None
        )
        clients = [cells for cells in made if Family.CLIENTS in cells.families]
        alone = clients[0] if len(clients) == 1 else None
        averaged = bool(why) and len(self._families()) == 1
        ranges = [loaded.points for loaded, _ in self.parts]
        return JoinedInput(
            dimensions=self._dimensions(),
            cells=() if averaged else tuple(cell for cells in made for cell in cells.cells(row)),
            invited=_plain(sum(float(cells.numbers.invited[row]) * cells.share for cells in made)),
            lacks_required=any(bool(cells.numbers.lacks_required[row]) for cells in made),
            minimum_coverage=self.scheme.rating.minimum_coverage,
            satisfied=_estimate(alone.scores.top2box, row) if alone else None,
            nps=_estimate(alone.scores.nps, row) if alone else None,
            not_pooled=why,
            averaged=averaged,
            low=min(low for low, _ in ranges),
            high=max(high for _, high in ranges),
        )

    def _dimensions(self) -> tuple[FeedbackDimension, ...]:
        return tuple(
            FeedbackDimension(each.id, Bilingual.of(each.title, each.id), each.weight, None)
            for each in self.parts[-1][0].matrix.questionnaire.dimensions
        )


def _why_not_pooled(several: Sequence[_Loaded]) -> str | None:
    """Counts are added up where what was asked, and how it counts, is the same."""
    if len({each.matrix.questionnaire.digest for each in several}) > 1:
        return OTHER_QUESTIONNAIRE
    if len({_rating(each.matrix.scheme) for each in several}) > 1:
        return OTHER_SCHEME
    return None


def _rating(scheme: Scheme) -> str:
    """What of a scheme decides how answers count: not its appraisal."""
    return repr((scheme.groups, scheme.rating))


def _estimate(means: Means, row: int) -> Estimate | None:
    value = float(means.score[row])
    if np.isnan(value):
        return None
    low, high = (float(end) for end in means.interval[row])
    return Estimate(value, low, high, float(means.n[row]))
