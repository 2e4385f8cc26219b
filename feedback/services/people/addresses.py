"""Mail addresses, and the languages in which we can write to them."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from feedback.services.ground.bilingual import Bilingual
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column
from forms.words import N_

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

LANGUAGES = {"zh": "zh", "en": "en", "中文": "zh", "英文": "en", "chinese": "zh", "english": "en"}
DEFAULT_LANGUAGE = "zh"
# An address whose name before the @ is nobody's question, so that the domain alone decides.
PLAIN = re.compile(r"(?=.{3,254}\Z)(?=.{1,64}@)\w+([.+-]\w+)*@(?!.*xn--)[A-Za-z0-9.-]+", re.ASCII)


def canonical(address: str) -> str:
    """The address in lower case, the same one however it was typed. Raises WrongCell if it is none."""
    try:
        if PLAIN.fullmatch(address):
            name, _, domain = address.rpartition("@")
            return f"{name}@{_checked_domain(domain)}".lower()
        return _checked(address).normalized.lower()
    except ValueError:
        raise WrongCell(N_("'%(text)s' is not a mail address"), text=address) from None


@lru_cache(maxsize=1024)
def _checked_domain(domain: str) -> str:
    """Of a file's thousands of addresses most have the same. Raises ValueError if no address can have it."""
    return _checked(f"a@{domain}").normalized.rpartition("@")[2]


def to_look_for(text: str) -> str:
    """An address as it is stored, however it was typed; what is none stays what it is, and nobody has it."""
    typed = text.strip()
    try:
        return canonical(typed)
    except WrongCell:
        return typed.lower()


def in_ascii(address: str) -> str:
    """The address as every mail server takes it: the letters of other alphabets in its domain are encoded."""
    return _checked(address).ascii_email or address


def _checked(address: str) -> "ValidatedEmail":
    """Raises ValueError if it is none."""
    from email_validator import validate_email  # takes longer to load than most commands do without it

    return validate_email(address, allow_smtputf8=False, check_deliverability=False)


def canonical_language(name: str) -> str:
    try:
        return LANGUAGES[name.lower()]
    except KeyError:
        raise WrongCell(N_("'%(text)s' is not a language we write: zh or en"), text=name) from None


def address_column(*, required: bool, example: str) -> Column:
    return Column(
        "email",
        Bilingual("邮箱", "E-mail"),
        ("e-mail", "mail", "电子邮箱"),
        required,
        longest=254,
        canonical=canonical,
        help=N_("Where invitations go."),
        example=Bilingual(example, example),
    )


LANGUAGE_COLUMN = Column(
    "language",
    Bilingual("语言", "Language"),
    canonical=canonical_language,
    help=N_("Of mails and questions: zh (Chinese, if nothing is said) or en (English)."),
    example=Bilingual("zh", "zh"),
)
