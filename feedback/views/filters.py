"""How templates write numbers, times and texts, and where marks stand on an axis: pages do no arithmetic."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, format_percent

from feedback.services.report_document import Bilingual, Estimate
from feedback.views.locales import language


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        bar=bar, day=day, local=local, moment=moment, number=number, percent=percent, signed=signed
    )


def local(text: Bilingual) -> str:
    return text.in_language(language())


def number(value: float, digits: int = 1) -> str:
    return format_decimal(value, f"#,##0.{'0' * digits}" if digits else "#,##0")


def signed(value: float, digits: int = 1) -> str:
    return f"{'+' if value > 0 else ''}{number(value, digits)}".replace("-", "\N{MINUS SIGN}")


def percent(share: float, digits: int = 0) -> str:
    return format_percent(share, f"#,##0.{'0' * digits} %" if digits else "#,##0 %")


def day(moment: datetime) -> str:
    return format_date(moment, "long")


def moment(moment: datetime) -> str:
    return format_datetime(moment, "long")


@dataclass(frozen=True)
class Bar:
    """Places on an axis from 0 to 100, as the percentages that SVG attributes take."""

    start: str
    width: str
    end: str
    low: str
    high: str
    spread: str


def bar(estimate: Estimate, lowest: float = 0.0, highest: float = 100.0) -> Bar:
    """The bar of an estimate with its whisker; it grows from zero, or from the axis end nearest to it."""

    def place(value: float) -> float:
        return 100.0 * (min(max(value, lowest), highest) - lowest) / (highest - lowest)

    zero, end = place(0.0), place(estimate.value)
    low, high = place(estimate.low), place(estimate.high)
    width, spread = abs(end - zero), high - low
    return Bar(*(f"{value:.2f}%" for value in (min(zero, end), width, end, low, high, spread)))
