"""What the editor shows and reads back is the definition, whatever was typed."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, FormField, SelectMultipleField

from feedback.services.definitions import library
from forms import questionnaire, scheme
from forms.bands_editor import BandsForm
from forms.document import InvalidDocument, Section
from forms.drafting import DraftForm, number
from forms.kpi_editor import KpiForm, renamed
from forms.process_editor import CareersForm, IncidentsForm, ProcessForm, SourcesForm
from forms.profile_editor import PeopleForm, ProfileForm
from forms.questionnaire_editor import DimensionsForm, ItemForm, ScalesForm, TitleForm
from forms.scheme_editor import GroupsForm, RatingForm
from tests.factories import shipped_questionnaire, shipped_scheme

QUESTIONNAIRE = json.loads(shipped_questionnaire().to_json())
SCHEME = json.loads(shipped_scheme().to_json())
SCHEMES = [
    json.loads(library.scheme(code).to_json())
    for code in ("account-manager", "customer-administrator", "customer-service-representative")
]
KPIS = [kpi for table in SCHEMES for kpi in table["kpi"]]
PROFILES = [(table, profile) for table in SCHEMES for profile in table["profile"]]
GROUPS = [(group, group) for group in ("client", "key-client", "supervisor", "peer", "subordinate", "self")]
SECTIONS = [(form, QUESTIONNAIRE) for form in (TitleForm, DimensionsForm, ScalesForm)] + [
    (form, table)
    for table in SCHEMES
    for form in (
        TitleForm,
        GroupsForm,
        RatingForm,
        PeopleForm,
        BandsForm,
        SourcesForm,
        IncidentsForm,
        ProcessForm,
        CareersForm,
    )
]


def typed(form: DraftForm, changes: Mapping[str, str] = MappingProxyType({})) -> MultiDict[str, str]:
    """What a browser sends when nothing else in the form was touched."""
    pairs = [pair for field in form for pair in _typed(field) if pair[0] not in changes]
    return MultiDict([*pairs, *changes.items()])


def _typed(field: Field) -> Iterator[tuple[str, str]]:
    if isinstance(field, FormField):
        yield from (pair for inner in field.form for pair in _typed(inner))
    elif isinstance(field, FieldList):
        yield from (pair for entry in field.entries for pair in _typed(entry))
    elif isinstance(field, BooleanField):
        yield from [(field.name, "y")] * bool(field.data)
    elif isinstance(field, SelectMultipleField):
        yield from ((field.name, value) for value in field.data or ())
    else:
        yield field.name, field._value() if hasattr(field, "_value") else field.data or ""


@pytest.mark.parametrize(("form", "table"), SECTIONS)
def test_a_section_sent_back_untouched_is_the_same(form: type[DraftForm], table: dict[str, Any]):
    sent = form.of(table, typed(form.of(table)))
    assert sent.written() == {key: table[key] for key in sent.written()}


@pytest.mark.parametrize("item", QUESTIONNAIRE["item"], ids=lambda item: item["id"])
def test_an_item_sent_back_untouched_is_the_same(item: dict[str, Any]):
    form = ItemForm.of(item)
    form.offer(QUESTIONNAIRE, "zh")
    form.ask(GROUPS)
    assert ItemForm.of(item, typed(form)).written() == item


def test_dimensions_and_scales_are_chosen_by_what_people_call_them():
    form = ItemForm.of(QUESTIONNAIRE["item"][0])
    form.offer(QUESTIONNAIRE, "en")
    assert [(choice.value, choice.label) for choice in form.dimension.choices][:2] == [
        ("", ""),
        ("attitude", "Service attitude"),
    ]
    labels = [choice.label for choice in form.scale.choices]
    assert labels[1].startswith("five (") and " … " in labels[1]
    unfinished = {"dimension": [{"id": "new"}, {}], "scale": {"bare": {}, "empty": {"labels": {"zh": []}}}}
    form.offer(unfinished, "en")
    assert [choice.label for choice in form.dimension.choices] == ["", "new", ""]
    assert [choice.label for choice in form.scale.choices] == ["", "bare", "empty"]


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi["id"])
def test_a_kpi_sent_back_untouched_is_the_same(kpi: dict[str, Any]):
    assert KpiForm.of(kpi, typed(KpiForm.of(kpi))).written() == kpi


@pytest.mark.parametrize(("table", "profile"), PROFILES, ids=lambda table: table["id"])
def test_a_profile_sent_back_untouched_is_the_same(table: dict[str, Any], profile: dict[str, Any]):
    form = ProfileForm.of(profile)
    form.offer(table, "zh")
    assert len(form.weights) == len(table["kpi"])
    assert ProfileForm.of(profile, typed(form)).written() == profile


def test_a_profile_has_the_weights_that_are_filled_in():
    rows = {"weights-0-kpi": "visits", "weights-0-quarter": "0", "weights-0-required": "y"}
    rows |= {"weights-1-kpi": "sales-revenue", "weights-1-quarter": "100", "weights-1-year": "half"}
    form = ProfileForm.of({}, MultiDict(rows))
    assert form.written() == {
        "quarter": {"visits": 0, "sales-revenue": 100},
        "year": {"sales-revenue": "half"},
        "required": ["visits"],
    }
    assert form.totals() == {"month": 0, "quarter": 100, "year": 0}


def test_rows_within_rows_are_added_and_removed():
    form = BandsForm.of(SCHEME)
    added = form.rearranged("add:band-0-gate").written()["band"][0]["gate"]
    assert added[:2] == SCHEME["band"][0]["gate"] and len(added) == 3
    fewer = form.rearranged("remove:band-0-examples:0").written()["band"][0]["examples"]
    assert fewer == SCHEME["band"][0]["examples"][1:]
    for act in ("add:band-9-gate", "add:band-x-gate", "add:band-0-id", "up:band-0-gate:7"):
        assert form.rearranged(act).written() == form.written()


def test_a_year_is_fed_by_each_side_from_its_own_or_by_campaigns_in_order():
    chosen = {"feedback-year-client": "pooled quarters", "feedback-year-first": "both"}
    assert SourcesForm.of({}, MultiDict(chosen)).written()["feedback"] == {
        "year": {"client": "pooled quarters"}
    }
    chosen = {"feedback-year-first": "both", "feedback-year-second": "", "feedback-year-third": "client"}
    assert SourcesForm.of({}, MultiDict(chosen)).written()["feedback"] == {"year": ["both", "client"]}


def test_there_is_no_series_and_no_promotion_where_nothing_is_filled_in():
    assert CareersForm.of({}, MultiDict({"guideline-shares": "", "series-band": ""})).written() == {}


def test_a_kpi_keeps_only_what_its_method_and_figure_have():
    sent = {
        "id": "x",
        "method": "pass_fail",
        "direction": "lower",
        "cap": "9",
        "points": "1 2",
        "figure": "value",
    }
    written = KpiForm.of({}, MultiDict(sent | {"growth_over": "year", "combine": "share"})).written()
    assert written == {"id": "x", "method": "pass_fail", "direction": "lower", "figure": "value"}
    share = KpiForm.of({}, MultiDict({"figure": "share", "combine": "sum"})).written()
    assert share["combine"] == "share"


def test_weights_gates_and_requirements_follow_a_kpi_that_is_renamed():
    table = json.loads(library.scheme("customer-administrator").to_json())
    old, new = "client-churn", "churn"
    table["kpi"][0]["id"] = new
    table["profile"][0]["required"] = [old]
    changed = renamed(table, old, new)
    assert changed["profile"][0]["quarter"][new] == 30 and old not in changed["profile"][0]["quarter"]
    assert changed["profile"][0]["required"] == [new]
    assert changed["band"][0]["gate"][0]["figure"] == "kpi:churn.attainment"
    assert scheme.parse(Section(changed)).appraisal.kpi(new)
    other = renamed(table | {"kpi": [{"id": "a", "requires": [{"kpi": old, "from": 1}]}]}, old, new)
    assert other["kpi"][0]["requires"] == [{"kpi": new, "from": 1}]


def test_the_steps_of_a_kpi_are_lines_of_two_numbers():
    form = KpiForm.of({}, MultiDict({"method": "tier", "steps": "0 60\n10：80\n20, 100"}))
    assert form.written()["steps"][0] == {"from": 0, "score": 60}
    assert KpiForm.of(form.written()).steps._value().splitlines()[2] == "20 100"


def test_what_is_no_number_is_kept_and_told_at_its_field():
    form = GroupsForm.of(SCHEME, MultiDict({"group-0-id": "client", "group-0-weight": "forty"}))
    with pytest.raises(InvalidDocument) as refused:
        scheme.parse(Section(SCHEME | form.written()))
    (fault,) = [fault for fault in refused.value.faults if fault.path.endswith("weight")]
    form.show_fault(fault.path, fault.message)
    assert form.group[0].form.weight._value() == "forty"
    assert form.group[0].form.weight.errors == ["must be a number"]


@pytest.mark.parametrize(
    ("form", "table", "path", "name"),
    [
        (DimensionsForm, QUESTIONNAIRE, "dimension[2].title.en", "dimension-1-title-en"),
        (ScalesForm, QUESTIONNAIRE, "scale.five.labels.zh", "scale-0-labels-zh"),
        (PeopleForm, SCHEME, "level.senior.title.zh", "level-2-title-zh"),
        (ProfileForm, SCHEME["profile"][0], "quarter.visits", "weights-6-quarter"),
        (ProfileForm, SCHEME["profile"][0], "components.kpi", "components-kpi"),
        (ProfileForm, SCHEME["profile"][0], "posts", "posts"),
        (BandsForm, SCHEME, "bonus[1].from", "bonus-0-from_"),
        (BandsForm, SCHEME, "band[1].gate[2].figure", "band-0-gate-1-figure"),
        (IncidentsForm, SCHEME, "incident.major.cap", "incident-major-cap"),
        (SourcesForm, SCHEME, "feedback.year.client", "feedback-year-client"),
        (ProcessForm, SCHEME, "presence.least_days.month", "presence-least_days-month"),
        (CareersForm, SCHEME, "promotion.at_least", "promotion-at_least"),
        (ItemForm, QUESTIONNAIRE["item"][0], "text.client.en", "wording-0-en"),
        (ItemForm, QUESTIONNAIRE["item"][0], "text", "text-zh"),
        (ItemForm, QUESTIONNAIRE["item"][0], "scale", "scale"),
        (KpiForm, SCHEME["kpi"][0], "steps[2].score", "steps"),
    ],
)
def test_a_fault_finds_its_field(form: type[DraftForm], table: dict[str, Any], path: str, name: str):
    shown = form.of(table)
    shown.show_fault(path, "wrong")
    field = shown.field_at(path.replace("[", ".").replace("]", "").split("."))
    assert field is not None
    assert (field.name, field.errors, shown.form_errors) == (name, ["wrong"], [])


@pytest.mark.parametrize("path", ["group", "group[9].id", "group[0].id", "nothing", ""])
def test_a_fault_without_a_field_stands_above_the_form(path: str):
    form = GroupsForm.of(SCHEME)
    form.show_fault(path, "wrong")
    assert form.form_errors == ["wrong"]


def test_rows_are_moved_added_and_removed_without_losing_what_was_typed():
    form = GroupsForm.of(SCHEME, typed(GroupsForm.of(SCHEME), {"group-0-weight": "forty"}))
    ids = [row["id"] for row in form.written()["group"]]
    assert [row["id"] for row in form.rearranged("down:group:0").written()["group"]][:2] == ids[1::-1]
    assert [row["id"] for row in form.rearranged("remove:group:1").written()["group"]] == [ids[0], *ids[2:]]
    assert form.rearranged("down:group:0").written()["group"][1]["weight"] == "forty"
    assert len(form.rearranged("add:group").written()["group"]) == len(ids) + 1


@pytest.mark.parametrize(
    "act",
    [
        "",
        "up",
        "up:group",
        "up:group:0",
        "down:group:4",
        "remove:group:99",
        "up:rating:0",
        "x:group:1",
        "up:group:²",
    ],
)
def test_a_button_that_does_nothing_changes_nothing(act: str):
    assert GroupsForm.of(SCHEME).rearranged(act).written() == GroupsForm.of(SCHEME).written()


def test_two_scales_of_one_name_are_both_kept():
    rows = {"scale-0-id": "five", "scale-0-points": "1 2", "scale-1-id": "five", "scale-1-points": "3，4"}
    written = ScalesForm.of({}, MultiDict(rows)).written()["scale"]
    assert {name: scale["points"] for name, scale in written.items()} == {"five": [1, 2], "five-2": [3, 4]}


def test_a_preset_sets_the_points_of_one_scale():
    form = ScalesForm.of(QUESTIONNAIRE).rearranged("preset:percent:0")
    assert form.written()["scale"]["five"]["points"] == [0, 25, 50, 75, 100]


def test_an_item_that_becomes_a_comment_drops_what_only_ratings_have():
    item = QUESTIONNAIRE["item"][0]
    written = ItemForm.of(item, typed(ItemForm.of(item), {"kind": "comment"})).written()
    assert questionnaire.parse(Section(QUESTIONNAIRE | {"item": [*QUESTIONNAIRE["item"][1:], written]}))


@given(
    st.dictionaries(st.sampled_from([*typed(ItemForm.of(QUESTIONNAIRE["item"][0]))]), st.text(max_size=30))
)
def test_whatever_is_typed_into_an_item_can_be_shown_again(texts: dict[str, str]):
    item = QUESTIONNAIRE["item"][0]
    sent = ItemForm.of(item, typed(ItemForm.of(item), texts)).written()
    again = ItemForm.of(sent)
    assert ItemForm.of(sent, typed(again)).written() == again.written()


@pytest.mark.parametrize("typed", ["9" * 400, "9" * 5000, "1e309", "nan", "-inf", "1,5"])
def test_a_number_beyond_all_numbers_is_kept_as_it_was_typed(typed: str):
    assert number(typed) == typed
