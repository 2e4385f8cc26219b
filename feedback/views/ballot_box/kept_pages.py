"""Pages of raters as they are for everybody of a rater group, kept with gaps for what differs from one to the next.

What is kept follows from the campaign alone, and its place is the digest of what was frozen with it: nothing has to be
forgotten when something changes. All pages of a campaign are made at once, when the first of its links is opened: how
long a page takes tells nobody whether others of his group have opened or answered theirs. Pages that only few raters
see, because their group is too small to be counted by itself, are not kept at all.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock

from flask import Flask
from markupsafe import escape

from feedback.services.ballot_box.counted_together import CountedTogether
from feedback.services.ballot_box.invitations import Instructions, OpenTask, Visit
from feedback.services.ground.languages import LANGUAGES
from feedback.views.ballot_box.rater_pages import answered_html, ballot_form, form_html, minute
from forms.answer_table import AnswerTable
from forms.scheme import Group

MOST_CAMPAIGNS = 32

# What stands in the gaps while a page is made: drawn anew by each process, so that no text can hold it.
TOKEN, SUBJECT, TITLE = (f"gap{secrets.token_hex(16)}" for _ in range(3))
POSITION, INVITED = 10**18 + secrets.randbelow(10**18), 10**19 + secrets.randbelow(10**18)
CLOSE = datetime(9000, 1, 1).astimezone() + timedelta(minutes=secrets.randbelow(10**8))


@dataclass(frozen=True)
class GappedPage:
    """Pieces between the gaps, and the names of the gaps."""

    pieces: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, html: str, when: str) -> "GappedPage":
        names = {TOKEN: "token", SUBJECT: "subject", TITLE: "title", str(escape(when)): "when"}
        names |= {str(POSITION): "position", str(INVITED): "invited"}
        pieces = re.split(f"({'|'.join(map(re.escape, names))})", html)
        return cls(tuple(pieces[::2]), tuple(names[mark] for mark in pieces[1::2]))

    def filled(self, texts: Mapping[str, str]) -> str:
        parts = [""] * (len(self.pieces) + len(self.gaps))
        parts[::2] = self.pieces
        parts[1::2] = [texts[name] for name in self.gaps]
        return "".join(parts)


@dataclass(frozen=True)
class PageKind:
    """several: the link asks about more people. alone: nobody else is in the rater group."""

    answered: bool
    group: str
    language: str
    several: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Book:
    """Of one campaign: by kind its pages, by rater group what may be sent."""

    pages: Mapping[PageKind, GappedPage]
    tables: Mapping[str, AnswerTable]


class Books:
    """Of the campaigns that were asked for last."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._books: OrderedDict[tuple[bytes, bool], Book] = OrderedDict()
        self._moments = lru_cache(maxsize=MOST_CAMPAIGNS)(self._in_words)

    def of(self, visit: Visit, instructions: Instructions) -> Book:
        """One thread makes what the others wait for."""
        place = (visit.keys.promises, visit.shared)
        with self._lock:
            book = self._books.pop(place, None) or self._made(visit, instructions)
            self._books[place] = book
            if len(self._books) > MOST_CAMPAIGNS:
                self._books.popitem(last=False)
        return book

    def page(
        self, token: str, visit: Visit, task: OpenTask, found: Instructions, language: str
    ) -> str | None:
        """None where it is not kept."""
        book = self.of(visit, found)
        several, alone = len(visit.tasks) > 1, task.invited == 1
        page = book.pages.get(
            PageKind(True, task.group, language, several=several)
            if found.answered
            else PageKind(False, task.group, language, alone=alone)
        )
        if page is None or task.unit != task.group:
            return None
        return page.filled(
            {
                "token": token,
                "position": str(task.position),
                "subject": escape(task.subject_in(language)),
                "title": escape(visit.title_in(language)),
                "invited": str(task.invited),
                "when": escape(self._moments(visit.closes_at)[language]),
            }
        )

    def _in_words(self, moment: datetime) -> dict[str, str]:
        return {language: minute(moment) for language in self._speaking()}

    def _made(self, visit: Visit, instructions: Instructions) -> Book:
        shown = replace(visit, nonce=b"", title_zh=TITLE, title_en=TITLE, closes_at=CLOSE)
        groups, asked = instructions.scheme.groups, instructions.questionnaire
        pages = {
            kind: GappedPage.of(page_of(kind, shown, instructions), minute(CLOSE))
            for language in self._speaking()
            for group in groups
            for kind in kinds(group, language)
        }
        return Book(pages, {group.id: AnswerTable.of(asked, group.id) for group in groups})

    def _speaking(self) -> Iterator[str]:
        """Each language, with the context of a request in it, which is nobody's."""
        for language in LANGUAGES:
            with self._app.test_request_context(f"/s?lang={language}"):
                yield language


def kinds(group: Group, language: str) -> Iterator[PageKind]:
    yield PageKind(False, group.id, language)
    if group.attributed:
        yield PageKind(False, group.id, language, alone=True)
    yield PageKind(True, group.id, language)
    yield PageKind(True, group.id, language, several=True)


def page_of(kind: PageKind, visit: Visit, instructions: Instructions) -> str:
    """With what stands in the gaps."""
    group = instructions.scheme.group(kind.group)
    invited = 1 if kind.alone else INVITED
    task = OpenTask(POSITION, 0, b"", group.id, group.id, invited, 0, SUBJECT, SUBJECT)
    shown = replace(visit, tasks=(task, task) if kind.several else (task,))
    if kind.answered:
        return answered_html(TOKEN, shown, task, instructions)
    unit = CountedTogether((group,), invited)
    return form_html(TOKEN, shown, task, instructions, unit, ballot_form(instructions, task))
