"""Intervals of bounded means from mean and n alone, so that they give away no spread.

A mean on the unit interval behaves like a share of N = n/phi yes-or-no answers, phi being how much of the
largest possible variance m(1-m) ratings really have (scoring.dispersion): a design effect, Kish (1965), Survey
Sampling. NaN in gives NaN out.
"""

import numpy as np

from scoring.instrument import Floats

Z = 1.959963984540054


def wilson(share: Floats, n: Floats) -> Floats:
    """Wilson's score interval of shares [...] of n [...] answers, clipped to [0, 1]; result [..., 2].

    n need not be whole; of n = 0 nothing is known: [0, 1]. Raises ValueError for shares outside [0, 1] or
    negative n. Wilson (1927), JASA 22, 209.
    """
    share, n = np.broadcast_arrays(np.asarray(share, dtype=float), np.asarray(n, dtype=float))
    if np.any((share < 0) | (share > 1) | (n < 0)):
        raise ValueError("a share lies between 0 and 1, and n is not negative")
    weight = n + Z**2
    centre = (n * share + Z**2 / 2) / weight
    half = Z * np.sqrt(n * share * (1 - share) + Z**2 / 4) / weight
    interval = np.empty((*share.shape, 2), order="F")
    np.maximum(centre - half, 0.0, out=interval[..., 0])
    np.minimum(centre + half, 1.0, out=interval[..., 1])
    return interval


def squared_error(unit: Floats, n: Floats, phi: Floats) -> Floats:
    """Squared standard error of unit means [...] of n [...] ratings; NaN where n = 0."""
    return phi * _spread(unit, n) / np.where(n > 0, n, np.nan)


def weighted_squared_error(unit: Floats, n: Floats, weight: Floats, phi: Floats) -> Floats:
    """Squared standard error [...] of a mean weighted over the last axis, without its cells of weight 0.

    unit, n, weight [..., h]; phi broadcasts against them. NaN where all weights are 0.
    """
    used = weight > 0
    errors = np.where(used, squared_error(unit, n, phi), 0.0)
    total = np.where(used.any(axis=-1), weight.sum(axis=-1), np.nan)
    return np.asarray((weight**2 * errors).sum(axis=-1) / total**2)


def weighted_interval(unit: Floats, n: Floats, squared: Floats) -> Floats:
    """Interval [..., 2] of a weighted mean, unit [...] of n [...] ratings, with this squared error [...].

    Wilson's, with the N of a plain mean of the same standard error.
    """
    return wilson(unit, _spread(unit, n) / squared)


def _spread(unit: Floats, n: Floats) -> Floats:
    """m(1-m) of a mean drawn towards 1/2 by one answer at either end, so that a perfect one keeps some."""
    expected = (unit * n + 1) / (n + 2)
    return np.asarray(expected * (1 - expected))
