"""An adversary who can add and subtract: the smallest way to find out who is singled out by published numbers."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

LEAST = 3

Figure = Mapping[Hashable, int]
"""A published number of answers: of which cells it is the sum, and how often each is in it."""


def singled_out(figures: Iterable[Figure], raters: Mapping[Hashable, set]) -> set | None:
    """Fewer than three people about whom alone some combination of the figures is, if there are any.

    Every set of one or two is tried: are there fewer independent combinations once the cells that ask nobody else are
    left out of sight? Then one is about nothing but these.
    """
    rows = [[figure.get(cell, 0) for cell in raters] for figure in figures]
    everybody = sorted(set().union(*raters.values()), key=str)
    for size in range(1, LEAST):
        for few in map(set, combinations(everybody, size)):
            others = [place for place, asked in enumerate(raters.values()) if not asked <= few]
            if rank([[row[place] for place in others] for row in rows]) < rank(rows):
                return few
    return None


def rank(rows: Sequence[Sequence[int]]) -> int:
    """By elimination, in whole fractions."""
    left = [[Fraction(number) for number in row] for row in rows if any(row)]
    found = 0
    while left:
        pivot = left.pop()
        place = next((place for place, number in enumerate(pivot) if number), None)
        if place is None:
            continue
        found += 1
        left = [
            [number - row[place] / pivot[place] * by for number, by in zip(row, pivot, strict=True)]
            for row in left
        ]
    return found
