import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forms import questionnaire as questionnaires
from forms.builder import CANNOT_JUDGE, FIELD_OF, BallotForm, CommentField, Respondent
from forms.questionnaire import COMMENT_LENGTH, ItemKind, length_of

QUESTIONNAIRE = questionnaires.load(
    """
    id = "short"
    version = 1
    [scale.five]
    points = [20, 40, 60, 80, 100]
    labels.en = ["Never", "Seldom", "Sometimes", "Often", "Always"]
    labels.zh = ["从不", "很少", "有时", "经常", "总是"]
    [scale.plain]
    first = -1
    points = [0, 50, 100]
    [[dimension]]
    id = "comment"  # a dimension may be called like a kind
    title = {en = "Care", zh = "用心"}
    [[item]]
    id = "listens"
    dimension = "comment"
    scale = "five"
    text.en = "{subject} listens."
    text.zh = "{subject}善于倾听。"
    text.self.en = "I listen."
    [[item]]
    id = "extra"
    dimension = "comment"
    scale = "plain"
    required = false
    groups = ["peer"]
    text.en = "Extra"
    [[item]]
    id = "recommend"
    kind = "nps"
    groups = ["client"]
    text.en = "Recommend {subject}?"
    [[item]]
    id = "words"
    kind = "comment"
    text.en = "Anything else?"
    """
)
COMPLETE = {"listens": "4", "recommend": "9"}


def untranslated(message: str) -> str:
    return message


def form_for(
    group: str = "client", language: str = "en", posted: dict | MultiDict | None = None
) -> BallotForm:
    fields = None if posted is None else MultiDict(posted)
    return BallotForm(QUESTIONNAIRE, Respondent(group, language, "Li Na", untranslated), fields)


def messages(posted: dict | MultiDict, group: str = "client") -> list[str]:
    form = form_for(group, posted=posted)
    assert form.validate() is not bool(form.faults)
    return [fault.message for fault in form.faults]


def test_every_kind_of_item_has_a_field_class():
    assert FIELD_OF.keys() == set(ItemKind)


def test_a_group_is_asked_its_own_items():
    assert [field.name for field in form_for("client")] == ["listens", "recommend", "words"]
    assert [field.name for field in form_for("peer")] == ["listens", "extra", "words"]


def test_questions_name_the_subject_in_the_wording_of_the_group_and_language():
    assert form_for("client")["listens"].label.text == "Li Na listens."
    assert form_for("client", "zh")["listens"].label.text == "Li Na善于倾听。"
    assert form_for("self")["listens"].label.text == "I listen."


def test_items_stand_under_their_dimension_or_a_heading_of_their_kind():
    sections = [(title, [field.name for field in fields]) for title, fields in form_for("client").sections]
    assert sections == [
        ("Care", ["listens"]),
        ("Recommendation", ["recommend"]),
        ("In your own words", ["words"]),
    ]


def test_each_point_of_a_scale_is_offered_with_its_label():
    choices = form_for("client", "zh")["listens"].choices
    assert [(choice.value, choice.label) for choice in choices] == list(
        zip("12345", ["从不", "很少", "有时", "经常", "总是"], strict=True)
    )


def test_a_scale_without_labels_shows_numbers_only():
    choices = form_for("peer")["extra"].choices
    assert [(choice.value, choice.label) for choice in choices] == [("-1", ""), ("0", ""), ("1", "")]


def test_a_recommendation_has_eleven_points_with_labels_at_the_ends():
    choices = form_for("client")["recommend"].choices
    assert [choice.value for choice in choices] == [str(value) for value in range(11)]
    assert [bool(choice.label) for choice in choices] == [True, *[False] * 9, True]


def test_answers_are_positions_on_the_scale_and_texts():
    form = form_for(posted={"listens": "4", "recommend": "0", "words": " Well\r\ndone\r"})
    assert form.validate()
    assert form.ratings == {"listens": 4, "recommend": 1}
    assert form.comments == {"words": "Well\ndone"}


def test_positions_count_from_one_wherever_the_scale_begins():
    form = form_for("peer", posted={"listens": "1", "extra": "-1"})
    assert form.validate()
    assert form.ratings == {"listens": 1, "extra": 1}


def test_what_a_rater_cannot_judge_is_no_rating():
    form = form_for("peer", posted={"listens": CANNOT_JUDGE, "extra": "0", "words": ""})
    assert form.validate()
    assert form.ratings == {"extra": 2}
    assert form.comments == {}


def test_an_item_that_is_not_required_may_be_left_out():
    assert messages({"listens": "5"}, group="peer") == []


@pytest.mark.parametrize("values", [[], [""]])
def test_a_required_rating_is_missed(values: list[str]):
    posted = MultiDict([("recommend", "3"), *(("listens", value) for value in values)])
    assert messages(posted) == ["Please choose an answer, or “Cannot judge”."]


@pytest.mark.parametrize(
    "value", ["0", "6", "-1", "4.0", " 4", "04", "+4", "４", "four", "Often", "4\0", "1e0", "9" * 5000]
)
def test_a_value_off_the_scale_is_refused(value: str):
    assert messages(COMPLETE | {"listens": value}) == ["Please choose one of the answers shown."]


@pytest.mark.parametrize("pair", [("4", "4"), ("4", "5"), ("4", CANNOT_JUDGE), ("", "4")])
def test_two_values_for_one_item_are_refused(pair: tuple[str, str]):
    posted = MultiDict([("recommend", "3"), *(("listens", value) for value in pair)])
    assert messages(posted) == ["Please give only one answer here."]


def test_two_texts_for_one_item_are_refused():
    posted = MultiDict([*COMPLETE.items(), ("words", "one"), ("words", "two")])
    assert messages(posted) == ["Please give only one answer here."]


@pytest.mark.parametrize("name", ["extra", "", "rating", "listens[]", "Listens"])
def test_a_field_that_the_form_does_not_have_is_refused(name: str):
    assert len(messages(COMPLETE | {name: "1"})) == 1


def test_a_form_without_any_rating_is_refused():
    everything = {"listens": CANNOT_JUDGE, "recommend": CANNOT_JUDGE, "words": "Who is this?"}
    assert messages(everything) == [
        "Please rate at least one point; if you cannot judge any, choose “I would rather not answer” below."
    ]


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31m", "\x85", "\ud83d", "\udc00", "caf\ufffd"])
def test_a_text_with_unreadable_characters_is_refused_and_shows_where_they_are(text: str):
    form = form_for(posted=COMPLETE | {"words": text})
    assert not form.validate()
    assert [fault.field for fault in form.faults] == [form["words"]]
    assert "\ufffd" in form["words"].data
    assert form["words"].data.encode()


@pytest.mark.parametrize("text", ["两行\n\t字", "👩‍👩‍👧 e\u0301", "‮rtl", "<b>&amp;"])
def test_any_readable_text_is_taken_as_it_is(text: str):
    form = form_for(posted=COMPLETE | {"words": text})
    assert form.validate()
    assert form.comments == {"words": text}


def test_a_comment_may_be_as_long_as_the_limit_and_no_longer():
    assert messages(COMPLETE | {"words": "好" * COMMENT_LENGTH}) == []
    assert messages(COMPLETE | {"words": "好" * 50_000}) == [
        "Please shorten this to 1000 characters; it has 50000."
    ]


def test_characters_are_counted_as_browsers_count_them():
    assert messages(COMPLETE | {"words": "😀" * (COMMENT_LENGTH // 2)}) == []
    assert messages(COMPLETE | {"words": "😀" * (COMMENT_LENGTH // 2) + "!"}) == [
        "Please shorten this to 1000 characters; it has 1001."
    ]


def test_what_was_typed_is_kept_when_something_is_wrong():
    form = form_for(posted={"listens": "2", "recommend": "11", "words": "kept"})
    assert not form.validate()
    assert [choice.value for choice in form["listens"].choices if choice.chosen] == ["2"]
    assert form["words"].data == "kept"


@given(
    st.dictionaries(st.sampled_from(["listens", "recommend", "words"]), st.text(st.characters(codec=None)))
)
def test_whatever_is_sent_a_valid_form_holds_only_what_a_ballot_can_hold(posted: dict[str, str]):
    form = form_for(posted=COMPLETE | posted)
    if form.validate():
        assert form.ratings.keys() <= {"listens", "recommend"}
        assert form.ratings.get("listens", 1) in range(1, 6)
        assert form.ratings.get("recommend", 1) in range(1, 12)
        for text in form.comments.values():
            assert 0 < length_of(text) <= COMMENT_LENGTH
            assert text.encode().decode() == text


@given(st.text(st.characters(codec=None)))
def test_reading_a_text_twice_changes_nothing(text: str):
    once = CommentField.read(form_for()["words"], text)
    assert CommentField.read(form_for()["words"], once) == once


def test_a_recommendation_without_any_rating_is_no_ballot():
    form = form_for(posted={"listens": CANNOT_JUDGE, "recommend": "9"})
    assert not form.validate()
    assert "at least one point" in form.faults[0].message
