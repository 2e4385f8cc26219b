"""How numbers are written in the reader's language."""

from flask_babel import format_decimal, format_percent


def number(value: float, digits: int = 1) -> str:
    return format_decimal(value, f"#,##0.{'0' * digits}" if digits else "#,##0")


def plain(value: float) -> str:
    """A number as it was recorded: as many digits as it needs, two decimals at most."""
    return format_decimal(value, "#,##0.##")


def signed(value: float, digits: int = 1) -> str:
    return f"{'+' if value > 0 else ''}{number(value, digits)}".replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    return format_percent(share, "#,##0%")
