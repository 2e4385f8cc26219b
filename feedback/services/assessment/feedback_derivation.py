"""How the feedback score of one person came about: rater groups, dimensions over them, the score over dimensions.

Of what is withheld nothing is said but the reason that the released report gives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.services.assessment.appraisal_document import Statement
from feedback.services.assessment.derivation_lines import Lines, mean, ref, said
from feedback.services.assessment.feedback_score import FeedbackResult
from feedback.services.assessment.inputs import Inputs
from feedback.services.ground.bilingual import Bilingual
from feedback.services.releases.feedback_inputs import CampaignInput, FeedbackDimension, JoinedInput
from feedback.services.reports.report_document import Reason
from feedback.services.scores.scorecards import Estimate, Shortage
from forms.words import N_

F = "feedback"
GROUP_REASONS = {
    Reason.MERGED: N_("%(group)s: counted together with others"),
    Reason.TOO_FEW: N_("%(group)s: too few answers"),
    Reason.NO_ANSWERS: N_("%(group)s: no answers"),
    Reason.NOT_ASKED: N_("%(group)s: not asked"),
}
SHORTAGES = {
    Shortage.NOBODY_INVITED: N_("nobody was invited"),
    Shortage.REQUIRED_GROUP: N_("a required rater group is not shown"),
    Shortage.COVERAGE: N_("too little of the invited weight is shown"),
    Shortage.NO_SCORE: N_("there is nothing to score"),
}


@dataclass(frozen=True)
class _Term:
    """A cell's score of one dimension, by its line."""

    ref: str
    weight: float


@dataclass(frozen=True)
class FeedbackSteps:
    lines: Lines
    inputs: Inputs
    result: FeedbackResult

    def add(self) -> None:
        """The line of the score, and those of satisfaction and recommendation where there are any."""
        figures = self.result.figures
        if self.inputs.joined is not None:
            self._several(self.inputs.joined)
        elif self.inputs.campaigns:
            self._report(self.inputs.campaigns[0])
        else:
            self._score(None, None, [said(N_("no campaign of the period is about this person"))])
        self._share("feedback.top2box", N_("satisfied answers"), figures.satisfied, 100.0)
        self._share("feedback.nps", N_("recommendation (NPS)"), figures.nps, 1.0)

    def _report(self, campaign: CampaignInput) -> None:
        terms: dict[str, list[_Term]] = {each.id: [] for each in campaign.dimensions}
        withheld = []
        for cell in campaign.cells:
            if cell.why is not None:
                withheld.append(said(GROUP_REASONS[cell.why], group=cell.title))
            if cell.merged and cell.why is None:
                merged = Bilingual.joined(cell.merged)
                withheld.append(said(N_("%(group)s holds %(merged)s"), group=cell.title, merged=merged))
            for each in cell.dimensions:
                line = self._cell(campaign.code, cell.id, cell.title, each.dimension, each.score.value)
                terms[each.dimension].append(_Term(line, cell.weight))
        for dimension in campaign.dimensions:
            value = dimension.total.value if dimension.total else None
            own = [] if campaign.deviation else terms[dimension.id]
            self._dimension(dimension, value, own)
        if campaign.shortage:
            withheld.append(said(SHORTAGES[campaign.shortage]))
        self._score(self._formula(campaign.dimensions), campaign.code, withheld)

    def _several(self, joined: JoinedInput) -> None:
        notes = [said(N_("not pooled: %(why)s"), why=joined.not_pooled)] if joined.not_pooled else []
        if joined.averaged:
            self._score(self._of_quarters(), None, notes)
            return
        terms: dict[str, list[_Term]] = {each.id: [] for each in joined.dimensions}
        for cell in joined.cells:
            for each in cell.dimensions:
                campaign = " + ".join(cell.campaigns)
                line = self._cell(campaign, cell.id, cell.title, each.id, each.points)
                terms[each.id].append(_Term(line, cell.weight))
        for dimension in joined.dimensions:
            self._dimension(dimension, self.result.dimensions.get(dimension.id), terms[dimension.id])
        if joined.lacks_required:
            notes.append(said(SHORTAGES[Shortage.REQUIRED_GROUP]))
        elif self.result.figures.score is None:
            notes.append(said(SHORTAGES[Shortage.COVERAGE]))
        self._score(self._formula(joined.dimensions), None, notes)

    def _of_quarters(self) -> str | None:
        """The official scores of the quarters that have one, each by its line."""
        terms = [
            self.lines.add(
                f"{F}.campaign.{each.code}",
                said(N_("feedback score of %(campaign)s"), campaign=each.code),
                each.score.value,
                under=F,
                source=each.code,
            )
            for each in self.inputs.campaigns
            if each.score and each.error is not None
        ]
        return mean(terms, [1.0] * len(terms)) if terms else None

    def _cell(self, campaign: str, cell: str, title: Bilingual, dimension: str, points: float) -> str:
        return self.lines.add(
            f"{F}.cell.{campaign}.{cell}.{dimension}",
            said(N_("%(group)s: %(dimension)s"), group=title, dimension=self._title(dimension)),
            points,
            under=f"{F}.dimension.{dimension}",
            source=f"{campaign}: {cell}",
        )

    def _title(self, dimension: str) -> Bilingual:
        source = self.inputs.joined or self.inputs.campaigns[0]
        return next(each.title for each in source.dimensions if each.id == dimension)

    def _dimension(self, dimension: FeedbackDimension, value: float | None, terms: Sequence[_Term]) -> None:
        weighed = [term for term in terms if term.weight]
        formula = mean([term.ref for term in weighed], [term.weight for term in weighed]) if weighed else None
        self.lines.add(
            f"{F}.dimension.{dimension.id}",
            said(N_("%(dimension)s over the rater groups"), dimension=dimension.title),
            value,
            under=F,
            rule=said(N_("sum of weight x group / sum of the weights that are shown")) if weighed else None,
            formula=formula,
        )

    def _formula(self, dimensions: Sequence[FeedbackDimension]) -> str | None:
        scored = [each for each in dimensions if each.weight and each.id in self.result.dimensions]
        terms = [ref(f"{F}.dimension.{each.id}") for each in scored]
        return mean(terms, [each.weight for each in scored]) if terms else None

    def _score(self, formula: str | None, campaign: str | None, notes: list[Statement]) -> None:
        score = self.result.figures.score
        self.lines.add(
            F,
            said(N_("feedback score")),
            score.value if score else None,
            rule=said(N_("sum of weight x dimension / sum of the weights")),
            formula=formula,
            source=campaign,
            notes=[*notes, *interval(score)],
        )

    def _share(self, id: str, label: str, estimate: Estimate | None, scale: float) -> None:
        if estimate is not None:
            campaign = " + ".join(self.result.figures.campaigns)
            notes = list(interval(estimate, scale))
            self.lines.add(id, said(label), scale * estimate.value, source=campaign, notes=notes)


def interval(estimate: Estimate | None, scale: float = 1.0) -> Iterator[Statement]:
    if estimate is not None:
        low, high = f"{scale * estimate.low:.2f}", f"{scale * estimate.high:.2f}"
        yield said(
            N_("95 %% interval %(low)s to %(high)s, from %(n)s ratings"),
            low=low,
            high=high,
            n=f"{estimate.n:.6g}",
        )
