"""A questionnaire or a scheme from nothing: so much that its first draft has no faults."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, FloatField, Form, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp

from forms.campaigns import LANGUAGES, REQUIRED
from forms.document import IDENTIFIER
from forms.drafting import TextField
from forms.scheme import Family
from forms.words import N_

WEIGHT = N_("A number from 0 to 100.")
SCALES = (
    SelectChoice("agreement", N_("Agreement: strongly disagree to strongly agree")),
    SelectChoice("satisfaction", N_("Satisfaction: very dissatisfied to very satisfied")),
)
LABELS = {
    "agreement": {
        "zh": ["非常不同意", "不同意", "中立", "同意", "非常同意"],
        "en": ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"],
    },
    "satisfaction": {
        "zh": ["非常不满意", "不满意", "一般", "满意", "非常满意"],
        "en": [
            "Very dissatisfied",
            "Dissatisfied",
            "Neither satisfied nor dissatisfied",
            "Satisfied",
            "Very satisfied",
        ],
    },
}
POINTS = [20, 40, 60, 80, 100]
GROUPS = {
    "client": (Family.CLIENTS, {"zh": "客户", "en": "Clients"}),
    "supervisor": (Family.SUPERVISOR, {"zh": "上级", "en": "Supervisor"}),
    "peer": (Family.COLLEAGUES, {"zh": "同级同事", "en": "Peers"}),
    "subordinate": (Family.COLLEAGUES, {"zh": "下属", "en": "Direct reports"}),
}
SELF = {"zh": "本人", "en": "Self"}


class NewDefinitionForm(Form):  # type: ignore[misc]
    """What is written in a language that was not chosen is left out."""

    TEXTS: tuple[str, ...] = ("title",)

    code = TextField(
        N_("Identifier"),
        validators=[
            DataRequired(REQUIRED),
            Regexp(rf"{IDENTIFIER.pattern}\Z", message=N_("Letters, digits, “-”, “_” and “.”; at most 64.")),
        ],
        description=N_("Letters, digits, “-”, “_” and “.”. It stays the same in all versions."),
    )
    languages = RadioField(
        N_("Languages"),
        choices=LANGUAGES,
        default="zh,en",
        validators=[InputRequired(REQUIRED)],
        description=N_("Fill in all texts in the languages you choose; the others stay empty."),
    )
    title_zh = TextField(N_("Title in Chinese"))
    title_en = TextField(N_("Title in English"))

    def validate(self) -> bool:
        valid: bool = super().validate()
        for field in (self[name] for name in self.needed() if not self[name].data):
            field.errors = [*field.errors, REQUIRED]
            valid = False
        return valid

    def needed(self) -> Iterable[str]:
        return [f"{text}_{language}" for text in self.TEXTS for language in self.chosen]

    @property
    def chosen(self) -> list[str]:
        return [] if self.languages.errors else self.languages.data.split(",")

    def words(self, text: str) -> dict[str, str]:
        return {language: self[f"{text}_{language}"].data for language in self.chosen}

    def table(self) -> dict[str, Any]:
        return {"id": self.code.data, "version": 1, "title": self.words("title")}


class NewQuestionnaireForm(NewDefinitionForm):
    TEXTS = ("title", "dimension", "item")

    dimension_zh = TextField(N_("First dimension in Chinese"))
    dimension_en = TextField(N_("First dimension in English"))
    item_zh = TextField(N_("First item in Chinese"))
    item_en = TextField(
        N_("First item in English"), description=N_("{subject} stands for the name of the person rated.")
    )
    scale = RadioField(N_("Scale"), choices=SCALES, default="agreement")

    def table(self) -> dict[str, Any]:
        scale, dimension = self.scale.data, "dimension-1"
        labels = {language: LABELS[scale][language] for language in self.chosen}
        item = {"id": "item-1", "dimension": dimension, "scale": scale, "text": self.words("item")}
        return super().table() | {
            "scale": {scale: {"points": POINTS, "labels": labels}},
            "dimension": [{"id": dimension, "title": self.words("dimension")}],
            "item": [item],
        }


class WeightField(FloatField):  # type: ignore[misc]
    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError(WEIGHT) from None


def weight(label: str, default: float) -> WeightField:
    return WeightField(label, validators=[Optional(), NumberRange(0, 100, message=WEIGHT)], default=default)


class NewSchemeForm(NewDefinitionForm):
    client = weight(N_("Weight of clients"), 40)
    supervisor = weight(N_("Weight of the supervisor"), 30)
    peer = weight(N_("Weight of peers"), 20)
    subordinate = weight(N_("Weight of direct reports"), 10)
    themselves = BooleanField(N_("Everybody rates himself too; that has no weight"), default=True)

    def validate(self) -> bool:
        valid = super().validate()
        if valid and abs(sum(self.weights().values()) - 100) > 1e-9:
            self.form_errors.append(N_("The weights must add up to 100."))
            valid = False
        return valid

    def weights(self) -> dict[str, float]:
        """A group whose weight is left empty is not asked."""
        return {group: self[group].data for group in GROUPS if self[group].data is not None}

    def table(self) -> dict[str, Any]:
        rows = [self._row(group, weight) for group, weight in self.weights().items()]
        if self.themselves.data:
            rows.append({"id": "self", "family": Family.SELF, "title": self._in_chosen(SELF), "weight": 0})
        return super().table() | {"group": rows}

    def _row(self, group: str, weight: float) -> dict[str, Any]:
        family, title = GROUPS[group]
        return {"id": group, "family": family, "title": self._in_chosen(title), "weight": weight}

    def _in_chosen(self, words: dict[str, str]) -> dict[str, str]:
        return {language: words[language] for language in self.chosen}
