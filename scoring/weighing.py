"""Weighted means and thresholds of figures, so that a reader of a derivation who computes again finds the same.

Sums go from left to right over the last axis: a person's figure is the same to the last bit alone and among others.
"""

import numpy as np

from scoring.instrument import Booleans, Floats

NOISE = 1e-9  # what binary fractions may be off, of shares and scores
NOISE_OF_FIGURES = 1e-12  # likewise as a share of a figure, which may be large


def in_order(parts: Floats) -> Floats:
    """Sum [...] of parts [..., k], one after the other; 0 of none."""
    if parts.shape[-1] == 0:
        return np.zeros(parts.shape[:-1])
    return np.asarray(np.cumsum(parts, axis=-1)[..., -1])


def weighted(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """sum w x / sum w [...] over the values [..., k] that are there, and that sum of their weights.

    weight [k] or [..., k]; NaN where no weight is there. Raises ValueError for negative weights.
    """
    if np.any(weight < 0):
        raise ValueError("weights must not be negative")
    there = ~np.isnan(values)
    total = in_order(there * weight)
    products = in_order(np.where(there & (weight > 0), values, 0.0) * weight)
    return products / np.where(total > 0, total, np.nan), total


def reaches(figures: Floats, start: Floats | float) -> Booleans:
    """Whether figures are at least `start`, which 4.8 of 6 are of 80 %: 0.7999999999999999 in binary fractions."""
    return np.asarray(figures >= start - NOISE_OF_FIGURES * np.maximum(np.abs(start), 1.0))
