"""Mail addresses, and the languages in which we can write to them."""

from email_validator import EmailNotValidError, validate_email

from feedback.services.tables import Column

LANGUAGES = {"zh": "zh", "en": "en", "中文": "zh", "英文": "en", "chinese": "zh", "english": "en"}
DEFAULT_LANGUAGE = "zh"


def canonical(address: str) -> str:
    """The address in lower case, the same one however it was typed. Raises ValueError if it is none."""
    try:
        return validate_email(address, allow_smtputf8=False, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(f"'{address}' is not a mail address: {error}") from None


def canonical_language(name: str) -> str:
    try:
        return LANGUAGES[name.lower()]
    except KeyError:
        raise ValueError(f"'{name}' is not a language we write: zh or en") from None


def address_column(*, required: bool) -> Column:
    return Column("email", ("e-mail", "mail", "邮箱", "电子邮箱"), required, longest=254, canonical=canonical)


LANGUAGE_COLUMN = Column("language", ("语言",), canonical=canonical_language)
