"""Links for channels other than mail: as a table, with a text for SMS, and as cards with QR codes to cut out.

A link is 40 characters longer than the public address of the server (`/s/` and a token of 37), all of them in the
alphabet of SMS; with `https://feedback.example.com` that makes 68.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from string import ascii_letters, digits

import segno
from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.services.ballot_box import shared_links
from feedback.services.ballot_box.shared_links import Link
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.ground import audit
from feedback.services.mail.letters import gettext, pages
from feedback.services.tables import spreadsheets, table_files
from forms.words import N_

HEADINGS = ("url", "rater", "email", "phone", "language", "groups", "sms")
SHEET = "links"

# What fits into one SMS: 160 characters of its own alphabet, or 70 of any.
SMS_ALPHABET = frozenset(ascii_letters + digits + " \n@$_!\"#%&'()*+,-./:;<=>?")
LONGEST_PLAIN, LONGEST_UNICODE = 160, 70
SMS_TEXTS = (N_("Your feedback is wanted (%(campaign)s): %(link)s"), N_("Your feedback is wanted: %(link)s"))

CARDS_ON_A_SHEET = 8
SCAN = N_("Scan to answer. Only for you: please do not pass it on.")


@dataclass(frozen=True)
class LinkCard:
    name: str
    url: str
    code: Markup
    texts: tuple[str, ...]


def fetch(
    session: Session,
    tokens: Tokens,
    public_url: str,
    campaign: Campaign,
    form: str,
    *,
    actor: str,
    now: datetime,
) -> list[Link]:
    """Whoever has a link can answer through it: the audit log says who took them."""
    found = shared_links.share(session, tokens, public_url, campaign)
    audit.record(
        session, "links exported", campaign.code, actor=actor, now=now, format=form, links=len(found)
    )
    return found


def to_csv(links: Iterable[Link], campaign: Campaign) -> str:
    return table_files.write(HEADINGS, rows(links, campaign))


def to_xlsx(links: Iterable[Link], campaign: Campaign) -> bytes:
    return spreadsheets.write(HEADINGS, rows(links, campaign), SHEET)


def rows(links: Iterable[Link], campaign: Campaign) -> list[tuple[str, ...]]:
    return [
        (
            link.url,
            link.rater,
            link.email or "",
            link.phone or "",
            link.language,
            " ".join(link.groups),
            sms(link, campaign),
        )
        for link in links
    ]


def sms(link: Link, campaign: Campaign) -> str:
    """The most telling text that goes as one message; at worst an English one, or the bare link."""
    title = campaign.title_in(link.language)
    texts = [gettext(link.language, text, campaign=title, link=link.url) for text in SMS_TEXTS]
    short = SMS_TEXTS[-1] % {"link": link.url}
    return next((text for text in (*texts, short) if fits_one_sms(text)), link.url)


def fits_one_sms(text: str) -> bool:
    if SMS_ALPHABET.issuperset(text):
        return len(text) <= LONGEST_PLAIN
    return len(text.encode("utf-16-be")) // 2 <= LONGEST_UNICODE


def to_qr_page(links: Iterable[Link], campaign: Campaign, *, style: str = "", style_url: str = "") -> str:
    """A page to print: eight cards on a sheet of A4. The style is written into it, or linked."""
    cards = [_card(link) for link in links]
    return pages.get_template("rosters/qr.html").render(
        title=f"{campaign.title_zh} · {campaign.title_en}",
        sheets=list(_sheets(cards)),
        style=Markup(style),
        style_url=style_url,
    )


def _card(link: Link) -> LinkCard:
    code = segno.make_qr(link.url, error="m").svg_inline(omitsize=True, border=2, dark="#000")
    texts = tuple(gettext(language, SCAN) for language in ("zh", "en"))
    return LinkCard(name=link.rater, url=link.url, code=Markup(code), texts=texts)


def _sheets(cards: Sequence[LinkCard]) -> Iterator[list[LinkCard]]:
    remaining = iter(cards)
    while sheet := list(islice(remaining, CARDS_ON_A_SHEET)):
        yield sheet
