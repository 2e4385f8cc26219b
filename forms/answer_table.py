"""What one rater group may send, compiled once from the questionnaire: whether answers are valid is looked up.

It says the same as the form (`forms.builder`, `forms.second_look`), but only yes or no. What it refuses goes through
the form, which says why.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.builder import CANNOT_JUDGE, REPLACEMENT, readable
from forms.identifying import hints
from forms.questionnaire import Item, ItemKind, Questionnaire, length_of
from forms.scales import NPS_SCALE
from forms.scheme import Family, Group
from forms.second_look import SAME, code_of, is_graded, is_same_everywhere

NO_RATING, INVALID = 0, -1


@dataclass(frozen=True)
class ValidAnswers:
    """As a form has them: item id to position on its scale, item id to text."""

    ratings: Mapping[str, int]
    comments: Mapping[str, str]


@dataclass(frozen=True)
class AnswerTable:
    """points: of each rated item what may be sent, and which position that is. comments: how long each may be.
    counting: items that make a ballot."""

    points: Mapping[str, Mapping[str, int]]
    comments: Mapping[str, int]
    required: frozenset[str]
    counting: frozenset[str]
    graded: frozenset[str]

    @classmethod
    def of(cls, questionnaire: Questionnaire, group: str) -> "AnswerTable":
        items = questionnaire.items_for(group)
        return cls(
            points={item.id: _points(item) for item in items if item.kind is not ItemKind.COMMENT},
            comments={item.id: item.limit for item in items if item.kind is ItemKind.COMMENT},
            required=frozenset(item.id for item in items if item.required),
            counting=frozenset(item.id for item in items if item.kind is ItemKind.RATING),
            graded=frozenset(item.id for item in items if is_graded(item)),
        )

    def read(self, posted: Mapping[str, Sequence[str]]) -> ValidAnswers | None:
        """None: there is something to correct."""
        ratings: dict[str, int] = {}
        comments: dict[str, str] = {}
        for name, values in posted.items():
            if len(values) != 1 or not self._take(name, values[0], ratings, comments):
                return None
        given = {name for name, values in posted.items() if values[0]} - (
            self.comments.keys() - comments.keys()
        )
        if not self.required <= given:
            return None
        rated = {name: position for name, position in ratings.items() if position}
        return ValidAnswers(rated, comments) if rated.keys() & self.counting else None

    def _take(self, name: str, value: str, ratings: dict[str, int], comments: dict[str, str]) -> bool:
        """Whether this may be sent. What is empty is left out."""
        if points := self.points.get(name):
            if value:
                ratings[name] = points.get(value, INVALID)
            return ratings.get(name) != INVALID
        text = readable(value)
        if text:
            comments[name] = text
        return name in self.comments and _fits(text, self.comments[name])

    def is_told(self, answers: ValidAnswers, group: Group, told: Collection[str]) -> bool:
        """Whether nothing is left to be pointed out before they are sent."""
        return set(self._notes(answers, group)) <= set(told)

    def _notes(self, answers: ValidAnswers, group: Group) -> Iterator[str]:
        graded = [position for name, position in answers.ratings.items() if name in self.graded]
        if group.family is not Family.CLIENTS and is_same_everywhere(graded):
            yield SAME
        if not group.attributed:
            for name, text in answers.comments.items():
                yield from (code_of(hint, name) for hint in hints(text))


def _points(item: Item) -> dict[str, int]:
    values = (item.scale or NPS_SCALE).values
    return {str(value): place for place, value in enumerate(values, start=1)} | {CANNOT_JUDGE: NO_RATING}


def _fits(text: str, limit: int) -> bool:
    return REPLACEMENT not in text and length_of(text) <= limit
