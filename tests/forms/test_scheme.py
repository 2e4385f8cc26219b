import pytest

from forms import scheme
from forms.appraisals.choices import Combine, Direction, Method, PeriodKind
from forms.document import InvalidDocument
from forms.scheme import AbsentGroup, Family, pool_name

RATING = """
id = "small"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 60
required = true
[[group]]
id = "supervisor"
family = "supervisor"
weight = 40
[[group]]
id = "self"
family = "self"
weight = 0
"""
WHOLE = (
    RATING
    + """
[rating]
trim = true
absent_group = "deviation"
minimum_coverage = 0.5
[components]
kpi = 60
feedback = 30
goals = 10
[level.senior]
title = {en = "Senior", zh = "高级"}
kpi = 50
feedback = 30
goals = 20
[[kpi]]
id = "revenue"
weight = 40
method = "ratio"
[[kpi]]
id = "cycle"
weight = 30
method = "lower_is_better"
cap = 110
combine = "mean"
[[kpi]]
id = "clients"
weight = 10
method = "increment"
rate = 5
[[kpi]]
id = "order"
weight = 10
method = "tier"
steps = [{from = 10, score = 60}, {from = 20, score = 100}]
[[kpi]]
id = "audit"
weight = 5
method = "pass_fail"
[[kpi]]
id = "conversion"
weight = 5
method = "interpolate"
[[kpi]]
id = "payment"
weight = 0
method = "curve"
points = [{figure = 30, score = 100}, {figure = 60, score = 0}]
[[kpi]]
id = "churn"
weight = 0
method = "proportional"
direction = "lower"
base = 80
[[band]]
id = "A"
from = 90
[[band]]
id = "B"
from = 0
[[bonus]]
from = 80
share = 1
[[bonus]]
from = 0
share = 0.5
linear = true
[incident.critical]
score = 59
[satisfaction]
goal = 85
"""
)


def faults_of(text: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        scheme.load(text)
    return [str(fault) for fault in caught.value.faults]


def changed(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


def test_a_scheme_of_groups_alone_has_the_usual_rules() -> None:
    small = scheme.load(RATING)
    client, supervisor, own = small.groups
    assert (client.minimum, client.attributed, client.required) == (3, False, True)
    assert (supervisor.minimum, supervisor.attributed, supervisor.required) == (1, True, False)
    assert (own.minimum, own.attributed) == (1, True)
    assert (small.rating.trim, small.rating.absent_group, small.rating.minimum_coverage) == (
        False,
        "level",
        0.6,
    )
    assert (small.rating.gap, small.rating.strength_from) == (10.0, 80.0)
    assert small.satisfaction_goal == 0.9
    assert not small.appraisal.appraises


def test_a_scheme_with_an_appraisal_is_read_whole() -> None:
    whole = scheme.load(WHOLE)
    assert whole.rating.absent_group is AbsentGroup.DEVIATION
    assert [kpi.method for kpi in whole.appraisal.kpis] == list(Method)
    assert whole.appraisal.kpis[0].parameters == {"floor": 0.0, "cap": 120.0}
    assert whole.appraisal.kpis[1].combine is Combine.MEAN
    assert whole.appraisal.kpis[3].steps == ((10.0, 60.0), (20.0, 100.0))
    assert [(band.id, band.start) for band in whole.appraisal.bands] == [("A", 90.0), ("B", 0.0)]
    assert whole.appraisal.incidents.critical.score == 59.0
    assert whole.satisfaction_goal == 0.85
    curve, proportional = whole.appraisal.kpis[6:]
    assert (curve.points, curve.direction) == (((30.0, 100.0), (60.0, 0.0)), Direction.LOWER)
    assert proportional.parameters == {"base": 80.0, "below": 0.8, "above": 0.0, "floor": 0.0, "cap": 120.0}
    assert [kpi.id for kpi in whole.appraisal.kpis if kpi.lower_is_better] == ["cycle", "payment", "churn"]


def test_one_list_of_kpis_is_read_as_a_profile_for_each_level_and_one_for_all_others() -> None:
    rules = scheme.load(WHOLE).appraisal
    senior, other = rules.profile_of(None, "senior"), rules.profile_of("any", "junior")
    assert senior and other
    assert (senior.components.kpi, other.components.kpi) == (50.0, 60.0)
    assert (
        senior.weights[PeriodKind.QUARTER]
        == senior.weights[PeriodKind.YEAR]
        == other.weights[PeriodKind.YEAR]
    )
    assert (PeriodKind.MONTH in other.weights, other.weights[PeriodKind.YEAR]["revenue"]) == (False, 40.0)


def test_groups_are_found_by_id() -> None:
    small = scheme.load(RATING)
    assert small.group("client").family is Family.CLIENTS
    with pytest.raises(KeyError):
        small.group("peer")


@pytest.mark.parametrize("text", [RATING, WHOLE])
def test_a_snapshot_is_the_same_scheme_with_the_same_digest(text: str) -> None:
    loaded = scheme.load(text)
    snapshot = scheme.from_json(loaded.to_json())
    assert snapshot == loaded
    assert snapshot.digest == loaded.digest


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("weight = 60", "weight = 50", "group: the weights add up to 90, not to 100"),
        ("weight = 60", "weight = 60\nminimum = 2", "group[1].minimum: must be at least 3"),
        (
            "weight = 40",
            "weight = 40\nminimum = 3",
            "group[2].minimum: an attributed group has the minimum 1",
        ),
        (
            "weight = 40",
            "weight = 40\nattributed = false\nminimum = 1",
            "group[2].minimum: must be at least 3",
        ),
        ("weight = 0", "weight = 5", "group[3].weight: the self-rating must have the weight 0, not 5"),
        (
            "weight = 0",
            "weight = 0\nattributed = false",
            "group[3].attributed: the self-rating is always attributed",
        ),
        ('family = "supervisor"', 'family = "self"', "group: there can be only one group of the family self"),
        ('family = "supervisor"', 'family = "boss"', "group[2].family: 'boss' is not one of clients"),
        ('id = "client"', 'id = "colleagues-other"', "group[1].id: 'colleagues-other' is reserved"),
        ('id = "supervisor"', 'id = "client"', "group: 'client' appears more than once"),
        (
            "minimum_coverage = 0.5",
            "minimum_coverage = 1.5",
            "rating.minimum_coverage: 1.5 must be between 0 and 1",
        ),
        ('"deviation"', '"other"', "rating.absent_group: 'other' is not one of level, deviation"),
        ("trim = true", "trimm = true", "rating.trimm: unknown key"),
        ("goals = 10", "goals = 20", "components: the weights add up to 110, not to 100"),
        ("goals = 20", "goals = 30", "level.senior: the weights add up to 110, not to 100"),
        ("goals = 10", "", "components.goals: is missing"),
        ("weight = 30", "weight = 20", "kpi: the weights add up to 90, not to 100"),
        ("rate = 5", "", "kpi[3].rate: is missing"),
        ("rate = 5", "rate = 5\ncap = 3", "kpi[3].cap: unknown key"),
        ("cap = 110", "cap = 110\nfloor = 110", "kpi[2].cap: 110 must be below 110"),
        ("{from = 10,", "{from = 30,", "kpi[4].steps: the steps must stand in ascending order"),
        ("score = 60}", "scor = 60}", "kpi[4].steps[1].score: is missing"),
        (
            'method = "interpolate"',
            'method = "interpolate"\nstretch = 1',
            "kpi[6].stretch: 1 must be below 1",
        ),
        ("from = 90", "from = 0", "band: the rows must stand best first"),
        ("from = 80\nshare = 1", "from = 80\nshare = 100", "bonus[1].share: 100.0 must be between 0 and 3"),
        ("share = 1\n", "share = 1\nlinear = true\n", "bonus[1].linear: the best row has nothing above it"),
        ("score = 59", "score = 101", "incident.critical.score: 101.0 must be between 0 and 100"),
        ("goal = 85", "goal = 101", "satisfaction.goal: 101.0 must be between 0 and 100"),
        ('[[band]]\nid = "B"\nfrom = 0', "", "band: the last row must start from 0"),
        ("[components]", "[component]", "components: needs [[profile]], or a [components] table"),
    ],
)
def test_a_fault_names_its_place(old: str, new: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_of(changed(old, new)))


def test_a_kpi_component_needs_kpis() -> None:
    text = RATING + "[components]\nkpi = 60\nfeedback = 30\ngoals = 10\n"
    assert faults_of(text) == ["kpi: the KPI component has weight, but there is no [[kpi]]"]


def test_a_scheme_without_groups_is_refused() -> None:
    assert "group: is missing" in faults_of('id = "x"\nversion = 1')


def test_pools_are_named_after_their_family() -> None:
    assert pool_name(Family.COLLEAGUES) == "colleagues-other"


def test_minima_can_be_raised_for_one_campaign():
    raised = scheme.with_minimum(scheme.load(RATING), {"client": 5})
    assert [group.minimum for group in raised.groups] == [5, 1, 1]
    assert scheme.from_json(raised.to_json()) == raised


@pytest.mark.parametrize("minimum", [{"client": 2}, {"supervisor": 3}, {"supervisor": 0}])
def test_minima_are_never_lowered_and_attributed_groups_keep_theirs(minimum: dict[str, int]):
    with pytest.raises(ValueError, match="in the scheme it is"):
        scheme.with_minimum(scheme.load(RATING), minimum)


def test_a_minimum_for_a_group_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        scheme.with_minimum(scheme.load(RATING), {"peer": 5})


def test_an_observer_is_attributed_like_a_supervisor():
    group = scheme.load(RATING.replace('family = "supervisor"', 'family = "observer"')).group("supervisor")
    assert (group.family, group.attributed, group.minimum) == (Family.OBSERVER, True, 1)
