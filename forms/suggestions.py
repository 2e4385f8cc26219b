"""The form of the suggestion box."""

from wtforms import Form, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from forms.builder import LINE_BREAK, REPLACEMENT, UNREADABLE
from forms.identifying import Hint, hints
from forms.text_lengths import LONGEST_SUGGESTION
from forms.words import N_


def clean(text: str | None) -> str:
    return UNREADABLE.sub(REPLACEMENT, LINE_BREAK.sub("\n", text or "")).strip()


class SuggestionForm(Form):  # type: ignore[misc]
    """`warned` holds the hints that were shown: the same text may be sent in spite of them."""

    text = TextAreaField(N_("Your suggestion"), filters=[clean])
    warned = HiddenField()

    def validate_text(self, field: TextAreaField) -> None:
        if not field.data:
            raise ValidationError(N_("Please write something first."))
        if REPLACEMENT in field.data:
            raise ValidationError(
                N_("Please remove the characters that we cannot read; they are shown as “\ufffd”.")
            )
        if len(field.data) > LONGEST_SUGGESTION:
            raise ValidationError(N_("Please shorten this to 2,000 characters."))

    @property
    def new_hints(self) -> tuple[Hint, ...]:
        """What to point out before sending: nothing that was pointed out already."""
        found = hints(self.text.data or "")
        return () if set(found) <= set((self.warned.data or "").split()) else found
