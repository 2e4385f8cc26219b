"""Profiles, gates, incidents and process of a scheme: how they are read, and what is refused with which words."""

from dataclasses import fields

import pytest

from forms import scheme
from forms.appraisals.cautions import cautions
from forms.appraisals.choices import (
    CampaignFeed,
    Combine,
    Direction,
    FigureRule,
    GrowthOver,
    InterviewRule,
    MissingActual,
    PeriodKind,
    YearClients,
    YearOthers,
)
from forms.appraisals.rules import Gate, Requirement
from forms.document import InvalidDocument
from forms.scheme import Scheme

PROFILES = """
id = "sales"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 100
[[post]]
id = "manager"
title = {en = "Manager", zh = "经理"}
[[post]]
id = "service"
[level.junior]
title = {en = "Junior", zh = "初级"}
[level.senior]
[[kpi]]
id = "revenue"
unit = {en = "CNY", zh = "元"}
definition = {en = "Signed contracts", zh = "已签合同"}
decimals = 0
method = "ratio"
source = "crm"
missing = "hold"
[[kpi]]
id = "churn"
figure = "share"
method = "proportional"
direction = "lower"
above = 2
[[kpi]]
id = "growth"
figure = "growth"
growth_over = "year"
method = "ratio"
requires = [{kpi = "revenue", from = 50000}]
otherwise = 10
[[kpi]]
id = "satisfaction"
method = "curve"
points = [{figure = 0, score = 0}, {figure = 90, score = 100}]
combine = "mean"
source = "feedback.top2box"
[[profile]]
id = "junior"
title = {en = "Junior manager", zh = "初级经理"}
posts = ["manager"]
levels = ["junior"]
components = {kpi = 65, feedback = 30, goals = 5}
month = {revenue = 100}
quarter = {churn = 40, revenue = 60}
year = {growth = 100}
required = ["revenue"]
[[profile]]
id = "service"
posts = ["service"]
components = {kpi = 100, feedback = 0, goals = 0}
quarter = {satisfaction = 100}
[[profile.band]]
id = "A"
from = 95
[[profile.band]]
id = "C"
from = 0
[[profile]]
id = "others"
components = {kpi = 60, feedback = 30, goals = 10}
quarter = {revenue = 70, churn = 30}
[[band]]
id = "A"
from = 90
examples = [{en = "Wins clients by advice", zh = "以专业建议赢得客户"}]
[[band.gate]]
figure = "kpi:revenue.attainment"
from = 120
[[band.gate]]
figure = "feedback.top2box"
from = 90
[[band]]
id = "C"
from = 0
[feedback]
quarter = ["client", "both"]
year = {client = "pooled quarters", others = "360"}
[absent]
component = "level"
required = ["kpi"]
[year]
from_quarters = 0.5
[presence]
least_days = {quarter = 45}
[process]
calibration = true
interview = "always"
[series]
band = "A"
periods = 3
[promotion]
band = "A"
at_least = 3
of_last = 4
[guideline]
shares = [20, 80]
"""


def changed(old: str, new: str) -> str:
    assert old in PROFILES
    return PROFILES.replace(old, new, 1)


def faults_of(text: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        scheme.load(text)
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def sales() -> Scheme:
    return scheme.load(PROFILES)


@pytest.mark.parametrize(
    ("post", "level", "profile"),
    [
        ("manager", "junior", "junior"),
        ("manager", "senior", "others"),
        ("service", "junior", "service"),
        ("service", None, "service"),
        (None, "junior", "others"),
        (None, None, "others"),
        ("wizard", "wizard", "others"),
    ],
)
def test_the_first_profile_that_fits_post_and_level_is_a_persons(
    sales: Scheme, post: str | None, level: str | None, profile: str
):
    found = sales.appraisal.profile_of(post, level)
    assert found and found.id == profile


def test_what_a_scheme_does_not_know_can_be_told(sales: Scheme):
    rules = sales.appraisal
    assert rules.knows_post("manager") and rules.knows_level("senior")
    assert rules.knows_post(None) and rules.knows_level(None)
    assert not rules.knows_post("wizard") and not rules.knows_level("wizard")


def test_nobody_has_a_profile_that_none_fits():
    text = PROFILES.replace('id = "others"\n', 'id = "others"\nposts = ["manager"]\n')
    assert scheme.load(text).appraisal.profile_of("wizard", None) is None


def test_weights_are_those_of_the_kind_of_period_in_the_order_of_the_kpis(sales: Scheme):
    junior = sales.appraisal.profiles[0]
    assert {kind: [*weights.items()] for kind, weights in junior.weights.items()} == {
        PeriodKind.MONTH: [("revenue", 100.0)],
        PeriodKind.QUARTER: [("revenue", 60.0), ("churn", 40.0)],
        PeriodKind.YEAR: [("growth", 100.0)],
    }
    assert junior.kpis == ("revenue", "churn", "growth")


def test_a_kpi_says_what_its_figure_is_where_it_comes_from_and_what_it_asks_for(sales: Scheme):
    revenue, churn, growth, satisfaction = sales.appraisal.kpis
    assert (revenue.unit["zh"], revenue.definition["en"], revenue.decimals) == ("元", "Signed contracts", 0)
    assert (revenue.source, revenue.missing, revenue.combine) == ("crm", MissingActual.HOLD, Combine.SUM)
    assert (churn.figure, churn.combine, churn.direction) == (
        FigureRule.SHARE,
        Combine.SHARE,
        Direction.LOWER,
    )
    assert churn.parameters == {"base": 100.0, "below": 1.0, "above": 2.0, "floor": 0.0, "cap": 120.0}
    assert (growth.growth_over, growth.otherwise) == (GrowthOver.YEAR, 10.0)
    assert growth.requires == (Requirement("revenue", 50000.0, None),)
    assert (satisfaction.source, satisfaction.decimals, satisfaction.least_parts) == (
        "feedback.top2box",
        2,
        0.6,
    )


def test_bands_have_gates_and_examples_and_a_profile_has_its_own_or_those_of_the_scheme(sales: Scheme):
    junior, service, others = sales.appraisal.profiles
    assert junior.bands == others.bands == sales.appraisal.bands
    assert junior.bands[0].gates == (Gate("kpi:revenue.attainment", 120.0), Gate("feedback.top2box", 90.0))
    assert junior.bands[0].examples[0]["zh"] == "以专业建议赢得客户"
    assert [(band.start, band.gates) for band in service.bands] == [(95.0, ()), (0.0, ())]


def test_what_is_not_said_has_the_usual_rule(sales: Scheme):
    rules = sales.appraisal
    assert (rules.incidents.minor.points, rules.incidents.most_points) == (5.0, 20.0)
    assert (rules.incidents.major.cap, rules.incidents.critical.score) == ("C", 0.0)
    assert (rules.incidents.minor.valid_months, rules.incidents.critical.valid_months) == (12, None)
    assert rules.presence.least_days == {PeriodKind.MONTH: 15, PeriodKind.QUARTER: 45, PeriodKind.YEAR: 90}
    assert (rules.process.calibration, rules.process.interview) == (True, InterviewRule.ALWAYS)
    assert (rules.process.targets_agreed, rules.process.adjustment_limit) == (True, 0.0)
    assert (rules.year.from_quarters, rules.year.least_quarters, rules.month.on_track_from) == (0.5, 2, 1.0)
    assert (rules.guideline, rules.bonus_by_band, rules.bonus_by_presence) == ((0.2, 0.8), False, False)
    plain = scheme.load(PROFILES.split("[feedback]")[0]).appraisal
    assert (plain.series, plain.promotion, plain.guideline) == (None, None, ())


def test_a_scheme_says_which_campaigns_feed_a_period(sales: Scheme):
    feedback = sales.appraisal.feedback
    assert feedback.month.kinds == ()
    assert feedback.quarter.kinds == (CampaignFeed.CLIENT, CampaignFeed.BOTH)
    assert (feedback.year.clients, feedback.year.others) == (
        YearClients.POOLED_QUARTERS,
        YearOthers.COLLEAGUES,
    )
    listed = scheme.load(changed('year = {client = "pooled quarters", others = "360"}', 'year = ["both"]'))
    assert listed.appraisal.feedback.year.kinds == (CampaignFeed.BOTH,)


def test_a_snapshot_is_the_same_scheme_and_says_all_that_was_left_out(sales: Scheme):
    snapshot = scheme.from_json(sales.to_json())
    for each in fields(sales.appraisal):
        assert getattr(snapshot.appraisal, each.name) == getattr(sales.appraisal, each.name)
    assert snapshot.digest == sales.digest
    written = scheme.definition(sales)
    assert {"absent", "feedback", "incident", "month", "pay", "presence", "process", "year"} <= written.keys()


def test_a_list_of_kpis_with_weights_is_the_scheme_that_its_profiles_would_be():
    one_list = """
id = "small"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 100
[components]
kpi = 60
feedback = 30
goals = 10
[[kpi]]
id = "revenue"
weight = 100
method = "ratio"
"""
    head, _, rest = one_list.partition("[components]")
    profile = """[[profile]]
id = "general"
title = {en = "General", zh = "通用"}
components = {kpi = 60, feedback = 30, goals = 10}
quarter = {revenue = 100}
year = {revenue = 100}
"""
    written = head + profile + rest[rest.index("[[kpi]]") :].replace("weight = 100\n", "")
    assert scheme.load(one_list).digest == scheme.load(written).digest


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "quarter = {churn = 40, revenue = 60}",
            "quarter = {churn = 40, revenue = 50}",
            "profile[1].quarter: the KPI weights of junior for a quarter total 90, not 100",
        ),
        (
            "month = {revenue = 100}",
            "month = {revenue = 10}",
            "profile[1].month: the KPI weights of junior for a month",
        ),
        (
            "year = {growth = 100}",
            "year = {}",
            "profile[1].year: the KPI weights of junior for a year total 0",
        ),
        ("{growth = 100}", "{grwth = 100}", "profile[1].year.grwth: there is no KPI 'grwth'"),
        ("goals = 5}", "goals = 6}", "profile[1].components: the weights add up to 101, not to 100"),
        (
            "quarter = {satisfaction = 100}",
            "",
            "profile[2].components.kpi: the KPI component of service has weight",
        ),
        ('posts = ["manager"]', 'posts = ["boss"]', "profile[1].posts: there is no post 'boss'"),
        ('levels = ["junior"]', 'levels = ["wizard"]', "profile[1].levels: there is no level 'wizard'"),
        (
            'posts = ["service"]',
            'posts = ["service", "service"]',
            "profile[2].posts: 'service' appears more than",
        ),
        ('id = "service"\nposts', 'id = "junior"\nposts', "profile: 'junior' appears more than once"),
        (
            'required = ["revenue"]',
            'required = ["profit"]',
            "profile[1].required: junior has no KPI 'profit'",
        ),
        (
            'posts = ["manager"]\nlevels = ["junior"]',
            "",
            "profile[2]: service fits nobody: the profiles above it",
        ),
        ('id = "others"\n', 'id = "others"\nposts = ["service"]\n', "profile[3]: others fits nobody"),
        (
            "[[profile]]",
            "[components]\nkpi = 100\n[[profile]]",
            "components: each [[profile]] has weights of its own",
        ),
        ("[level.senior]", "[level.senior]\nkpi = 60", "level.senior.kpi: unknown key"),
        ('id = "revenue"', 'id = "revenue"\nweight = 30', "kpi[1].weight: unknown key"),
        (
            'kpi = "revenue", from',
            'kpi = "growth", from',
            "kpi[3].requires[1].kpi: a KPI cannot require itself",
        ),
        ('kpi = "revenue", from', 'kpi = "profit", from', "kpi[3].requires[1].kpi: there is no KPI 'profit'"),
        (", from = 50000}", "}", "kpi[3].requires[1]: says neither from nor to"),
        ("from = 50000}", "from = 5, to = 4}", "kpi[3].requires[1].from: 5 must not be above 4"),
        ('source = "crm"', 'source = "rumour"', "kpi[1].source: 'rumour' is not one of feedback.top2box"),
        ('figure = "share"', 'figure = "share"\ncombine = "sum"', "kpi[2].combine: rates cannot be added up"),
        ('combine = "mean"', 'combine = "share"', "kpi[4].combine: only a share has parts and wholes"),
        ("{figure = 0, score = 0}, ", "", "kpi[4].points: needs at least two points"),
        ("{figure = 0,", "{figure = 90,", "kpi[4].points: the points must stand in ascending order"),
        (
            'growth_over = "year"',
            'growth_over = "week"',
            "kpi[3].growth_over: 'week' is not one of period, year",
        ),
        (
            'figure = "feedback.top2box"\nfrom',
            'figure = "feedback.mood"\nfrom',
            "band[1].gate[2].figure: 'feedback.mood' is not one of kpi.attainment",
        ),
        (
            "kpi:revenue.attainment",
            "kpi:profit.attainment",
            "band[1].gate[1].figure: there is no KPI 'profit'",
        ),
        (
            "kpi:revenue.attainment",
            "kpi:growth.attainment",
            "band[1].gate[1].figure: others has no KPI 'growth'",
        ),
        (
            "{kpi = 60, feedback = 30, goals = 10}",
            "{kpi = 90, feedback = 0, goals = 10}",
            "band[1].gate[2].figure: no answers reach others",
        ),
        (
            'id = "C"\nfrom = 0\n[feedback]',
            'id = "C"\nfrom = 0\ngate = [{figure = "goals", from = 1}]\n[feedback]',
            "band[2].gate: the last band takes everybody",
        ),
        ("[absent]", '[incident.major]\ncap = "D"\n[absent]', "incident.major.cap: there is no band 'D'"),
        (
            '[[profile.band]]\nid = "C"',
            '[[profile.band]]\nid = "D"',
            "incident.major.cap: service has no band 'C'",
        ),
        ('[series]\nband = "A"', '[series]\nband = "S"', "series.band: there is no band 'S'"),
        ("at_least = 3", "at_least = 5", "promotion.at_least: 5 must not be above 4"),
        (
            "shares = [20, 80]",
            "shares = [20, 70, 10]",
            "guideline.shares: needs a share for each band, A, C, not 3",
        ),
        ("shares = [20, 80]", "shares = [20, 70]", "guideline.shares: the weights add up to 90"),
        (
            "[series]",
            "[pay]\nbonus_by_band = true\n[series]",
            "pay.bonus_by_band: the bonus goes by band, but band A",
        ),
        (
            "from = 90\nexamples",
            "from = 90\nbonus = 1.2\nexamples",
            "band[1].bonus: the bonus does not go by band",
        ),
        (
            'quarter = ["client", "both"]',
            'quarter = ["clients"]',
            "feedback.quarter: 'clients' is not one of client",
        ),
        ('"pooled quarters"', '"quarters"', "feedback.year.client: 'quarters' is not one of pooled quarters"),
        ('component = "level"', 'component = "zero"', "absent.component: 'zero' is not one of hold, level"),
        ('interview = "always"', 'interview = "often"', "process.interview: 'often' is not one of always"),
        ("least_days = {quarter = 45}", "least_days = {week = 5}", "presence.least_days.week: unknown key"),
        ("from_quarters = 0.5", "from_quarters = 50", "year.from_quarters: 50.0 must be between 0 and 1"),
    ],
)
def test_a_fault_is_told_at_its_place(old: str, new: str, fault: str):
    found = faults_of(changed(old, new))
    assert any(each.startswith(fault) for each in found), found


def test_a_gate_on_answers_is_reachable_where_a_kpi_is_taken_from_them():
    gated = changed("from = 95", 'from = 95\ngate = [{figure = "feedback.top2box", from = 90}]')
    assert scheme.load(gated).appraisal.profiles[1].bands[0].gates == (Gate("feedback.top2box", 90.0),)


def test_what_can_be_used_but_is_likely_a_slip_is_said(sales: Scheme):
    assert [str(caution) for caution in cautions(sales.appraisal)] == []
    twice = scheme.load(
        changed("quarter = {revenue = 70, churn = 30}", "quarter = {satisfaction = 100}").replace(
            'figure = "kpi:revenue.attainment"', 'figure = "kpi.score"'
        )
    )
    assert [str(caution) for caution in cautions(twice.appraisal)] == [
        "kpi[4].source: satisfaction is taken from answers that count in the feedback of others too"
    ]
    narrow = scheme.load(
        PROFILES.replace('id = "others"\n', 'id = "others"\nposts = ["manager"]\n').replace(
            "year = {growth = 100}", "year = {revenue = 100}"
        )
    )
    assert [str(caution) for caution in cautions(narrow.appraisal)] == [
        "kpi[3]: no profile has the KPI growth"
    ]
