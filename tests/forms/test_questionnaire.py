import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import questionnaire
from forms.document import LANGUAGES, InvalidDocument, Section
from forms.fault_messages import MESSAGES
from forms.questionnaire import ItemKind

SMALL = """
id = "small"
version = 2
title = {en = "Working with {subject}", zh = "与{subject}共事"}
[scale.five]
points = [20, 40, 60, 80, 100]
labels.en = ["a", "b", "c", "d", "e"]
[scale.zero]
first = 0
points = [100, 50, 0]
[[dimension]]
id = "attitude"
title = {en = "Attitude"}
[[dimension]]
id = "speed"
weight = 2
[[item]]
id = "q1"
dimension = "attitude"
scale = "five"
text.en = "Keeps promises."
text.zh = "信守承诺。"
text.client.en = "Keeps promises to us."
[[item]]
id = "q2"
kind = "rating"
dimension = "speed"
scale = "zero"
reverse = true
weight = 0.5
headline = true
required = false
groups = ["client", "peer"]
text = {zh = "很慢。"}
[[item]]
id = "n"
kind = "nps"
groups = ["client"]
text = {en = "Would you recommend {subject}?"}
[[item]]
id = "c"
kind = "comment"
text = {en = "Anything else?"}
"""


def faults_of(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        questionnaire.load(text)
    return [str(fault) for fault in caught.value.faults]


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def test_a_questionnaire_is_read_with_its_defaults() -> None:
    small = questionnaire.load(SMALL)
    q1, q2, nps, comment = small.items
    assert (q1.kind, q1.weight, q1.reverse, q1.headline, q1.required) == (
        ItemKind.RATING,
        1.0,
        False,
        False,
        True,
    )
    assert (q2.weight, q2.reverse, q2.headline, q2.required) == (0.5, True, True, False)
    assert q2.scale is not None
    assert list(q2.scale.values) == [0, 1, 2]
    assert nps.scale is not None
    assert list(nps.scale.values) == list(range(11))
    assert (comment.scale, comment.required) == (None, False)
    assert [dimension.weight for dimension in small.dimensions] == [1.0, 2.0]


def test_items_go_to_the_groups_they_are_asked_of() -> None:
    small = questionnaire.load(SMALL)
    assert [item.id for item in small.items_for("client")] == ["q1", "q2", "n", "c"]
    assert [item.id for item in small.items_for("supervisor")] == ["q1", "c"]
    assert [item.id for item in small.counted_items] == ["q1", "q2", "n"]


def test_wording_falls_back_from_group_to_general_and_from_language_to_language() -> None:
    q1, q2, *_ = questionnaire.load(SMALL).items
    assert q1.text_for("client", "en") == "Keeps promises to us."
    assert q1.text_for("client", "zh") == "信守承诺。"
    assert q1.text_for("peer", "en") == "Keeps promises."
    assert q2.text_for("peer", "en") == "很慢。"


def test_labels_and_titles_fall_back_to_what_there_is() -> None:
    small = questionnaire.load(SMALL)
    five, zero = small.scales
    assert five.labels_for("zh") == ("a", "b", "c", "d", "e")
    assert zero.labels_for("en") == ("0", "1", "2")
    assert small.dimensions[1].title_for("en") == "speed"


def test_a_snapshot_is_the_same_questionnaire_with_the_same_digest() -> None:
    small = questionnaire.load(SMALL)
    snapshot = questionnaire.from_json(small.to_json())
    assert snapshot == small
    assert snapshot.digest == small.digest
    assert snapshot.to_json() == small.to_json()


def test_the_digest_is_of_the_definition_not_of_its_typing() -> None:
    small = questionnaire.load(SMALL)
    assert questionnaire.load("# a remark\n" + SMALL).digest == small.digest
    assert questionnaire.load(SMALL.encode("utf-8-sig").replace(b"\n", b"\r\n")).digest == small.digest
    assert questionnaire.load(changed("weight = 0.5", "weight = 0.6")).digest != small.digest


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('scale = "five"', 'scale = "six"', "item[1].scale: unknown scale 'six'"),
        ('dimension = "speed"', 'dimension = "spede"', "item[2].dimension: unknown dimension 'spede'"),
        ('kind = "nps"', 'kind = "stars"', "item[3].kind: 'stars' is not one of rating, nps, comment"),
        ('kind = "nps"', 'kind = "nps"\nscale = "five"', "item[3].scale: unknown key"),
        ("reverse = true", "revers = true", "item[2].revers: unknown key"),
        ("reverse = true", 'reverse = "yes"', "item[2].reverse: must be true or false"),
        ("weight = 0.5", "weight = -1", "item[2].weight: -1.0 must be between 0 and 1e+12"),
        ("weight = 0.5", "weight = nan", "item[2].weight: must be a number"),
        ("weight = 0.5", "weight = true", "item[2].weight: must be a number"),
        ('id = "q2"', 'id = "q1"', "item: 'q1' appears more than once"),
        ('id = "q2"', 'id = "q 2"', "item[2].id: 'q 2' is not an identifier"),
        ('"client", "peer"', '"peer", "peer"', "item[2].groups: 'peer' appears more than once"),
        ('"client", "peer"', "", "item[2].groups: must not be empty"),
        (
            'text = {zh = "很慢。"}',
            "text = {self.en = 'x', en = 'y'}",
            "item[2].text.self: text for group 'self'",
        ),
        ('text = {zh = "很慢。"}', 'text = {zh = " "}', "item[2].text.zh: must not be empty"),
        ("text.client.en", "text.client.fr", "item[1].text.client.fr: unknown language 'fr'"),
        ("version = 2", "version = 0", "version: 0 must be between 1 and 1000000000"),
        ("version = 2", "", "version: is missing"),
        ("[20, 40, 60, 80, 100]", "[20, 40]", "scale.five.labels.en: has 5 entries, but there are 2 values"),
        ("[100, 50, 0]", "[50, 50, 50]", "scale.zero.points: needs at least two different points"),
        ("[100, 50, 0]", "[50]", "scale.zero.points: must be between 2 and 101 entries, not 1"),
        ("[100, 50, 0]", '[50, "x"]', "scale.zero.points: must be a list of numbers"),
        ("weight = 0.5", "weight = 0", "dimension.speed: at least one weight must be above 0"),
        ('id = "speed"', 'id = "spede"', "dimension: dimension 'spede' has no rating item"),
        ('id = "small"', "", "id: is missing"),
    ],
)
def test_a_fault_names_its_place(old: str, new: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_of(changed(old, new)))


def test_all_faults_are_told_at_once() -> None:
    broken = changed('scale = "five"', 'scale = "six"').replace("reverse = true", "reverse = 1")
    assert len(faults_of(broken)) == 2


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\xff\xfe\x00", "the file is not UTF-8 text"),
        ("id = ", "the file is not valid TOML"),
        ("x = " + "[" * 5000, "the file is not valid TOML"),
        ("\0", "the file is not valid TOML"),
        ("", "id: is missing"),
        ("item = 3", "item: must be an array of tables"),
        ("item = [1]", "item[1]: must be a table"),
        ("scale = 3", "scale: must be a table"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(data: str | bytes, fault: str) -> None:
    assert faults_of(data)[0].startswith(fault)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000])
def test_a_damaged_snapshot_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocument):
        questionnaire.from_json(text)


def test_faults_can_be_translated_by_code_and_parameters() -> None:
    with pytest.raises(InvalidDocument) as caught:
        questionnaire.load(changed('scale = "five"', 'scale = "six"'))
    fault = caught.value.faults[0]
    assert MESSAGES[fault.code] % fault.params == fault.message
    assert (fault.code, dict(fault.params)) == ("unknown_scale", {"scale": "six"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=8), values, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["id", "version", "title", "scale", "dimension", "item", "item.text"]), json_values)
def test_whatever_stands_in_a_key_the_answer_is_a_questionnaire_or_faults(key: str, value: object) -> None:
    document = tomllib.loads(SMALL)
    target = document
    *outer, last = key.split(".")
    for name in outer:
        target = target[name][0]
    target[last] = value
    section = Section(document)
    try:
        questionnaire.parse(section)
    except InvalidDocument as error:
        assert all(fault.message for fault in error.faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_are_known(language: str) -> None:
    assert questionnaire.load(SMALL).title_for(language)
