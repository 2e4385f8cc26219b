"""The schemes that ship: complete in both languages, for quarter and year, and with what companies ask of each post."""

import pytest

from feedback.services.definitions import library
from forms import scheme as schemes
from forms.appraisals.cautions import cautions
from forms.appraisals.choices import Combine, FigureRule, PeriodKind
from forms.appraisals.rules import AppraisalRules, Gate

CODES = (
    "account-manager",
    "key-account-manager",
    "customer-service-representative",
    "customer-administrator",
)
EXECUTION = ("visits", "conversion", "new-clients", "sales-cycle")
STRATEGY = ("profit", "key-account-coverage", "client-growth")


def rules(code: str) -> AppraisalRules:
    return library.scheme(code).appraisal


@pytest.mark.parametrize("code", CODES)
def test_a_preset_can_be_used_as_it_is_for_quarter_and_year_in_both_languages(code: str):
    preset = rules(code)
    assert cautions(preset) == ()
    for profile in preset.profiles:
        assert {PeriodKind.QUARTER, PeriodKind.YEAR} <= profile.weights.keys()
        assert profile.bands[0].gates
    titled = [*preset.profiles, *preset.posts, *preset.levels, *preset.kpis, *preset.bands]
    texts = [each.title for each in titled] + [text for band in preset.bands for text in band.examples]
    texts += [text for kpi in preset.kpis for text in (kpi.definition, kpi.unit) if text]
    assert all(text.keys() == {"en", "zh"} for text in texts)
    assert all(band.examples for band in preset.bands)
    assert preset.series and preset.promotion and preset.bonuses


@pytest.mark.parametrize("code", CODES)
def test_a_preset_is_the_same_after_its_snapshot(code: str):
    preset = library.scheme(code)
    assert schemes.from_json(preset.to_json()) == preset


def test_the_components_of_account_managers_are_those_of_their_level():
    found = {
        level: (parts.kpi, parts.feedback, parts.goals)
        for level in (None, "junior", "senior", "key-account")
        if (profile := rules("account-manager").profile_of(None, level))
        for parts in (profile.components,)
    }
    assert found == {
        None: (60, 30, 10),
        "junior": (65, 30, 5),
        "senior": (55, 30, 15),
        "key-account": (50, 30, 20),
    }


def test_execution_is_60_per_cent_of_a_junior_and_strategy_40_of_a_senior():
    preset = rules("account-manager")
    junior, senior = (preset.profile_of(None, level) for level in ("junior", "senior"))
    assert junior and senior
    assert sum(junior.weights[PeriodKind.QUARTER][kpi] for kpi in EXECUTION) == 60
    for kind in (PeriodKind.QUARTER, PeriodKind.YEAR):
        assert sum(senior.weights[kind][kpi] for kpi in STRATEGY) == 40


def test_everybody_elses_quarter_has_the_six_sales_indicators():
    general = rules("account-manager").profile_of(None, None)
    assert general
    assert general.weights[PeriodKind.QUARTER] == {
        "sales-revenue": 30,
        "new-clients": 20,
        "retention": 15,
        "sales-cycle": 10,
        "average-order": 10,
        "conversion": 15,
    }


def test_an_a_needs_120_per_cent_of_the_targets_and_90_per_cent_satisfied():
    assert rules("account-manager").bands[0].gates == (
        Gate("kpi.attainment", 120.0),
        Gate("feedback.top2box", 90.0),
    )


def test_large_projects_count_only_if_they_are_large():
    for code in ("account-manager", "key-account-manager"):
        (required,) = rules(code).kpi("large-projects").requires
        assert (required.kpi, required.start) == ("project-value", 50000)


def test_new_clients_count_whole_only_if_they_pay():
    signed = rules("customer-administrator").kpi("signed-clients")
    assert [(each.kpi, each.start) for each in signed.requires] == [("signed-quality", 80)]
    assert signed.otherwise == 50


def test_feedback_has_to_be_settled_in_time_and_to_the_satisfaction_of_the_client():
    assert rules("customer-administrator").kpi("feedback-settled").source == "register.in-time-satisfied"


def test_who_leads_a_team_is_judged_by_five_indicators_of_management():
    lead = rules("key-account-manager").profile_of("key-account-lead", None)
    assert lead
    management = (
        "team-building",
        "project-management",
        "process-improvement",
        "risk-control",
        "resource-use",
    )
    for kind in (PeriodKind.QUARTER, PeriodKind.YEAR):
        assert sum(lead.weights[kind][kpi] for kpi in management) == 40
    assert {rules("key-account-manager").kpi(kpi).source for kpi in management} == {"leader"}


def test_scenario_tests_and_mystery_shoppers_have_a_kpi():
    preset = rules("customer-service-representative")
    new, usual = (preset.profile_of("customer-service-representative", level) for level in ("new", None))
    assert new and usual
    assert new.weights[PeriodKind.QUARTER]["scenario-test"] == 10
    assert usual.weights[PeriodKind.QUARTER]["mystery-visits"] == 5


def test_the_standards_of_customer_service_are_worth_100_points_where_they_are_reached():
    preset = rules("customer-service-representative")
    standards = {
        "client-satisfaction": 95,
        "response-speed": 80,
        "service-standard": 100,
        "resolution-rate": 100,
    }
    for kpi, figure in standards.items():
        assert dict(preset.kpi(kpi).points)[figure] == 100
    assert library.scheme("customer-service-representative").satisfaction_goal == 0.95


def test_a_customer_administrator_has_base_points_with_deductions_in_proportion():
    preset = rules("customer-administrator")
    churn, satisfaction = preset.kpi("client-churn"), preset.kpi("satisfaction-score")
    assert churn.lower_is_better and churn.figure is FigureRule.SHARE
    assert (churn.parameters["base"], churn.parameters["below"], churn.parameters["above"]) == (100, 2, 1)
    assert satisfaction.combine is Combine.WEIGHTED
    (profile,) = preset.profiles
    assert (profile.weights[PeriodKind.QUARTER]["client-churn"], profile.fits("boss", None)) == (30, False)


def test_kpis_of_one_name_are_one_kpi_in_all_presets():
    found: dict[str, object] = {}
    for code in CODES:
        for kpi in rules(code).kpis:
            assert found.setdefault(kpi.id, kpi) == kpi
