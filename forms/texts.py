"""What is taken out of typed text before anything looks at it."""


def without_nul(text: str | None) -> str:
    """No text has this character, and PostgreSQL does not even take one in a question."""
    return (text or "").replace("\0", "")


def stripped(text: str | None) -> str:
    return without_nul(text).strip()


def one_line(text: str | None) -> str:
    return " ".join(without_nul(text).split())
