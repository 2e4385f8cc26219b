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
    importance,
    intervals,
    marks,
    numbered,
    palette,
    quadrants,
    radar,
    trend,
)
from feedback.charts.axis import Axis
from feedback.charts.drawing import Drawing
from feedback.charts.extent import extent
from feedback.charts.importance import FactorDot, FieldAxes, FieldNames
from feedback.charts.marks import Mark
from feedback.charts.quadrants import Axes, Dot, Fields

EVIL = '<script>alert("1")</script> & 客户'
NO_CHARACTERS = "\x00\x0b\x1f\x7f\ud800\uffff"
SHAPES = {"svg", "g", "text", "line", "circle", "polygon"}
ATTRIBUTES = {
    *("width", "height", "viewBox", "role", "aria-label", "data-says", "transform"),
    *("x1", "y1", "x2", "y2", "cx", "cy", "r", "points"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-miterlimit"),
    *("text-anchor", "font-family", "font-size", "font-weight"),
}
DIMENSIONS = ["Speed", "Competence", "Communication and collaboration", "态度"]
AGREED = 0


def dots(*places: tuple[float, float], title: str = EVIL) -> list[Dot]:
    return [Dot(number, title, own, others, AGREED) for number, (own, others) in enumerate(places, start=1)]


def quadrants_of(found: Sequence[Dot], own: str = "Self") -> Drawing:
    fields = Fields(("Agreed", "Hidden", "Blind", "Develop"), own, "Others")
    return quadrants.draw(found, fields, Axes.around(found, 20, 100, 10, 80))


def importance_of(found: Sequence[FactorDot], label: str = "Satisfaction") -> Drawing:
    names = FieldNames(("First", "Keep", "Later", "Enough"), label, "Importance")
    return importance.draw(found, names, FieldAxes.around(found, 20, 100, 80, 0.2))


def factor_dots(*places: tuple[float, float], title: str = EVIL, sure: bool = True) -> list[FactorDot]:
    return [
        FactorDot(place, title, points, share, max(share - 0.1, 0), min(share + 0.1, 1), 0, sure)
        for place, (points, share) in enumerate(places, start=1)
    ]


def charts(label: str) -> dict[str, Drawing]:
    """One of each kind, in which every text that comes from people is the label."""
    spread = distribution.Bar(label, (0.1, 0, 0.2, 0.3, 0.4))
    profile = radar.Line(label, (20, 40, None, 80, 100))
    return {
        "radar": radar.draw([label, *DIMENSIONS], [profile], 20, 100),
        "dumbbell": dumbbell.draw([dumbbell.Pair(label, 90, 70)], 20, 100, label, "Others"),
        "distribution": distribution.draw([spread], [label, *"bcde"]),
        "quadrants": quadrants_of(dots((90, 70), (90, 70), (40, 60), title=label), label),
        "importance": importance_of(factor_dots((90, 0.3), (90, 0.3), (75, 0.1), title=label), label),
        "trend": trend.draw([trend.Point(label, 70, 60, 80), trend.Point("Q4", None, None, None)], 20, 100),
        "mean trend": trend.draw([trend.Point(label, 70, None, None)], 20, 100),
        "intervals": intervals.draw([intervals.Row(label, 70, 60, 80)], Axis(20, 100)),
        "histogram": histogram.draw([histogram.Bin(20, 60, 0), histogram.Bin(60, 100, 3)]),
    }


CHARTS = charts(EVIL)


def drawn(drawing_: Drawing, description: str = EVIL) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg(drawing_, description))


@pytest.fixture(scope="module", params=CHARTS)
def picture(request: pytest.FixtureRequest) -> ElementTree.Element:
    return drawn(CHARTS[request.param])


def test_a_chart_is_shapes_and_words_and_says_what_it_is(picture: ElementTree.Element):
    assert {element.tag.rpartition("}")[2] for element in picture.iter()} <= SHAPES
    assert (picture.get("role"), picture.get("aria-label")) == ("img", EVIL)


def test_a_chart_holds_no_style_no_script_and_points_to_nothing(picture: ElementTree.Element):
    attributes = [pair for element in picture.iter() for pair in element.attrib.items()]
    assert {name for name, _value in attributes} <= ATTRIBUTES
    shown = {"data-says", "aria-label"}
    assert not [value for name, value in attributes if name not in shown and re.search("url|:|<|&", value)]


def test_a_chart_uses_only_colours_of_the_palette(picture: ElementTree.Element):
    known = {
        *palette.SERIES,
        *palette.shades(5),
        *(value for value in vars(palette).values() if isinstance(value, str) and value.startswith("#")),
    }
    found = {element.get(name) for element in picture.iter() for name in ("fill", "stroke")}
    assert found - {None, "none", "transparent"} <= known


SAID = {
    "radar": ["X, X: 20.0", "X, Speed: 40.0", "X, Communication and collaboration: 80.0", "X, 态度: 100.0"],
    "dumbbell": ["X, Others: 70.0", "X, X: 90.0"],
    "distribution": ["X: 10%", "c: 20%", "d: 30%", "e: 40%"],
    "quadrants": [
        "1 X: X 90.0, Others 70.0 · Agreed",
        "2 X: X 90.0, Others 70.0 · Agreed",
        "3 X: X 40.0, Others 60.0 · Agreed",
    ],
    "importance": [
        "1 X: X 90.0, Importance 30% (20–40%) · First",
        "2 X: X 90.0, Importance 30% (20–40%) · First",
        "3 X: X 75.0, Importance 10% (0–20%) · First",
    ],
    "trend": ["X: 70.0 (60.0–80.0)"],
    "mean trend": ["X: 70.0"],
    "intervals": ["X: 70.0 (60.0–80.0)"],
    "histogram": ["60–100: 3"],
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_with_a_value_says_it_to_whoever_points_at_it(name: str):
    said = [element.get("data-says") for element in drawn(charts("X")[name]).iter()]
    assert [words for words in said if words] == SAID[name]


@pytest.mark.parametrize("name", CHARTS)
def test_what_is_no_character_is_left_out_and_all_else_is_shown_as_it_is(name: str):
    with_it, without = charts(f"{NO_CHARACTERS}<b>&\"'")[name], charts("<b>&\"'")[name]
    picture = drawing.svg(with_it, EVIL + NO_CHARACTERS)
    found, expected = ElementTree.fromstring(picture.encode()), drawn(without)
    for element, same in zip(found.iter(), expected.iter(), strict=True):
        assert (element.text, element.get("data-says")) == (same.text, same.get("data-says"))
    assert found.get("aria-label") == EVIL


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_chart_is_the_same_bytes(name: str):
    assert drawing.svg(CHARTS[name], EVIL) == drawing.svg(charts(EVIL)[name], EVIL)


def test_to_those_who_listen_a_chart_is_one_image(picture: ElementTree.Element):
    for element in list(picture.iter())[1:]:
        assert not {"role", "aria-label", "aria-roledescription"} & set(element.attrib)


def middle(mark: Mark) -> tuple[float, float]:
    room = mark.room
    return (room.left + room.right) / 2, (room.top + room.bottom) / 2


def numbers_and_dots(found: Sequence[Dot]) -> list[tuple[float, float]]:
    axes = Axes.around(found, 20, 100, 10, 80)
    numbers = [mark for mark in quadrants_of(found).marks if "font-weight" in mark.attributes]
    assert [mark.words for mark in numbers] == [str(dot.number) for dot in found]
    return [*map(middle, numbers), *{axes.at(dot.own, dot.others) for dot in found}]


POINTS = st.tuples(st.integers(20, 100), st.integers(20, 100))


@settings(max_examples=60)
@given(st.lists(POINTS, min_size=1, max_size=8))
def test_no_number_hides_another_or_a_dot(places: list[tuple[float, float]]):
    found = numbers_and_dots(dots(*places))
    numbers = found[: len(places)]
    for place, (x, y) in enumerate(numbers):
        for other, (left, top) in enumerate(found):
            assert place == other or abs(x - left) + abs(y - top) >= numbered.NUMBER_ROOM


@given(st.lists(POINTS, min_size=1, max_size=8))
def test_the_axes_hold_every_dot_and_the_cut(places: list[tuple[float, float]]):
    axes = Axes.around(dots(*places), 20, 100, 10, 80)
    for value in (80, *(value for place in places for value in place)):
        assert axes.lowest <= value <= axes.highest
    assert axes.lowest >= 20


@pytest.mark.parametrize(("words", "shown"), [("Service", "Service"), ("客户服务态度", "客户…")])
def test_a_label_is_cut_where_room_ends_a_wide_letter_counting_twice(words: str, shown: str):
    assert marks.shortened(words, 7) == shown


def size_of(picture: ElementTree.Element) -> tuple[float, ...]:
    size = tuple(map(float, picture.get("viewBox", "").split()))
    assert size == (0, 0, float(picture.get("width", "")), float(picture.get("height", "")))
    return size[2:]


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("upwards", [False, True])
@pytest.mark.parametrize("place", [(0, 0), (50, 100), (100, 50)])
def test_a_picture_grows_until_all_its_words_are_within(
    align: str, upwards: bool, place: tuple[float, float]
):
    label = marks.text(*place, "所有客户经理 and everybody else", align=align, upwards=upwards)
    width, height = size_of(whole := drawn(Drawing(100, 100, [label])))
    left, top = map(float, re.findall(r"\d+", whole[0].get("transform", "")))
    assert left + label.room.left >= 4 and top + label.room.top >= 4
    assert left + label.room.right <= width - 4 and top + label.room.bottom <= height - 4
    long, short = label.room.right - label.room.left, label.room.bottom - label.room.top
    assert (long > short) is not upwards


def test_a_picture_whose_marks_are_all_within_has_the_size_that_was_meant_and_a_margin():
    assert size_of(drawn(Drawing(100, 50, [marks.rule((1, 1), (99, 49))]))) == (108, 58)


def test_chinese_letters_are_taken_for_squares_and_others_for_narrower():
    assert extent("客户", 12) == pytest.approx(24, rel=0.01)
    assert 0 < extent("i", 12) < extent("é", 12) < extent("M", 12) < extent("客", 12)


def test_symbols_differ_in_shape_and_stand_around_their_place():
    shapes = [marks.symbol((50, 50), style, "#000000", 100) for style in range(len(palette.SYMBOLS))]
    assert len({(mark.tag, mark.attributes.get("points")) for mark in shapes}) == len(shapes)
    for mark in shapes:
        numbers = list(map(float, re.findall(r"[\d.]+", mark.attributes.get("points", "50,50"))))
        assert max(abs(number - 50) for number in numbers) <= 5
        assert middle(mark) == (50, 50)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (-0.0001, "0"), (2 / 3, "0.667"), (-12.5, "-12.5"), (123456.789, "123456.789")],
)
def test_numbers_are_written_shortly(value: float, written: str):
    assert marks.number(value) == written


BEYOND = {
    "radar": radar.draw(["Quality", *DIMENSIONS], [radar.Line("x", (-900, 900, None, 80, 100))], 20, 100),
    "dumbbell": dumbbell.draw([dumbbell.Pair("x", 900, -900)], 20, 100, "Self", "Others"),
    "quadrants": quadrants_of(dots((900, 70), (70, 900), (-900, -900))),
    "trend": trend.draw([trend.Point("Q3", 900, 850, 950), trend.Point("Q4", -900, -950, -850)], 20, 100),
    "mean trend": trend.draw([trend.Point("Q3", 900, None, None)], 20, 100),
    "intervals": intervals.draw(
        [intervals.Row("x", 900, 850, 950), intervals.Row("y", -9, -20, 30)], Axis(20, 100)
    ),
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_lies_beyond_its_scale_stands_hollow_at_the_end_and_says_its_value(name: str):
    found = BEYOND[name]
    telling = [mark for mark in found.marks if mark.says]
    outlined = [mark for mark in telling if "fill-opacity" in mark.attributes]
    assert outlined and all("900" in mark.says or "9.0" in mark.says for mark in outlined)
    for x, y in map(middle, telling):
        assert 0 <= x <= found.width
        assert 0 <= y <= found.height


def test_what_lies_within_its_scale_is_not_hollow():
    assert not [
        name for name, found in CHARTS.items() for mark in found.marks if "fill-opacity" in mark.attributes
    ]


SHARES = st.tuples(st.integers(20, 100), st.floats(0, 1))


@given(st.lists(SHARES, min_size=1, max_size=8))
def test_the_fields_hold_every_dot_with_its_interval_and_the_cuts(places: list[tuple[float, float]]):
    found = factor_dots(*places)
    axes = FieldAxes.around(found, 20, 100, 80, 0.2)
    left, top, right, bottom = (
        importance.LEFT,
        importance.TOP,
        importance.LEFT + importance.SIZE,
        importance.TOP + importance.SIZE,
    )
    ends = [(dot.satisfaction, share) for dot in found for share in (dot.low, dot.importance, dot.high)]
    for points, share in [*ends, (80, 0.2)]:
        x, y = axes.at(points, share)
        assert left <= x <= right and top <= y <= bottom
        assert axes.across.holds(points) and axes.up.holds(round(share, 9))


def test_a_dot_that_may_lie_in_another_field_is_hollow():
    for sure in (True, False):
        symbols = [mark for mark in importance_of(factor_dots((90, 0.3), sure=sure)).marks if mark.says]
        assert ["fill-opacity" in mark.attributes for mark in symbols] == [not sure]
