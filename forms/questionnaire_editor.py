"""A questionnaire in the browser: its title, dimensions and scales, and its items one at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from forms.document import LANGUAGES
from forms.drafting import (
    DraftForm,
    LinesField,
    LongTextField,
    LongWords,
    NumberField,
    NumbersField,
    Table,
    TextField,
    Words,
)
from forms.questionnaire import ItemKind, in_language
from forms.words import N_, NO_CHOICE

KINDS = [
    SelectChoice(ItemKind.RATING, N_("Rating")),
    SelectChoice(ItemKind.NPS, N_("Recommendation, 0 to 10")),
    SelectChoice(ItemKind.COMMENT, N_("Comment")),
]
ONLY_OF_RATINGS = ("dimension", "scale", "reverse", "weight", "headline")
# Points for scales of five values, worst first, as they are commonly used; "percent" fits any number of values.
PRESETS: Mapping[str, tuple[float, ...]] = {
    "hundred": (20, 40, 60, 80, 100),
    "percent": (0, 25, 50, 75, 100),
    "steep": (10, 30, 50, 70, 100),
}


class TitleForm(DraftForm):
    title = FormField(
        Words, N_("Title"), description=N_("{subject} stands for the name of the person rated.")
    )


class DimensionRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    weight = NumberField(N_("Weight"), description=N_("Left empty: 1"))
    title = FormField(Words, N_("Title"))


class DimensionsForm(DraftForm):
    dimension = FieldList(FormField(DimensionRow), N_("Dimensions"))


class Labels(Form):  # type: ignore[misc]
    zh = LinesField(N_("Labels in Chinese, one in each line"))
    en = LinesField(N_("Labels in English, one in each line"))


class ScaleRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    first = NumberField(N_("First value"), description=N_("Left empty: 1"))
    points = NumbersField(N_("Points of each value, worst first"))
    labels = FormField(Labels, N_("Labels"))


class ScalesForm(DraftForm):
    scale = FieldList(FormField(ScaleRow), N_("Scales"))

    def rearranged(self, act: str) -> Self:
        """Beside moving rows: `preset:NAME:PLACE` sets the points of a scale."""
        move, _, rest = act.partition(":")
        name, _, place = rest.partition(":")
        form = super().rearranged(act)
        if move == "preset" and name in PRESETS and place.isdecimal() and int(place) < len(form.scale):
            form.scale[int(place)].form.points.data = list(PRESETS[name])
        return form


class ItemWordingForm(Form):  # type: ignore[misc]
    group = SelectField(N_("Rater group"), choices=[])
    zh = LongTextField(N_("Chinese"))
    en = LongTextField(N_("English"))


def titled(dimension: Table, language: str) -> tuple[str, str]:
    """Its identifier and its title, as far as a draft has them."""
    name = str(dimension.get("id", ""))
    return name, in_language(dimension.get("title", {}), language) or name


def ends(name: str, scale: Table, language: str) -> str:
    """A scale has no title: its first and last label tell which one it is."""
    texts: Mapping[str, Any] = scale.get("labels", {})
    labels = texts.get(language) or next(iter(texts.values()), None)
    return f"{name} ({labels[0]} … {labels[-1]})" if labels else name


class ItemForm(DraftForm):
    id = TextField(N_("Identifier"))
    kind = SelectField(N_("Kind"), choices=KINDS)
    text = FormField(LongWords, N_("Wording"))
    dimension = SelectField(N_("Dimension"), choices=[])
    scale = SelectField(N_("Scale"), choices=[])
    weight = NumberField(N_("Weight"), description=N_("Left empty: 1"))
    headline = BooleanField(N_("Headline item: the satisfaction rate is taken on these"))
    reverse = BooleanField(N_("Turned round: agreeing is bad"))
    required = BooleanField(N_("Has to be answered (or “cannot judge”)"))
    limit = NumberField(N_("Longest comment, in characters"), description=N_("Left empty: 1000"))
    groups = SelectMultipleField(
        N_("Asked of"),
        choices=[],
        description=N_("None chosen: of all rater groups"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=NO_CHOICE,
    )
    wording = FieldList(FormField(ItemWordingForm), N_("Wording of its own for a rater group"))

    @classmethod
    def shown(cls, table: Table) -> dict[str, Any]:
        texts: Mapping[str, Any] = table.get("text", {})
        general = {language: texts[language] for language in LANGUAGES if language in texts}
        own = [{"group": group, **words} for group, words in texts.items() if group not in LANGUAGES]
        defaults = {"kind": ItemKind.RATING, "required": table.get("kind") != ItemKind.COMMENT}
        return defaults | dict(table) | {"text": general, "wording": own}

    def written(self) -> dict[str, Any]:
        table = super().written()
        own = {words.pop("group", ""): words for words in table.pop("wording", [])}
        texts = table.pop("text", {}) | own
        if table.get("kind") != ItemKind.RATING:
            table = {key: value for key, value in table.items() if key not in ONLY_OF_RATINGS}
        if table.get("kind") != ItemKind.COMMENT:
            table.pop("limit", None)
        return table | ({"text": texts} if texts else {})

    def offer(self, table: Table, language: str) -> None:
        """The questionnaire's dimensions and scales."""
        dimensions = [SelectChoice(*titled(row, language)) for row in table.get("dimension", ())]
        scales = [
            SelectChoice(name, ends(name, row, language)) for name, row in table.get("scale", {}).items()
        ]
        self.dimension.choices = [SelectChoice(""), *dimensions]
        self.scale.choices = [SelectChoice(""), *scales]

    def ask(self, groups: Sequence[tuple[str, str]]) -> None:
        """The rater groups, with titles."""
        self.groups.choices = [SelectChoice(group, title) for group, title in groups]
        for row in self.wording:
            row.form.group.choices = self.groups.choices

    def field_at(self, steps: Sequence[str]) -> Field | None:
        if steps[:1] != ["text"] or not steps[1:] or steps[1] in LANGUAGES:
            return super().field_at([*steps, "zh"] if steps == ["text"] else steps)
        rows = [row.form for row in self.wording if row.form.group.data == steps[1]]
        return rows[0][steps[2] if steps[2:] else "group"] if rows else None
