"""One interval for every bounded mean. See naive.py."""

from math import sqrt

Z = 1.959963984540054


def wilson(share: float, n: float) -> tuple[float, float]:
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half_width = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, centre - half_width), min(1.0, centre + half_width)


def mean_share_interval(share: float, n: float, low: float, high: float) -> list[float]:
    return [low + (high - low) * bound for bound in wilson(share, n)]


def towards_half(share: float, n: float) -> float:
    return (share * n + 1) / (n + 2)


def variance(share: float, n: float, phi: float) -> float:
    """SE_g squared, of a mean as a share of its range."""
    return phi * towards_half(share, n) * (1 - towards_half(share, n)) / n


def standard_error(parts: list[tuple[float, float, float]], limits: tuple[float, float], phi: float) -> float:
    """SE of a weighted mean over groups, as a share of the range; parts are (weight, points, n)."""
    low, high = limits
    total = sum(weight for weight, _, _ in parts)
    squares = [(w / total) ** 2 * variance((score - low) / (high - low), n, phi) for w, score, n in parts]
    return sqrt(sum(squares))


def interval_of(
    score: float, parts: list[tuple[float, float, float]], limits: tuple[float, float], phi: float
) -> list[float]:
    """The interval, in points, of a score made of parts (weight, points, n)."""
    low, high = limits
    share = min(1.0, max(0.0, (score - low) / (high - low)))
    n = sum(part_n for _, _, part_n in parts)
    spread = towards_half(share, n) * (1 - towards_half(share, n))
    effective = spread / standard_error(parts, limits, phi) ** 2
    return mean_share_interval(share, effective, low, high)
