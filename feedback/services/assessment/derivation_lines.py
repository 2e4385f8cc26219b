"""Lines of a derivation as they are collected, and the arithmetic that they are written in.

A formula has numbers, + - * / ( ), min and max, and the ids of lines above in braces. Each can be computed by hand.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from feedback.services.assessment.appraisal_document import DerivationLine, Statement
from feedback.services.ground.bilingual import Bilingual
from forms.words import N_
from scoring.appraisal import displayed

REFERENCE = re.compile(r"\{([^{}]+)\}")
NAN = float("nan")
FEW = 50


@lru_cache(maxsize=4096)
def said(text: str, **facts: Any) -> Statement:
    """Titles in both languages stay so; numbers are written out. Most people have the same ones."""
    return Statement(text, {name: _fact(fact) for name, fact in facts.items()})


def verbatim(text: str) -> Statement:
    """What a person wrote: no sentence to translate."""
    return Statement("%(words)s", {"words": text})


def _fact(fact: Any) -> Any:
    if isinstance(fact, Bilingual):
        return {"zh": fact.zh, "en": fact.en}
    return number(fact) if isinstance(fact, float) else fact


def number(value: float) -> str:
    """With all of its digits."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def worth_of_one(whole: float) -> list[Statement]:
    """Of a few clients each moves a rate by much: that is said, so that nobody reads skill into one of them."""
    if not 0 < whole <= FEW:
        return []
    return [
        said(N_("one of %(whole)s is %(points)s points"), whole=number(whole), points=f"{100 / whole:.1f}")
    ]


def ref(id: str) -> str:
    return "{" + id + "}"


def added(terms: Iterable[str]) -> str:
    return " + ".join(terms)


def mean(terms: Sequence[str], weights: Sequence[float]) -> str:
    """sum w x / sum w; equal weights cancel."""
    if len(set(weights)) <= 1:
        return f"({added(terms)}) / {len(terms)}" if len(terms) > 1 else terms[0]
    products = (f"{number(weight)} * {term}" for weight, term in zip(weights, terms, strict=True))
    return f"({added(products)}) / ({added(map(number, weights))})"


def clipped(formula: str, floor: float, cap: float) -> str:
    return f"max({number(floor)}, min({number(cap)}, {formula}))"


class Lines:
    """In the order in which they can be computed."""

    def __init__(self) -> None:
        self.lines: list[DerivationLine] = []

    def add(
        self,
        id: str,
        label: Statement,
        value: float | None,
        *,
        under: str | None = None,
        shown: str | None = None,
        rule: Statement | None = None,
        formula: str | None = None,
        figure: int | None = None,
        source: str | None = None,
        notes: Sequence[Statement] = (),
    ) -> str:
        """A reference to the line. A number that is not there has no formula; points are shown with two decimals."""
        there = value is not None and value == value
        if there and shown is None:
            shown = str(displayed(value))  # type: ignore[arg-type]
        self.lines.append(
            DerivationLine(
                id=id,
                under=under,
                label=label,
                value=value if there else None,
                shown=shown if there else None,
                rule=rule,
                formula=formula if there else None,
                figure=figure,
                source=source,
                notes=tuple(notes),
            )
        )
        return ref(id)


def put_in(line: DerivationLine, values: Mapping[str, float]) -> str:
    """The formula with the numbers of the lines above in the places of their ids."""
    return REFERENCE.sub(lambda found: _operand(values[found[1]]), line.formula or "")


def _operand(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"
