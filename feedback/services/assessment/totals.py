"""From KPIs, feedback and goals to a total, for many people at once: parts, segments, quarters, adjustment, incidents.

Arrays are [c] over cases (a segment of a person each) and [p] over people; NaN is "not there".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from feedback.services.assessment import feedback_score, kpi_scores
from feedback.services.assessment.appraisal_document import ComponentId
from feedback.services.assessment.feedback_score import FeedbackResult
from feedback.services.assessment.inputs import GoalInput, Inputs
from feedback.services.assessment.kpi_entries import NAN, Case
from feedback.services.assessment.kpi_scores import KpiScores
from feedback.services.tables import periods
from forms.appraisals.choices import AbsentComponent, AbsentGoals, PeriodKind
from forms.appraisals.rules import AppraisalRules, Kpi, Profile
from forms.scheme import Scheme
from scoring import appraisal as scoring
from scoring import goals as goal_scoring
from scoring import year as year_scoring
from scoring.instrument import Booleans, Floats, Integers

NO_PARTS = 3


@dataclass(frozen=True)
class Through:
    """A total on its way, one for the value and one for either end of its interval: [3, p] each.

    own: of the segments; year: with the quarters; adjusted: by the reviewer; deducted: less minor incidents;
    official: after the veto.
    """

    own: Floats
    year: Floats
    adjusted: Floats
    deducted: Floats
    official: Floats


@dataclass(frozen=True)
class Totals:
    """profiles: of each case; owner [c]: the person of each; values, weights, used [c, 3] and overall [c] of the parts;
    quarters [p]: the mean of those that are final, NaN where they do not count."""

    cases: tuple[Case, ...]
    profiles: tuple[Profile, ...]
    owner: Integers
    kpis: KpiScores
    feedback: tuple[FeedbackResult, ...]
    goals: Floats
    values: Floats
    weights: Floats
    used: Floats
    overall: Floats
    quarters: Floats
    through: Through

    def of_person(self, place: int) -> list[int]:
        return np.flatnonzero(self.owner == place).tolist()


@dataclass(frozen=True)
class Rules:
    """The rules of a scheme for one kind of period."""

    scheme: Scheme
    period: str

    @property
    def appraisal(self) -> AppraisalRules:
        return self.scheme.appraisal

    @property
    def kind(self) -> PeriodKind:
        return periods.kind_of(self.period)

    def weights(self, profile: Profile) -> Mapping[str, float]:
        """Of the KPIs that are shown or count. A month without weights of its own shows all of them."""
        own = profile.weights.get(self.kind, {})
        return own or (dict.fromkeys(profile.kpis, 0.0) if self.kind is PeriodKind.MONTH else {})

    def has_total(self, profile: Profile) -> bool:
        return self.kind is not PeriodKind.MONTH or bool(profile.weights.get(PeriodKind.MONTH))

    def profile(self, profile_id: str) -> Profile:
        return next(profile for profile in self.appraisal.profiles if profile.id == profile_id)

    def kpis(self, profiles: Sequence[Profile]) -> list[Kpi]:
        """Those of any of the profiles, and what these require, in the order of the scheme."""
        named = {kpi for profile in profiles for kpi in self.weights(profile)}
        required = {each.kpi for kpi in self.appraisal.kpis if kpi.id in named for each in kpi.requires}
        return [kpi for kpi in self.appraisal.kpis if kpi.id in named | required]


def totals(rules: Rules, people: Sequence[Inputs], goal: float) -> Totals:
    feedback = tuple(feedback_score.of_person(inputs, goal) for inputs in people)
    pairs = [(place, segment) for place, inputs in enumerate(people) for segment in inputs.segments]
    cases = tuple(Case(people[place], segment, feedback[place].given) for place, segment in pairs)
    owner = np.array([place for place, _ in pairs], dtype=np.int64)
    profiles = tuple(rules.profile(segment.profile) for _, segment in pairs)
    weights = [rules.weights(profile) for profile in profiles]
    kpis = kpi_scores.score(rules.kpis(profiles), profiles, weights, cases, rules.period)
    composite = np.where(kpis.held, NAN, kpis.composite)
    goals = _goals([inputs.goals for inputs in people])
    scores = [result.figures.score for result in feedback]
    points = np.array([[e.value, e.low, e.high] if e else [NAN] * 3 for e in scores], dtype=float)
    points = points.reshape(len(people), 3)[owner].T
    values = scoring.components(composite, points[0], goals[owner])
    table = _component_weights(rules, profiles)
    may_lack = _may_lack(rules, people, owner) & ~(kpis.held[:, None] & [True, False, False])
    overall = (
        np.stack([scoring.overall(composite, each, goals[owner], table, may_lack) for each in points])
        if len(cases)
        else np.zeros((3, 0))
    )
    quarters = _quarters(rules, people)
    return Totals(
        cases=cases,
        profiles=profiles,
        owner=owner,
        kpis=kpis,
        feedback=feedback,
        goals=goals,
        values=values,
        weights=table,
        used=scoring.weights_used(values, table, may_lack),
        overall=overall[0],
        quarters=quarters,
        through=_through(rules, people, _of_segments(overall, cases, owner, len(people)), quarters),
    )


def _component_weights(rules: Rules, profiles: Sequence[Profile]) -> Floats:
    """[c, 3]; what has no total has none, and its weights are as if it were the KPIs alone."""
    rows = [
        (part.kpi, part.feedback, part.goals) if rules.has_total(profile) else (100.0, 0.0, 0.0)
        for profile in profiles
        for part in [profile.components]
    ]
    return np.array(rows, dtype=float).reshape(len(profiles), NO_PARTS)


def _may_lack(rules: Rules, people: Sequence[Inputs], owner: Integers) -> Booleans:
    """Which parts may be missing, their weight shared out among the others [c, 3]."""
    feedback = rules.appraisal.feedback
    levels = feedback.absent_component is AbsentComponent.LEVEL
    may = np.array([levels and str(part) not in feedback.required_components for part in ComponentId])
    without = np.array([not agreed(inputs.goals) for inputs in people], dtype=bool)
    no_goals = without & (feedback.absent_goals is AbsentGoals.RENORMALISE)
    return np.asarray(may | (no_goals[owner][:, None] & [False, False, True]))


def agreed(goals: Sequence[GoalInput]) -> list[GoalInput]:
    return [goal for goal in goals if not goal.cancelled]


def rating_of(goal: GoalInput) -> float:
    """What a goal counts: its rating, or its milestones."""
    if goal.rating is not None:
        return goal.rating
    if goal.milestones:
        done = np.array([is_done for _, is_done in goal.milestones])
        return float(goal_scoring.milestones(done, np.array([weight for weight, _ in goal.milestones])))
    return NAN


def _goals(people: Sequence[Sequence[GoalInput]]) -> Floats:
    """G [p]; NaN without an agreed goal, or where one is not rated."""
    most = max((len(goals) for goals in people), default=0)
    rating, weight = np.full((len(people), most), NAN), np.zeros((len(people), most))
    cancelled = np.zeros((len(people), most), dtype=bool)
    for place, goals in enumerate(people):
        for k, goal in enumerate(goals):
            rating[place, k], weight[place, k] = rating_of(goal), goal.weight
            cancelled[place, k] = goal.cancelled
    return goal_scoring.goal_score(rating, weight, cancelled)


def _of_segments(overall: Floats, cases: Sequence[Case], owner: Integers, people: int) -> Floats:
    """[3, p] from the overall scores [3, c] of the segments, by their days."""
    place_in = np.array([np.sum(owner[:c] == who) for c, who in enumerate(owner)], dtype=np.int64)
    most = int(place_in.max(initial=-1)) + 1
    days, scores = np.zeros((people, most)), np.full((3, people, most), NAN)
    days[owner, place_in] = [case.segment.days for case in cases]
    scores[:, owner, place_in] = overall
    return np.stack([scoring.of_segments(each, days) for each in scores])


def _quarters(rules: Rules, people: Sequence[Inputs]) -> Floats:
    """The mean of the final quarterly totals [p]; NaN where it has no share, or too few are final."""
    year = rules.appraisal.year
    if rules.kind is not PeriodKind.YEAR or not year.from_quarters:
        return np.full(len(people), NAN)
    totals = [[NAN if each.total is None else each.total for each in inputs.quarters] for inputs in people]
    quarters = np.array([*zip_longest(*totals, fillvalue=NAN)], dtype=float).reshape(-1, len(people))
    return year_scoring.mean_of_quarters(quarters, year.least_quarters)


def _through(rules: Rules, people: Sequence[Inputs], own: Floats, quarters: Floats) -> Through:
    share = rules.appraisal.year.from_quarters
    mixed = np.stack([year_scoring.with_quarters(each, quarters, share) for each in own])
    year = np.where(np.isnan(quarters), own, mixed)
    points = np.array([each.adjustment.points if each.adjustment else 0.0 for each in people], dtype=float)
    limit = max(rules.appraisal.process.adjustment_limit, float(np.abs(points).max(initial=0.0)))
    adjusted = np.stack([scoring.adjusted(each, points, limit) for each in year])
    minor = [[each for each in inputs.incidents if not each.pending] for inputs in people]
    off = np.array([float(np.sum([each.points for each in own])) for own in minor], dtype=float)
    most = np.array([max((each.most_points for each in own), default=0.0) for own in minor], dtype=float)
    deducted = np.stack([scoring.deducted(each, off, most) for each in adjusted])
    veto = np.array([veto_score(inputs) for inputs in people], dtype=float)
    after = scoring.vetoed(deducted, ~np.isnan(veto), veto)
    return Through(own, year, adjusted, deducted, after)


def veto_score(inputs: Inputs) -> float:
    """The lowest of what confirmed critical incidents leave; NaN without one."""
    scores = [each.score for each in inputs.incidents if not each.pending and each.score is not None]
    return min(scores, default=NAN)
