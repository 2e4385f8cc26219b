"""How numbers are written in the explanation of a score."""

from collections.abc import Iterable


def exact(value: float) -> str:
    return f"{value:.9g}"


def in_points(value: float) -> str:
    return f"{value:.4f}"


def as_number(value: float) -> str:
    """A number of ratings, which is whole more often than not."""
    return in_points(value).rstrip("0").rstrip(".")


def as_unit(value: float) -> str:
    return f"{value:.6f}"


def as_error(value: float) -> str:
    return f"{value:.10f}"


def as_sum(values: Iterable[float]) -> str:
    return " + ".join(f"{exact(value)}" for value in values) or "0"
