"""What to point out before answers are sent: gently, once, and stored nowhere. It is for the rater to decide."""

from collections.abc import Collection
from dataclasses import dataclass

from forms.builder import BallotForm, CommentField, ItemField
from forms.identifying import WORDS, Hint, hints
from forms.questionnaire import Item, ItemKind
from forms.scheme import Family, Group
from forms.words import N_

FEWEST_SAME = 8
CHECKLIST = 2  # values on the scale of a checklist, where the same answer everywhere says nothing odd
SAME = "same"
SAME_EVERYWHERE = N_(
    "You chose the same value for everything. If that is what you mean, send it; "
    "where you cannot judge, “Cannot judge” says more."
)


@dataclass(frozen=True)
class Note:
    """`code` comes back with the form, so that nobody is told the same thing twice. No field: about all ratings."""

    code: str
    words: str
    field: ItemField | None = None


def notes(form: BallotForm, group: Group, told: Collection[str]) -> tuple[Note, ...]:
    """What has not been told yet. Where answers bear a name, no text can give away whose they are."""
    found = _same_everywhere(form) if group.family is not Family.CLIENTS else ()
    if not group.attributed:
        found += _telling(form)
    return () if {note.code for note in found} <= set(told) else found


def _same_everywhere(form: BallotForm) -> tuple[Note, ...]:
    graded = [rating for name, rating in form.ratings.items() if is_graded(form[name].item)]
    return (Note(form.prefix + SAME, SAME_EVERYWHERE),) if is_same_everywhere(graded) else ()


def is_same_everywhere(graded: Collection[int]) -> bool:
    return len(graded) >= FEWEST_SAME and len(set(graded)) == 1


def is_graded(item: Item) -> bool:
    return item.kind is ItemKind.RATING and item.scale is not None and len(item.scale.points) > CHECKLIST


def code_of(hint: Hint, field: str) -> str:
    return f"{hint}:{field}"


def _telling(form: BallotForm) -> tuple[Note, ...]:
    return tuple(
        Note(code_of(hint, field.name), WORDS[hint], field)
        for field in form
        if isinstance(field, CommentField)
        for hint in hints(field.data or "")
    )
