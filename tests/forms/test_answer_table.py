"""The table of valid answers and the form come to the same verdict, whatever is sent."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from forms import second_look
from forms.answer_table import AnswerTable
from forms.builder import BallotForm, Respondent
from forms.questionnaire import Item, ItemKind, Questionnaire
from forms.scheme import Group
from tests.factories import shipped_questionnaire, shipped_scheme

POSTS = 10_000
GOOD = ("1", "2", "3", "4", "5")
VALUES = (*GOOD, "0", "6", "9", "10", "11", "none", "", " 4", "4 ", "04", "good", "\ufffd", "４", "None")
COMMENTS = (
    *("", " ", "Fine.", "\r\n x \r", "a\0b", "\x1b[2J", "caf\ufffd", "\ud800", "x" * 3000, "好" * 500),
    *("Call me at 138 0013 8000.", "a@b.example", "我是张三", "on 2026-11-03", "2\ufe0f\u20e3"),
)
TOLD = ("same", "phone:comment", "address:comment", "self:comment day:comment", "nonsense")


def questionnaires() -> Iterator[Questionnaire]:
    """As shipped, and one in which comments are required and the first rating is not."""
    asked = shipped_questionnaire()
    yield asked
    yield replace(asked, items=tuple(turned(item, place) for place, item in enumerate(asked.items)))


def turned(item: Item, place: int) -> Item:
    turns = item.kind is ItemKind.COMMENT or place == 0
    return replace(item, required=not item.required) if turns else item


def post(dice: random.Random, asked: Questionnaire, group: str) -> tuple[MultiDict[str, str], list[str]]:
    """Mostly answers that are valid, each with some chance of something else."""
    fields: MultiDict[str, str] = MultiDict()
    mood, same = dice.choice((0.0, 0.01, 0.05, 0.4)), dice.choice(GOOD) if dice.random() < 0.3 else None
    for item in asked.items_for(group):
        if dice.random() < mood:
            continue
        texts = COMMENTS if dice.random() < max(mood, 0.2) else ("Fine.",)
        good = (
            texts if item.kind is ItemKind.COMMENT else (same or dice.choice(GOOD), "none")[: 1 + (mood > 0)]
        )
        wrong = dice.random() < mood
        fields.add(item.id, dice.choice(VALUES + COMMENTS if wrong else good))
        if dice.random() < mood / 4:
            fields.add(item.id, dice.choice(VALUES))
    if dice.random() < mood / 2:
        fields.add(dice.choice(("nonsense", "attitude-9", "", "comment.")), dice.choice(VALUES))
    return fields, dice.sample(TOLD, dice.randint(0, 2)) if dice.random() < 0.5 else []


def of_form(asked: Questionnaire, group: Group, posted: MultiDict[str, str], told: list[str]) -> object:
    form = BallotForm(asked, Respondent(group.id, "en", "Person 1", str), posted)
    if not form.validate():
        return None
    notes = second_look.notes(form, group, told)
    return form.ratings, form.comments, not notes


def of_table(asked: Questionnaire, group: Group, posted: MultiDict[str, str], told: list[str]) -> object:
    table = AnswerTable.of(asked, group.id)
    found = table.read(dict(posted.lists()))
    return found and (found.ratings, found.comments, table.is_told(found, group, told))


@pytest.mark.parametrize("group", ["client", "peer", "supervisor", "self"])
def test_the_table_and_the_form_come_to_the_same_verdict(group: str):
    dice, told_apart = random.Random(group), {True: 0, False: 0}
    for asked in questionnaires():
        for _ in range(POSTS // 8):
            posted, codes = post(dice, asked, group)
            told = " ".join(codes).split()
            verdict = of_form(asked, shipped_scheme().group(group), posted, told)
            assert of_table(asked, shipped_scheme().group(group), posted, told) == verdict, posted
            told_apart[verdict is None] += 1
    assert min(told_apart.values()) > POSTS // 40
