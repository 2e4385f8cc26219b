"""From a questionnaire to the form that one rater fills in: a field class per kind of item, in one table."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from forms.questionnaire import Item, ItemKind, Questionnaire, length_of
from forms.scales import NPS_SCALE, Scale

CANNOT_JUDGE = "none"
LINE_BREAK = re.compile(r"\r\n?")
# Control characters except tab and line feed, lone surrogates, and what a decoder writes for what is no text.
UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
REPLACEMENT = "\ufffd"


class Posted(Protocol):
    """What a browser sent: a name may have several values."""

    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: object) -> bool: ...
    def getlist(self, name: str) -> list[str]: ...


def readable(text: str) -> str:
    """A comment as it is looked at and kept."""
    return UNREADABLE.sub(REPLACEMENT, LINE_BREAK.sub("\n", text)).strip()


@dataclass(frozen=True)
class Respondent:
    """Who reads the form: the rater group decides what is asked and how, the language decides the rest."""

    group: str
    language: str
    subject: str
    gettext: Callable[[str], str]

    def question(self, item: Item) -> str:
        return item.text_for(self.group, self.language).replace("{subject}", self.subject)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


class ItemField(Field):  # type: ignore[misc]
    """An item of the questionnaire. It takes one value at most."""

    def __init__(self, item: Item, reader: Respondent, section: str, **binding: object) -> None:
        super().__init__(label=reader.question(item), **binding)
        self.item = item
        self.reader = reader
        self.gettext = reader.gettext
        self.section = section

    def process_formdata(self, values: Sequence[str]) -> None:
        if len(values) > 1:
            raise ValueError(self.gettext("Please give only one answer here."))
        self.data = self.read(values[0]) if values else None

    def read(self, value: str) -> str:
        return value

    def pre_validate(self, form: BaseForm) -> None:
        if self.data:
            self.check(self.data)
        elif self.item.required and not self.process_errors:
            raise ValidationError(self.missing)

    @property
    def missing(self) -> str:
        return self.gettext("Please write an answer.")

    def check(self, value: str) -> None:
        """Raises ValidationError for a value that this item cannot have."""


class ScaleField(ItemField):
    """A point of a scale or "cannot judge". The rating is a position on the scale, 1 for its first point."""

    @property
    def scale(self) -> Scale:
        return self.item.scale or NPS_SCALE

    @property
    def labels(self) -> Sequence[str]:
        """One per point; empty where the number says it all."""
        unlabelled = [""] * len(self.scale.points)
        return self.scale.labels_for(self.reader.language) if self.scale.labels else unlabelled

    @property
    def cannot_judge(self) -> str:
        return self.gettext("Cannot judge")

    @property
    def choices(self) -> list[Choice]:
        points = zip(map(str, self.scale.values), self.labels, strict=True)
        return [Choice(value, label, value == self.data) for value, label in points]

    @property
    def no_rating(self) -> Choice:
        return Choice(CANNOT_JUDGE, self.cannot_judge, self.data == CANNOT_JUDGE)

    @property
    def rating(self) -> int | None:
        chosen = (position for position, choice in enumerate(self.choices, start=1) if choice.chosen)
        return next(chosen, None)

    @property
    def missing(self) -> str:
        return self.gettext("Please choose an answer, or “%(none)s”.") % {"none": self.cannot_judge}

    def check(self, value: str) -> None:
        if value != CANNOT_JUDGE and self.rating is None:
            raise ValidationError(self.gettext("Please choose one of the answers shown."))


class RecommendationField(ScaleField):
    @property
    def labels(self) -> Sequence[str]:
        between = [""] * (len(self.scale.points) - 2)
        return [self.gettext("Not at all likely"), *between, self.gettext("Extremely likely")]

    @property
    def cannot_judge(self) -> str:
        return self.gettext("Cannot say")


class CommentField(ItemField):
    """A text. What cannot be stored becomes the replacement character, so that its place can be seen."""

    @property
    def limit(self) -> int:
        return self.item.limit

    def read(self, value: str) -> str:
        return readable(value)

    def check(self, value: str) -> None:
        if REPLACEMENT in value:
            message = self.gettext(
                "Please remove the characters that we cannot read; they are shown as “%(mark)s”."
            )
            raise ValidationError(message % {"mark": REPLACEMENT})
        if (length := length_of(value)) > self.limit:
            message = self.gettext("Please shorten this to %(limit)d characters; it has %(length)d.")
            raise ValidationError(message % {"limit": self.limit, "length": length})


FIELD_OF: Mapping[ItemKind, type[ItemField]] = {
    ItemKind.RATING: ScaleField,
    ItemKind.NPS: RecommendationField,
    ItemKind.COMMENT: CommentField,
}


@dataclass(frozen=True)
class FormFault:
    """An entry of the summary above the form; without a field it concerns the form as a whole."""

    message: str
    field: ItemField | None = None


class BallotForm(BaseForm):  # type: ignore[misc]
    """What one rater says about one subject. A field is named by the id of its item.

    Where several ballots share a page, a prefix that no item begins with tells their fields apart.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        reader: Respondent,
        posted: Posted | None = None,
        *,
        prefix: str = "",
    ) -> None:
        titles = section_titles(questionnaire, reader)
        items = questionnaire.items_for(reader.group)
        fields = {item.id: FIELD_OF[item.kind](item, reader, titles[item.id]) for item in items}
        super().__init__(fields, prefix=prefix)
        self.gettext = reader.gettext
        self.prefix = prefix
        mine = {name for name in posted or () if name.startswith(prefix)}
        self.unknown = mine - {field.name for field in self}
        self.process(posted)

    def validate(self) -> bool:
        fields_hold = super().validate()
        if self.unknown:
            message = self.gettext(
                "We received more than this form asks; please check your answers and send them again."
            )
            self.form_errors.append(message)
        elif fields_hold and not self.has_rating:
            message = self.gettext(
                "Please rate at least one point; if you cannot judge any, choose “I would rather not answer” below."
            )
            self.form_errors.append(message)
        return not self.faults

    @property
    def ratings(self) -> dict[str, int]:
        """Item id to position on its scale. What the rater cannot judge is not in it."""
        scales = (field for field in self if isinstance(field, ScaleField))
        return {field.short_name: field.rating for field in scales if field.rating}

    @property
    def has_rating(self) -> bool:
        """Whether this is a ballot: a recommendation alone is none."""
        ratings = self.ratings
        return any(field.item.kind is ItemKind.RATING and field.short_name in ratings for field in self)

    @property
    def comments(self) -> dict[str, str]:
        fields = (field for field in self if isinstance(field, CommentField))
        return {field.short_name: field.data for field in fields if field.data}

    @property
    def sections(self) -> list[tuple[str, list[ItemField]]]:
        return [(title, list(fields)) for title, fields in groupby(self, key=lambda field: field.section)]

    @property
    def faults(self) -> list[FormFault]:
        of_fields = [FormFault(field.errors[0], field) for field in self if field.errors]
        return [FormFault(message) for message in self.form_errors] + of_fields


def section_titles(questionnaire: Questionnaire, reader: Respondent) -> dict[str, str]:
    """The heading above each item: ratings stand under their dimension, other kinds under their own."""
    dimensions = {
        dimension.id: dimension.title_for(reader.language) for dimension in questionnaire.dimensions
    }
    kinds = {
        ItemKind.NPS: reader.gettext("Recommendation"),
        ItemKind.COMMENT: reader.gettext("In your own words"),
    }
    return {
        item.id: dimensions[item.dimension] if item.dimension else kinds[item.kind]
        for item in questionnaire.items
    }
