"""How the mean of an item in a cell came about, from what is kept of its ratings."""

from collections.abc import Sequence
from dataclasses import dataclass

from forms.questionnaire import Item
from scoring.counts import DisclosedCounts
from scoring.instrument import Items


@dataclass(frozen=True)
class ItemStep:
    """Ratings of an item and the sum of their points; counts: per value of the scale, after reversing, of ten and more.

    trimmed: a highest and a lowest rating are left out of the points; extremes: their points, where counts are shown.
    """

    name: str
    dimension: str | None
    weight: float
    reverse: bool
    ratings: int
    kept: int
    sum: float
    counts: tuple[int, ...] | None
    points: tuple[float, ...]
    extremes: tuple[float, float] | None
    mean: float

    @property
    def trimmed(self) -> bool:
        return self.kept < self.ratings


def item_step(
    item: Item, numbers: Items, disclosed: DisclosedCounts, place: tuple[int, int, int], mean: float
) -> ItemStep:
    """That of the item at a place (subject, cell, item)."""
    *_, j = place
    size, sums = numbers.values[j], disclosed.sums
    points = numbers.points[j, :size].tolist()
    counts = disclosed.counts[place][:size].tolist() if disclosed.spread[place] else None
    ratings, kept = int(sums.ratings[place]), int(sums.kept[place])
    return ItemStep(
        name=item.id,
        dimension=item.dimension,
        weight=item.weight,
        reverse=item.reverse,
        ratings=ratings,
        kept=kept,
        sum=float(sums.points[place] / numbers.exact[1][j]),
        counts=tuple(counts) if counts else None,
        points=tuple(points),
        extremes=_extremes(counts, points) if counts and kept < ratings else None,
        mean=mean,
    )


def _extremes(counts: Sequence[int], points: Sequence[float]) -> tuple[float, float]:
    given = [worth for count, worth in zip(counts, points, strict=True) if count]
    return max(given), min(given)
