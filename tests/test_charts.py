"""Charts as drawings: nothing but shapes and words, in known colours, with what each mark says."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.charts import (
    distribution,
    drawing,
    dumbbell,
    histogram,
    intervals,
    marks,
    palette,
    quadrants,
    radar,
    trend,
)
from feedback.charts.axis import Axis
from feedback.charts.drawing import Spec
from feedback.charts.quadrants import Axes, Dot, Fields

EVIL = '<script>alert("1")</script> & 客户'
SHAPES = {"svg", "g", "path", "text", "line", "rect"}
DIMENSIONS = [EVIL, "Speed", "Competence", "Communication and collaboration", "态度"]
AGREED = 0


def dots(*places: tuple[float, float]) -> list[Dot]:
    return [Dot(number, EVIL, own, others, AGREED) for number, (own, others) in enumerate(places, start=1)]


def quadrants_of(found: Sequence[Dot]) -> Spec:
    fields = Fields(("Agreed", "Hidden", "Blind", "Develop"), "Self", "Others")
    return quadrants.spec(found, fields, Axes.around(found, 20, 100, 10, 80))


CHARTS = {
    "radar": radar.spec(DIMENSIONS, [radar.Line(EVIL, (20, 40, None, 80, 100))], 20, 100),
    "dumbbell": dumbbell.spec([dumbbell.Pair(EVIL, 90, 70)], 20, 100, "Self", "Others"),
    "distribution": distribution.spec([distribution.Bar(EVIL, (0.1, 0, 0.2, 0.3, 0.4))], list("abcde")),
    "quadrants": quadrants_of(dots((90, 70), (90, 70), (40, 60))),
    "trend": trend.spec([trend.Point(EVIL, 70, 60, 80), trend.Point("Q4", None, None, None)], 20, 100),
    "mean trend": trend.spec([trend.Point("Q3", 70, None, None)], 20, 100),
    "intervals": intervals.spec([intervals.Row(EVIL, 70, 60, 80)], Axis(20, 100)),
    "histogram": histogram.spec([histogram.Bin(20, 60, 0), histogram.Bin(60, 100, 3)]),
}


@pytest.fixture(scope="module", params=CHARTS)
def picture(request: pytest.FixtureRequest) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg(CHARTS[request.param], EVIL))


def test_a_chart_is_shapes_and_words_and_says_what_it_is(picture: ElementTree.Element):
    assert {element.tag.rpartition("}")[2] for element in picture.iter()} <= SHAPES
    assert (picture.get("role"), picture.get("aria-label")) == ("img", EVIL)
    names = {name for element in picture.iter() for name in element.attrib}
    assert "style" not in names and not any(name.startswith("on") for name in names)


def test_a_chart_uses_only_colours_of_the_palette(picture: ElementTree.Element):
    known = {
        *palette.SERIES,
        *palette.shades(5),
        *(value for value in vars(palette).values() if isinstance(value, str) and value.startswith("#")),
    }
    found = {element.get(name) for element in picture.iter() for name in ("fill", "stroke")}
    assert found - {None, "none", "transparent"} <= known


def test_marks_with_a_value_say_it_to_whoever_points_at_them(picture: ElementTree.Element):
    said = [element.get("data-says", "") for element in picture.iter()]
    assert any(re.search(r"\d", words) for words in said)


def test_to_those_who_listen_a_chart_is_one_image(picture: ElementTree.Element):
    for element in list(picture.iter())[1:]:
        assert not {"role", "aria-label", "aria-roledescription"} & set(element.attrib)


def numbers_and_dots(found: Sequence[Dot]) -> list[tuple[float, float]]:
    axes = Axes.around(found, 20, 100, 10, 80)
    drawn = [mark["encode"]["enter"] for mark in quadrants_of(found)["marks"] if "encode" in mark]
    numbers = [mark for mark in drawn if mark.get("fontWeight", {}).get("value") == "bold"]
    assert [mark["text"]["value"] for mark in numbers] == [str(dot.number) for dot in found]
    places = [(mark["x"]["value"], mark["y"]["value"]) for mark in numbers]
    return [*places, *{axes.at(dot.own, dot.others) for dot in found}]


POINTS = st.tuples(st.integers(20, 100), st.integers(20, 100))


@settings(max_examples=60)
@given(st.lists(POINTS, min_size=1, max_size=8))
def test_no_number_hides_another_or_a_dot(places: list[tuple[float, float]]):
    found = numbers_and_dots(dots(*places))
    numbers = found[: len(places)]
    for place, (x, y) in enumerate(numbers):
        for other, (left, top) in enumerate(found):
            assert place == other or abs(x - left) + abs(y - top) >= quadrants.NUMBER_ROOM


@given(st.lists(POINTS, min_size=1, max_size=8))
def test_the_axes_hold_every_dot_and_the_cut(places: list[tuple[float, float]]):
    axes = Axes.around(dots(*places), 20, 100, 10, 80)
    for value in (80, *(value for place in places for value in place)):
        assert axes.lowest <= value <= axes.highest
    assert axes.lowest >= 20


@pytest.mark.parametrize(("words", "shown"), [("Service", "Service"), ("客户服务态度", "客户…")])
def test_a_label_is_cut_where_room_ends_a_wide_letter_counting_twice(words: str, shown: str):
    assert marks.shortened(words, 7) == shown


BEYOND = {
    "radar": radar.spec(DIMENSIONS, [radar.Line("x", (-900, 900, None, 80, 100))], 20, 100),
    "dumbbell": dumbbell.spec([dumbbell.Pair("x", 900, -900)], 20, 100, "Self", "Others"),
    "quadrants": quadrants_of(dots((900, 70), (70, 900), (-900, -900))),
    "trend": trend.spec([trend.Point("Q3", 900, 850, 950), trend.Point("Q4", -900, -950, -850)], 20, 100),
    "mean trend": trend.spec([trend.Point("Q3", 900, None, None)], 20, 100),
    "intervals": intervals.spec(
        [intervals.Row("x", 900, 850, 950), intervals.Row("y", -9, -20, 30)], Axis(20, 100)
    ),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_lies_beyond_its_scale_stands_hollow_at_the_end_and_says_its_value(name: str):
    found = BEYOND[name]
    telling = [
        mark["encode"]["enter"]
        for mark in found["marks"]
        if "description" in mark.get("encode", {}).get("enter", {})
    ]
    outlined = [mark for mark in telling if "fillOpacity" in mark]
    assert outlined and all(
        "900" in mark["description"]["value"] or "9.0" in mark["description"]["value"] for mark in outlined
    )
    for mark in telling:
        assert 0 <= mark["x"]["value"] <= found["width"]
        assert 0 <= mark["y"]["value"] <= found["height"]


def test_what_lies_within_its_scale_is_not_hollow():
    assert not [name for name, found in CHARTS.items() if "fillOpacity" in str(found)]
