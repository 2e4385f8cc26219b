"""The wording of mails: shipped with the product, or HR's own in its place.

Placeholders are filled from a whitelist; nothing else in a wording has a meaning.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.mail import MailKind, MailTemplate
from feedback.services.ground import audit, row_locks
from forms.text_lengths import LONGEST_MAIL_BODY, LONGEST_MAIL_SUBJECT
from forms.words import N_

DIRECTORY = Path(__file__).parents[3] / "templates" / "mail"
TOO_LONG = N_("This is too long.")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

TO_RATERS = ("rater", "campaign", "tasks", "link", "closes_at", "minimum", "privacy")
TO_PEOPLE = ("person", "campaign", "link", "until")
PLACEHOLDERS = {
    MailKind.INVITATION: TO_RATERS,
    MailKind.REMINDER: TO_RATERS,
    MailKind.INTERVIEW: TO_RATERS,
    MailKind.NOMINATION: TO_PEOPLE,
    MailKind.APPROVAL: TO_PEOPLE,
    MailKind.RELEASE: TO_PEOPLE,
    MailKind.OBJECTION: TO_PEOPLE,
    MailKind.APPRAISAL: ("person", "tasks", "link"),
}
# A subject is read over shoulders and on locked screens: nobody's name, and no link.
IN_SUBJECT = ("campaign", "closes_at", "until")


@dataclass(frozen=True)
class MailWording:
    subject: str
    body: str


@dataclass(frozen=True)
class WordingFault:
    """What is wrong with a wording, and where; the sentence as in DomainError."""

    field: str
    sentence: str
    facts: Mapping[str, object]


@lru_cache
def shipped(kind: MailKind, language: str) -> MailWording:
    text = (DIRECTORY / f"{kind}.{language}.txt").read_text(encoding="utf-8")
    subject, _, body = text.partition("\n")
    return MailWording(subject.removeprefix("Subject:").strip(), body.strip())


def own(session: Session) -> dict[tuple[MailKind, str], MailWording]:
    """All wordings that HR has written."""
    return {
        (MailKind(row.kind), row.language): MailWording(row.subject, row.body)
        for row in session.scalars(select(MailTemplate))
    }


def in_use(session: Session, kind: MailKind, language: str) -> MailWording:
    return own(session).get((kind, language)) or shipped(kind, language)


def faults(kind: MailKind, wording: MailWording) -> list[WordingFault]:
    allowed = {"subject": [name for name in PLACEHOLDERS[kind] if name in IN_SUBJECT]}
    allowed["body"] = list(PLACEHOLDERS[kind])
    found = [
        WordingFault(field, sentence, facts)
        for field, text in (("subject", wording.subject), ("body", wording.body))
        for sentence, facts in _misplaced(text, allowed[field])
    ]
    lengths = (("subject", wording.subject, LONGEST_MAIL_SUBJECT), ("body", wording.body, LONGEST_MAIL_BODY))
    found += [WordingFault(field, TOO_LONG, {}) for field, text, most in lengths if len(text) > most]
    if "{link}" not in wording.body:
        found.append(WordingFault("body", N_("The placeholder {link} is missing: nobody could answer."), {}))
    return found


def _misplaced(text: str, allowed: list[str]) -> list[tuple[str, dict[str, object]]]:
    names = {f"{{{name}}}" for name in allowed}
    unknown = dict.fromkeys(match[0] for match in PLACEHOLDER.finditer(text) if match[0] not in names)
    found: list[tuple[str, dict[str, object]]] = [
        (
            N_("%(name)s is not a placeholder here. Possible: %(names)s"),
            {"name": name, "names": " ".join(f"{{{known}}}" for known in allowed)},
        )
        for name in unknown
    ]
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text if character not in "\n\t"):
        found.append((N_("There are characters in it that nobody can read."), {}))
    if set("{}") & set(PLACEHOLDER.sub("", text)):
        found.append((N_("A brace { or } stands alone; braces only enclose placeholders."), {}))
    return found


def save(
    session: Session, kind: MailKind, language: str, wording: MailWording, *, actor: str, now: datetime
) -> None:
    """Use HR's own wording from now on; for mails that are already owed too."""
    row_locks.hold(session, MailTemplate)
    before = in_use(session, kind, language)
    if wording == before:
        return
    session.merge(
        MailTemplate(kind=kind, language=language, subject=wording.subject, body=wording.body),
    )
    _record(session, "mail template changed", (kind, language), before, wording, actor=actor, now=now)


def reset(session: Session, kind: MailKind, language: str, *, actor: str, now: datetime) -> None:
    """Go back to the shipped wording."""
    row_locks.hold(session, MailTemplate)
    template = session.get(MailTemplate, (kind, language))
    if template is None:
        return
    before = MailWording(template.subject, template.body)
    session.delete(template)
    after = shipped(kind, language)
    _record(session, "mail template reset", (kind, language), before, after, actor=actor, now=now)


def _record(
    session: Session,
    act: str,
    place: tuple[MailKind, str],
    before: MailWording,
    after: MailWording,
    *,
    actor: str,
    now: datetime,
) -> None:
    target = "/".join(place)
    audit.record(session, act, target, actor=actor, now=now, before=vars(before), after=vars(after))


def fill(text: str, values: Mapping[str, str]) -> str:
    """In one pass: what looks like a placeholder in a value stays as it is."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
