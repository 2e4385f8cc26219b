"""Whatever a form may say stands in the catalogue: its own words, those of WTForms, and the choices it offers."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, FileField, Form, FormField, SelectField, SelectMultipleField

import forms
from forms.campaigns import TermsForm

CATALOGUE = Path(__file__).parents[2] / "feedback/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
TYPED = ("", " ", "x", "x" * 20_000, "-1", "1e9", "nan", "2026-02-31", "9999-12-31", "a@", "\x00")
SAME_IN_BOTH = {"中文", "English", "-"}  # languages are called by their own names
GIVEN = {TermsForm: {"today": date(2026, 12, 1)}}


@pytest.fixture(scope="module")
def known() -> set[str]:
    with CATALOGUE.open("rb") as file:
        return {message.id for message in read_po(file) if message.string and isinstance(message.id, str)}


def form_classes() -> list[type[Form]]:
    for module in pkgutil.walk_packages(forms.__path__, "forms."):
        importlib.import_module(module.name)
    found, waiting = [], [Form]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.partition(".")[0] == "forms":
                found.append(kind)
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__name__))


def made(kind: type[Form], typed: MultiDict[str, str] | None = None) -> Form:
    """With one row of each list, and choices where a page gives them."""
    form = kind(typed, **GIVEN.get(kind, {}))
    for field in fields_of(form, lists=True):
        if isinstance(field, FieldList) and not field.entries:
            field.append_entry()
    for field in fields_of(form):
        if isinstance(field, (SelectField, SelectMultipleField)) and field.choices is None:
            field.choices = []
    return form


def fields_of(form: Form, *, lists: bool = False) -> Iterator[Field]:
    for field in form:
        yield from inner(field, lists)


def inner(field: Field, lists: bool) -> Iterator[Field]:
    if isinstance(field, FormField):
        yield from fields_of(field.form, lists=lists)
    elif isinstance(field, FieldList):
        yield from [field] if lists else []
        for entry in field.entries:
            yield from inner(entry, lists)
    else:
        yield field


def said(errors: object) -> Iterator[str]:
    """All sentences of the errors of a form, whatever it nests."""
    if isinstance(errors, dict):
        for value in errors.values():
            yield from said(value)
    elif isinstance(errors, (list, tuple)):
        for value in errors:
            yield from said(value)
    else:
        yield str(errors)


def refused(kind: type[Form]) -> Iterator[str]:
    names = [field.name for field in fields_of(made(kind)) if not isinstance(field, FileField)]
    for text in TYPED:
        form = made(kind, MultiDict({name: text for name in names}))
        form.validate()
        yield from said(form.errors)


def test_every_form_is_looked_at():
    assert len(form_classes()) > 120


@pytest.mark.parametrize("kind", form_classes(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_whatever_is_typed_the_answer_has_a_translation(kind: type[Form], known: set[str]):
    assert set(refused(kind)) - known == set()


@pytest.mark.parametrize("kind", form_classes(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_the_choices_that_a_form_offers_have_a_translation(kind: type[Form], known: set[str]):
    offered = {
        choice.label
        for field in fields_of(made(kind))
        if isinstance(field, (SelectField, SelectMultipleField))
        for choice in field.choices
        if choice.label
    }
    assert offered - known - SAME_IN_BOTH == set()
