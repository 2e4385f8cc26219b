"""How feedback, KPI results, goals and a veto become one appraisal."""

from dataclasses import replace

import pytest

from feedback.models.appraisals import GoalScore, KpiResult, Veto, VetoState
from feedback.models.campaigns import Campaign
from feedback.models.people import Person
from feedback.services.appraisals.appraisal_document import AppraisalResult, AppraisalStatus, ComponentId
from feedback.services.appraisals.appraisals import appraise
from feedback.services.closing import tallies
from feedback.services.scores.scorecards import Estimate, Scorecard, scorecards
from tests.factories import Office, shipped_scheme

ENOUGH = {"client": 4, "supervisor": 1, "peer": 3, "subordinate": 3}
KPIS = ("sales-revenue", "new-clients", "retention", "sales-cycle", "average-order", "conversion")
SENIOR = {"kpi": 55, "feedback": 30, "goals": 15}


class Case:
    """One appraised person; the feedback score is 80."""

    def __init__(self, office: Office, feedback: bool = True) -> None:
        self.office = office
        self.campaign: Campaign = office.open(ENOUGH)
        for group in ENOUGH if feedback else ():
            for nonce in office.nonces(self.campaign, group):
                office.answer(nonce, 4)
        office.close(self.campaign)
        self.person: Person = self.campaign.subjects[0].person
        self.period = self.campaign.period

    def kpi(self, share: float | None = 1.0, without: tuple[str, ...] = ()) -> "Case":
        """Every KPI at this share of its target."""
        for name in KPIS:
            actual = None if share is None or name in without else 50 * share
            self._add(KpiResult(person=self.person, period=self.period, kpi=name, actual=actual, target=50))
        return self

    def goals(self, score: float) -> "Case":
        return self._add(GoalScore(person=self.person, period=self.period, score=score))

    def veto(self, state: VetoState) -> "Case":
        return self._add(Veto(person=self.person, period=self.period, state=state, evidence="C-7"))

    def _add(self, row: object) -> "Case":
        self.office.session.add(row)
        self.office.session.commit()
        return self

    def result(self) -> AppraisalResult:
        session, subjects, period = self.office.session, self.campaign.subjects, self.campaign.period
        return appraise(session, period, shipped_scheme(), subjects, self.cards(), [None])[self.person.id]

    def cards(self) -> list[Scorecard]:
        matrix, result = tallies.load(self.office.session, self.campaign)
        return scorecards(result, matrix.questionnaire, matrix.scheme)


@pytest.fixture
def case(office: Office) -> Case:
    return Case(office)


def test_the_overall_score_is_the_weighted_sum_of_its_parts(case: Case):
    result = case.kpi().goals(70).result()
    assert result.status is AppraisalStatus.OK
    assert {part.id: part.weight for part in result.components} == SENIOR
    assert [part.value for part in result.components] == pytest.approx([100, 80, 70])
    assert [part.contribution for part in result.components] == pytest.approx([55, 24, 10.5])
    assert result.official and result.official.score == 89.5
    assert result.official.band and result.official.band.id == "B"
    assert result.official.bonus == 1


def test_levels_weigh_the_parts_differently(case: Case):
    case.person.level = "junior"
    result = case.kpi().goals(70).result()
    assert [part.weight for part in result.components] == [65, 30, 5]


def test_the_interval_of_the_overall_score_is_that_of_the_feedback_score_by_its_weight(case: Case):
    result = case.kpi().goals(70).result()
    feedback = case.cards()[0].total
    assert isinstance(feedback, Estimate) and result.official
    assert result.official.low == pytest.approx(65.5 + 0.3 * feedback.low, abs=0.005)
    assert result.official.high == pytest.approx(65.5 + 0.3 * feedback.high, abs=0.005)


def test_bands_that_the_interval_reaches_are_not_separable(case: Case):
    official = case.kpi().goals(70).result().official
    assert official and [band.id for band in official.reached_bands] == ["A", "B"]
    assert not official.separable


def test_the_kpi_part_is_capped_while_attainment_is_not(case: Case):
    case.person.level = None  # the six KPIs of everybody else
    result = case.kpi(share=1.5).goals(70).result()
    revenue, cycle = result.kpis[0], result.kpis[3]
    assert (revenue.attainment, revenue.score) == (1.5, 120)
    assert (cycle.attainment, cycle.score) == (1.5, 50)
    assert result.components[0].value == pytest.approx(0.9 * 120 + 0.1 * 50)


def test_no_actual_is_not_zero_and_the_rest_counts_while_enough_is_there(case: Case):
    case.person.level = None  # the six KPIs of everybody else
    result = case.kpi(without=("sales-revenue",)).goals(70).result()
    assert result.kpis[0].actual is None and result.kpis[0].score is None
    assert result.kpi_coverage == pytest.approx(0.7)
    assert result.components[0].value == pytest.approx(100)


def test_too_few_kpi_results_leave_the_appraisal_incomplete(case: Case):
    result = case.kpi(without=("sales-revenue", "new-clients")).goals(70).result()
    assert result.status is AppraisalStatus.INSUFFICIENT
    assert result.missing == (ComponentId.KPI,)
    assert result.official is None and result.computed is None


def test_every_missing_part_is_named(office: Office):
    result = Case(office, feedback=False).result()
    assert result.status is AppraisalStatus.INSUFFICIENT
    assert result.missing == (ComponentId.KPI, ComponentId.FEEDBACK, ComponentId.GOALS)


def test_a_target_of_zero_gives_no_score_instead_of_an_error(case: Case):
    case.person.level = None  # the six KPIs of everybody else
    case.kpi(share=None)
    for row in case.office.session.query(KpiResult):
        row.actual, row.target = 3, 0
    assert [line.score for line in case.goals(70).result().kpis] == [None] * 6


def test_a_pending_veto_holds_the_appraisal_and_keeps_its_value(case: Case):
    result = case.kpi().goals(70).veto(VetoState.PENDING).result()
    assert result.status is AppraisalStatus.HELD
    assert result.official is None
    assert result.computed and result.computed.score == 89.5
    assert result.evidence == "C-7"


def test_a_confirmed_veto_disqualifies_and_keeps_both_values(case: Case):
    result = case.kpi().goals(70).veto(VetoState.CONFIRMED).result()
    assert result.status is AppraisalStatus.NOT_QUALIFIED
    assert result.computed and result.computed.score == 89.5
    assert result.official and result.official.score == 0
    assert result.official.band and result.official.band.id == "C"
    assert result.official.bonus == 0


def test_a_confirmed_veto_decides_even_where_a_part_is_missing(case: Case):
    result = case.veto(VetoState.CONFIRMED).result()
    assert result.status is AppraisalStatus.NOT_QUALIFIED
    assert result.official and result.official.score == 0


def test_results_of_another_period_do_not_count(case: Case):
    case.period = "2026Q1"
    assert case.kpi().goals(70).result().missing == (ComponentId.KPI, ComponentId.GOALS)


def test_a_scheme_without_components_appraises_nobody(office: Office):
    scheme = shipped_scheme()
    feedback_only = replace(scheme, appraisal=replace(scheme.appraisal, profiles=()))
    assert appraise(office.session, "2026Q4", feedback_only, [], [], []) == {}
