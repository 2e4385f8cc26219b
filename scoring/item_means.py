"""Mean points of single items in single cells."""

from scoring.instrument import Counts, Floats, Integers
from scoring.points import at_least_something


def item_means(points: Counts, kept: Counts, parts: Integers) -> Floats:
    """Mean points M of each item [c, j] from the sum of so many kept ratings' points, in parts of a point [j]; 0
    without ratings."""
    return points.astype(float) / (at_least_something(kept).astype(float) * parts)
