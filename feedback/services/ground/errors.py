"""Facts of the domain that stop a request. Each carries what its page or sentence needs; HTTP is mapped elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from forms.words import N_

ABOUT_YOURSELF = N_("this is about yourself; another HR account has to do it")


class Phrase(str):
    """A fact of a sentence that is itself words of ours, marked with N_ and translated like it."""


class DomainError(Exception):
    """One clear sentence for the person who can do something about it.

    The sentence is English and marked with N_; pages translate it and fill in the facts, commands print it as it is.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence % facts if facts else sentence)
        self.sentence, self.facts = sentence, facts


class UnknownLink(DomainError):
    """Malformed, forged, revoked or never issued: from outside all the same."""


class LinkClosed(DomainError):
    """early: ahead of the moment that raters were told."""

    def __init__(self, title_zh: str, title_en: str, closes_at: datetime, *, early: bool) -> None:
        super().__init__("this survey is closed")
        self.title_zh, self.title_en, self.closes_at, self.early = title_zh, title_en, closes_at, early


class NotPossible(DomainError):
    """The act does not fit the state of its object."""


class BoxRefused(NotPossible):
    """What is on record about a campaign does not fit what the server keeps outside the database: nothing is sealed."""


class CountedAlready(BoxRefused):
    """The answers of the campaign were counted; a database that says otherwise is older than that."""


class NotFound(DomainError):
    """There is no such object, or not for this person."""


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row of a file (1 is the heading), and in which column. The sentence as in DomainError."""

    row: int
    column: str
    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.sentence % self.facts if self.facts else self.sentence

    def __str__(self) -> str:
        place = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{place}: {self.message}"


class InvalidFile(DomainError):
    """Nothing of the file was stored."""

    def __init__(self, faults: list[RowFault]) -> None:
        shown = "\n".join(str(fault) for fault in faults[:20])
        more = f"\n... and {len(faults) - 20} more" if len(faults) > 20 else ""
        super().__init__(f"nothing was imported, {len(faults)} fault(s):\n{shown}{more}")
        self.faults = faults
