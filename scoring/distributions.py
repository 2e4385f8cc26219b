"""Two distributions that numpy lacks: F quantiles (Feldt's interval) and normal tails (trends)."""

import math
from statistics import NormalDist

TINY = 1e-300
PRECISION = 1e-15
MOST_STEPS = 100_000
SMALL_STEP = 1e-10  # Newton squares the error: the next step would be lost in rounding


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction.

    Raises ValueError outside a, b > 0 and 0 <= x <= 1. Abramowitz & Stegun 26.5.8; Press et al., section 6.4.
    """
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise ValueError(f"no incomplete beta function of a={a}, b={b} at x={x}")
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    return _front(a, b, x) * _continued_fraction(a, b, x) / a


def _front(a: float, b: float, x: float) -> float:
    """x^a (1-x)^b / B(a, b): x (1-x) times the density of the beta distribution."""
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta)


def _continued_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _nonzero(1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _nonzero(1.0 + term * d)
            c = _nonzero(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < PRECISION:
            return value
    raise ValueError(f"the incomplete beta function of a={a}, b={b} does not converge at x={x}")


def _nonzero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """Value that an F variable with df1 and df2 degrees of freedom stays below with this probability.

    Newton's method on x = df1 F / (df1 F + df2), which is beta distributed, with bisection where a step would leave
    the bracket. Raises ValueError outside (0, 1).
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies between 0 and 1, not at {probability}")
    a, b = df1 / 2, df2 / 2
    low, high, x = 0.0, 1.0, a / (a + b)
    while True:
        excess = incomplete_beta(a, b, x) - probability
        low, high = (x, high) if excess < 0 else (low, x)
        density = _front(a, b, x) / (x * (1.0 - x))
        following = x - excess / density if density > 0 else -1.0
        if not low <= following <= high:
            following = (low + high) / 2
        if abs(following - x) <= SMALL_STEP * min(x, 1.0 - x):
            return df2 * following / (df1 * (1.0 - following))
        x = following


def two_sided_p(z: float) -> float:
    """Probability that a standard normal variable lies at least this far from 0: 2 Phi(-|z|). NaN for NaN."""
    return 2.0 * NormalDist().cdf(-abs(z))
