"""Intervals of bounded means from mean and n alone, so that they give away no spread.

A mean on the unit interval behaves like a share of N = n/phi yes-or-no answers, phi being how much of the
largest possible variance m(1-m) ratings really have (scoring.dispersion): a design effect, Kish (1965), Survey
Sampling. NaN in gives NaN out.
"""

import numpy as np

from scoring.instrument import Floats
from scoring.points import at_least_something

Z = 1.959963984540054


def wilson(share: Floats, n: Floats) -> Floats:
    """Wilson's score interval of shares [...] of n [...] answers, clipped to [0, 1]; result [..., 2].

    n need not be whole; of n = 0 nothing is known: [0, 1]. Raises ValueError for shares outside [0, 1] or
    negative n. Wilson (1927), JASA 22, 209.
    """
    share, n = np.asarray(share, dtype=float), np.asarray(n, dtype=float)
    if (share < 0).any() or (share > 1).any() or (n < 0).any():
        raise ValueError("a share lies between 0 and 1, and n is not negative")
    hits, weight = n * share, n + Z**2
    centre = (hits + Z**2 / 2) / weight
    half = Z * np.sqrt(hits * (1 - share) + Z**2 / 4) / weight
    interval = np.empty((2, *centre.shape))
    interval[0], interval[1] = centre - half, centre + half
    return np.moveaxis(interval.clip(0.0, 1.0, out=interval), 0, -1)


@np.errstate(invalid="ignore")
def weighted_squared_error(unit: Floats, n: Floats, weight: Floats, phi: Floats) -> Floats:
    """Squared standard error [...] of a mean weighted over the last axis, without its cells of weight 0.

    sum w^2 phi u(1-u)/n / (sum w)^2, u as in _spread: the variance of a weighted mean of independent cells.
    unit, n, weight [..., h], any numbers where the weight is 0; phi broadcasts against them. NaN where all
    weights are 0.
    """
    errors = phi * _spread(unit, n) / at_least_something(n)
    return np.asarray((weight**2 * errors).sum(axis=-1) / weight.sum(axis=-1) ** 2)


def weighted_interval(unit: Floats, n: Floats, squared: Floats) -> Floats:
    """Interval [..., 2] of a weighted mean, unit [...] of n [...] ratings, with this squared error [...].

    Wilson's, with the N of a plain mean of the same standard error.
    """
    return wilson(unit, _spread(unit, n) / squared)


def _spread(unit: Floats, n: Floats) -> Floats:
    """m(1-m) of a mean drawn towards 1/2 by one answer at either end, so that a perfect one keeps some."""
    expected = (unit * n + 1) / (n + 2)
    return np.asarray(expected * (1 - expected))
