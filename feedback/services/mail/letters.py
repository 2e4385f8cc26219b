"""A mail as its reader sees it: plain text and HTML of one wording, with the same link in both and nothing remote."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader

from feedback.services.ground.languages import LOCALE_OF
from feedback.services.mail.letterhead import Letterhead
from feedback.services.mail.mail_templates import MailWording, fill
from feedback.services.people.addresses import in_ascii
from forms.words import N_

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "feedback" / "translations"
PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
SENDER = N_("Feedback")
CALL = N_("Open the page")

pages = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, keep_trailing_newline=True)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: lines of text, or the list of tasks, or the link."""

    lines: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Letter:
    language: str
    subject: str
    plain: str
    blocks: tuple[Paragraph, ...]
    decline_url: str = ""

    @property
    def call(self) -> str:
        return gettext(self.language, CALL)

    @property
    def html(self) -> str:
        return pages.get_template("mail/frame.html").render(letter=self)


def compose(
    wording: MailWording, language: str, values: Mapping[str, str], tasks: tuple[str, ...] = ()
) -> Letter:
    known = dict(values) | {"tasks": "\n".join(f"- {task}" for task in tasks)}
    paragraphs = PARAGRAPHS.split(wording.body.replace("\r\n", "\n").strip())
    return Letter(
        language=language,
        subject=" ".join(fill(wording.subject, known).split()),
        plain="\n\n".join(fill(paragraph, known) for paragraph in paragraphs) + "\n",
        blocks=tuple(_block(paragraph, known, tasks) for paragraph in paragraphs),
    )


def _block(paragraph: str, values: Mapping[str, str], tasks: tuple[str, ...]) -> Paragraph:
    match paragraph.strip():
        case "{tasks}" if tasks:
            return Paragraph(tasks=tasks)
        case "{link}" if values.get("link"):
            return Paragraph(link=values["link"])
    return Paragraph(lines=tuple(fill(paragraph, values).split("\n")))


def message(
    letterhead: Letterhead, letter: Letter, address: str, message_id: str, *, now: datetime
) -> EmailMessage:
    """Raises ValueError if the address is none."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(gettext(letter.language, SENDER), addr_spec=letterhead.sender)
    mail["To"] = Address(addr_spec=in_ascii(address))
    mail["Subject"] = "".join(character for character in letter.subject if character.isprintable())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if letter.decline_url:
        mail["List-Unsubscribe"] = f"<{letter.decline_url}>"
    mail.set_content(letter.plain)
    mail.add_alternative(letter.html, subtype="html")
    mail["Content-Language"] = letter.language
    return mail


def gettext(language: str, sentence: str, **facts: object) -> str:
    """In the language of the reader of a mail, whoever's turn it is to send it."""
    translated: str = _catalogue(language).gettext(sentence)
    return translated % facts if facts else translated


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [LOCALE_OF[language]])
