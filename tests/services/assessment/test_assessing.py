"""The whole computation from inputs alone, by hand and by properties."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.assessment.appraisal_document import (
    AppraisalDocument,
    AppraisalStatus,
    ComponentId,
    Held,
)
from feedback.services.assessment.assessing import assess, explained
from feedback.services.assessment.derivation_lines import put_in
from feedback.services.assessment.inputs import (
    AdjustmentInput,
    DaysPresent,
    FigureInput,
    Inputs,
    RegisterInput,
)
from feedback.services.scores.scorecards import Estimate
from forms import scheme as schemes
from tests.services.assessment import people
from tests.services.assessment.people import (
    MONTHS,
    PERIOD,
    assessable,
    campaign,
    figure,
    goal,
    incident,
    inputs,
)

SETTINGS = {"max": max, "min": min, "__builtins__": {}}


def result(own: Inputs, scheme: schemes.Scheme | None = None) -> AppraisalDocument:
    used = scheme or people.scheme()
    return explained(used, next(assess(used, PERIOD, [assessable(own)])))


def recompute(document: AppraisalDocument) -> None:
    """Every line with a formula, from the lines above it."""
    values: dict[str, float] = {}
    for line in document.derivation:
        if line.formula is not None:
            text = put_in(line, values)
            assert eval(text, SETTINGS) == pytest.approx(line.value, rel=1e-9, abs=1e-9), (line.id, text)
        if line.value is not None:
            values[line.id] = line.value


def test_the_parts_make_the_total_of_a_senior_by_hand():
    document = result(inputs())
    scores = {line.id: line.score for line in document.segments[0].kpis}
    assert scores == {
        "sales": pytest.approx(100 * 300 / 270),
        "cycle": pytest.approx(100 * (2 - 42 / 40)),
        "projects": 100.0,
        "size": pytest.approx(48.0),
        "retention": pytest.approx(100 + 20 * (90 / 88 - 1) / 0.2),
        "growth": pytest.approx(100.0 * 0 + 120.0),
        "stock": 60.0,
        "churn": 100.0,
    }
    weights = {
        "sales": 30,
        "cycle": 10,
        "projects": 10,
        "size": 10,
        "retention": 15,
        "growth": 10,
        "stock": 10,
        "churn": 5,
    }
    k = sum(weights[id] * score for id, score in scores.items()) / 100
    assert document.computed and document.computed.score == pytest.approx(0.5 * k + 0.3 * 82.5 + 0.2 * 85)
    recompute(document)


def test_what_is_deduced_reads_as_it_was_written():
    document = result(
        inputs(incidents=(incident("minor"),), adjustment=AdjustmentInput(2.0, "50 % more work", "hr"))
    )
    stored = AppraisalDocument.from_text(document.to_text())
    assert stored.derivation == ()
    assert explained(people.scheme(), stored) == document


def test_incidents_as_they_add_up():
    """Minor ones take points, a major one caps the band, a critical one outweighs all; a pending one holds."""
    cases = {
        (): ("ok", 0.0, None),
        ("minor",): ("ok", 5.0, None),
        ("minor",) * 5: ("ok", 20.0, None),
        ("major",): ("ok", 0.0, "C"),
        ("minor", "major"): ("ok", 5.0, "C"),
    }
    whole = result(inputs()).official
    assert whole
    for severities, (status, off, cap) in cases.items():
        document = result(inputs(incidents=tuple(map(incident, severities))))
        assert document.official and str(document.status) == status
        assert document.official.score == pytest.approx(whole.score - off)
        assert cap is None or (document.official.band and document.official.band.id == cap)
        recompute(document)
    vetoed = result(inputs(incidents=(incident("critical"), incident("minor"))))
    assert vetoed.status is AppraisalStatus.NOT_QUALIFIED and vetoed.official
    assert (vetoed.official.shown, vetoed.official.band, vetoed.official.bonus) == ("0.00", None, 0.0)
    recompute(vetoed)
    held = result(inputs(incidents=(incident("critical", pending=True),)))
    assert (held.status, held.official, held.held) == (AppraisalStatus.HELD, None, (Held.INCIDENT,))
    assert result(inputs(incidents=(incident("critical"),), campaigns=(), figures=(), goals=())).official


def test_a_band_needs_its_gates_and_says_where_the_answers_do_not_decide():
    document = result(
        inputs(figures=people.figures(1.4), campaigns=(campaign(95.0, 0.75),), goals=(goal(100.0),))
    )
    assert document.official and document.official.score > 90 and document.official.band
    assert document.official.band.id == "B"
    reached = {gate.figure: (gate.reached, gate.undecided) for gate in document.gates}
    assert reached == {"kpi.attainment": (True, False), "feedback.top2box": (False, True)}
    assert any(
        note.text.startswith("the interval reaches") for line in document.derivation for note in line.notes
    )


def test_segments_count_by_their_days_and_have_their_own_weights_and_months():
    half = (
        people.segment("junior", "2026-07-01", "2026-08-15", 46, "2026-07", "2026-08"),
        people.segment("senior", "2026-08-16", "2026-09-30", 46, "2026-09"),
    )
    document = result(inputs(half))
    first, second = document.segments
    assert [line.id for line in first.kpis] == ["sales", "cycle", "stock"]
    assert (first.kpis[0].actual, second.kpis[0].actual) == (200.0, 100.0)
    assert first.overall and second.overall and document.computed
    assert document.computed.score == pytest.approx((first.overall + second.overall) / 2)
    recompute(document)
    gates = {line.id: line.formula for line in document.derivation if line.under == "band"}
    assert gates == {
        "gate.A.kpi.attainment": "100 * ({segment-1.kpi.attainment} + {segment-2.kpi.attainment}) / 2",
        "gate.A.feedback.top2box": "{feedback.top2box}",
    }


def test_targets_that_add_up_are_taken_by_the_days_of_each_month():
    came_in_august = inputs(
        [people.segment("senior", "2026-08-11", "2026-09-30", 51, "2026-08", "2026-09")],
        {"2026-08": 21, "2026-09": 30},
    )
    document = result(came_in_august)
    sales, cycle = document.segments[0].kpis[:2]
    assert sales.target == pytest.approx(90 * 21 / 31 + 90) and cycle.target == 40.0
    recompute(document)
    own = tuple(each for each in people.figures() if each.kpi != "sales" or each.kind == "actual")
    of_quarter = replace(came_in_august, figures=(*own, figure("sales", PERIOD, 270.0, "target")))
    assert result(of_quarter).segments[0].kpis[0].target == pytest.approx(270 * 51 / 92)
    recompute(result(of_quarter))


def test_a_figure_of_the_period_goes_before_its_parts_and_says_so_where_they_differ():
    own = (*people.figures(), figure("sales", PERIOD, 320.0))
    document = result(inputs(figures=own))
    sales = document.segments[0].kpis[0]
    assert (sales.actual, sales.target, sales.differs) == (320.0, 270.0, True)
    recompute(document)


def without(figures: tuple[FigureInput, ...], month: str) -> tuple[FigureInput, ...]:
    gone = ("sales", month, "actual")
    return tuple(each for each in figures if (each.kpi, each.period, each.kind) != gone)


def test_a_month_without_an_actual_is_left_out_with_its_target():
    own = tuple(
        each
        for each in people.figures()
        if (each.kpi, each.period, each.kind) != ("sales", "2026-08", "actual")
    )
    sales = result(inputs(figures=own)).segments[0].kpis[0]
    assert (sales.actual, sales.target, sales.parts, sales.of) == (200.0, 180.0, 2, 3)
    two_gone = tuple(
        each for each in own if (each.kpi, each.period, each.kind) != ("sales", "2026-07", "actual")
    )
    sales = result(inputs(figures=two_gone)).segments[0].kpis[0]
    assert (sales.actual, sales.reason) == (None, "too-few-parts")


def test_parts_that_are_missing_are_shared_out_only_while_enough_is_there():
    no_goals = result(inputs(goals=()))
    parts = {part.id: part.used for part in no_goals.segments[0].components}
    assert parts == {
        ComponentId.KPI: pytest.approx(62.5),
        ComponentId.FEEDBACK: pytest.approx(37.5),
        ComponentId.GOALS: 0,
    }
    recompute(no_goals)
    only_goals = result(inputs(figures=(), campaigns=()))
    assert (only_goals.status, only_goals.computed) == (AppraisalStatus.INSUFFICIENT, None)
    held = schemes.load(people.TOML.replace('component = "level"', 'component = "hold"'))
    without_feedback = result(inputs(campaigns=()), held)
    assert (without_feedback.status, without_feedback.held) == (AppraisalStatus.HELD, (Held.FEEDBACK,))


def notes_of(document: AppraisalDocument, line_id: str) -> list[str]:
    (line,) = (line for line in document.derivation if line.id.endswith(line_id))
    return [note.text % note.facts for note in line.notes]


def test_a_rate_of_few_says_what_one_of_them_is_worth():
    assert notes_of(result(inputs()), "kpi.retention.actual") == [
        "3 of 3 parts",
        "one of 30 is 3.3 points",
    ]
    for part, whole, expected in ((11.0, 12.0, ["one of 12 is 8.3 points"]), (110.0, 120.0, [])):
        entered = figure("retention", PERIOD, part=part, whole=whole)
        document = result(inputs(figures=(*people.figures(), entered)))
        assert notes_of(document, "kpi.retention.actual") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("feedback.nps", 40.0),
        ("feedback.top2box", 85.0),
        ("feedback.score", 82.5),
        ("feedback.dimension:one", 82.5),
    ],
)
def test_a_kpi_takes_its_figure_from_the_feedback(source: str, expected: float):
    scheme = schemes.load(people.TOML.replace('id = "stock"', f'id = "stock"\nsource = "{source}"'))
    told = replace(campaign(), nps=Estimate(40.0, 10.0, 60.0, 12.0))
    (line,) = (
        each for each in result(inputs(campaigns=(told,)), scheme).segments[0].kpis if each.id == "stock"
    )
    assert line.actual == pytest.approx(expected)


def test_a_rate_from_the_register_shows_of_how_many_it_is():
    scheme = schemes.load(
        people.TOML.replace('figure = "share"', 'figure = "share"\nsource = "register.resolved"')
    )
    document = result(inputs(register=(RegisterInput("retention", None, 11.0, 12.0),)), scheme)
    (line,) = (line for line in document.derivation if line.id.endswith("kpi.retention.actual"))
    assert (line.formula, line.source) == ("100 * 11 / 12", "register.resolved")
    assert notes_of(document, "kpi.retention.actual") == ["one of 12 is 8.3 points"]
    recompute(document)


def test_rounded_parts_that_do_not_add_up_are_said():
    """60 % of 91.34, 30 % of 77.68 and 10 % of 80.04: 54.80 + 23.30 + 8.00 is 86.10, and the total 86.11."""
    text = people.TOML.replace("kpi = 65, feedback = 30, goals = 5", "kpi = 60, feedback = 30, goals = 10")
    one = schemes.load(text.replace("{sales = 60, cycle = 40, stock = 0}", "{sales = 100}"))
    sales = (figure("sales", PERIOD, 91.34), figure("sales", PERIOD, 100.0, "target"))
    own = inputs([people.whole("junior")], figures=sales, campaigns=(campaign(77.68),), goals=(goal(80.04),))
    document = result(own, one)
    assert document.official and document.official.shown == "86.11"
    notes = [note for line in document.derivation for note in line.notes if "rounded" in note.text]
    assert [note.facts for note in notes] == [{"sum": "86.10", "total": "86.11"}]


def test_a_month_shows_figures_and_whether_they_are_on_track_and_has_no_total():
    month = "2026-08"
    segment = people.segment("senior", "2026-08-01", "2026-08-31", 31, month)
    own = replace(inputs([segment]), period=month, presence=DaysPresent(31, 31), months=inputs().months[1:2])
    (computed,) = assess(people.scheme(), month, [assessable(own)])
    document = explained(people.scheme(), computed)
    assert (document.status, document.official) == (AppraisalStatus.FIGURES_ONLY, None)
    tracks = {line.id: line.track and str(line.track) for line in document.segments[0].kpis}
    assert (tracks["sales"], tracks["cycle"], tracks["stock"]) == ("on track", "behind", None)
    recompute(document)


# -- properties

NUMBERS = st.one_of(st.none(), st.floats(-50, 500, allow_nan=False).map(lambda value: round(value, 3)))


@st.composite
def people_with_figures(draw: st.DrawFn) -> Inputs:
    """Some figures changed, some gone; a transfer or not; incidents, goals and feedback or not."""
    chosen = []
    for each in people.figures():
        value = draw(NUMBERS) if draw(st.booleans()) else each.value
        kept = each.value is None or value is not None
        if kept and not (each.kind == "target" and value is not None and value <= 0):
            chosen.append(replace(each, value=value))
    transfer = draw(st.booleans())
    segments = (
        people.segment("junior", "2026-07-01", "2026-07-31", 31, "2026-07"),
        people.segment("senior", "2026-08-01", "2026-09-30", 61, "2026-08", "2026-09"),
    )
    return inputs(
        segments if transfer else None,
        figures=tuple(chosen),
        campaigns=(campaign(draw(st.sampled_from([None, 40.0, 92.5])), draw(st.sampled_from([None, 0.5, 0.9]))),),
        goals=draw(st.sampled_from([(), (goal(),), (goal(None),), (goal(60.0), goal(90.0, 50.0, id=2))])),
        incidents=draw(st.sampled_from([(), (incident("minor"),), (incident("major"),), (incident("critical"),)])),
        adjustment=draw(st.sampled_from([None, AdjustmentInput(-2.5, "late", "hr")])),
    )  # fmt: skip


@given(people_with_figures())
def test_every_line_can_be_computed_from_the_lines_above_it(own: Inputs):
    recompute(result(own))


@given(st.lists(people_with_figures(), min_size=2, max_size=4))
def test_an_appraisal_is_the_same_to_the_last_bit_alone_and_among_others(several: list[Inputs]):
    together = list(
        assess(people.scheme(), PERIOD, [assessable(own, f"A{n}") for n, own in enumerate(several)])
    )
    for place, own in enumerate(several):
        (alone,) = assess(people.scheme(), PERIOD, [assessable(own, f"A{place}")])
        assert alone.to_text() == together[place].to_text()
        assert alone.basis.inputs == assessable(own).digest(people.scheme())


FALLS = ("cycle", "churn")


@given(people_with_figures(), st.data())
def test_raising_an_actual_never_lowers_the_total_and_where_lower_is_better_never_raises_it(
    own: Inputs, data: st.DataObject
):
    places = [
        place
        for place, each in enumerate(own.figures)
        if each.kind == "actual" and each.value is not None and each.period in MONTHS
    ]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    raised = raise_actual(own, place, data.draw(st.floats(0, 300)))
    before, after = (result(each).official for each in (own, raised))
    assert (before is None) == (after is None)
    if before and after:
        difference = after.score - before.score
        assert difference <= 1e-9 if own.figures[place].kpi in FALLS else difference >= -1e-9


def raise_actual(own: Inputs, place: int, by: float) -> Inputs:
    def changed(number: int, each: FigureInput) -> FigureInput:
        return replace(each, value=(each.value or 0) + by) if number == place else each

    return replace(own, figures=tuple(changed(*pair) for pair in enumerate(own.figures)))


@given(people_with_figures())
def test_renormalising_never_leaves_the_range_of_the_parts(own: Inputs):
    for segment in result(own).segments:
        values = [part.value for part in segment.components if part.value is not None and part.used]
        if segment.overall is not None:
            assert min(values) - 1e-9 <= segment.overall <= max(values) + 1e-9
