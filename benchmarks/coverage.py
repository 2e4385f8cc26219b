"""How often the 95 % interval of a dimension holds the true mean, beside t and the percentile bootstrap.

    ./run bench coverage

Raters of one subject answer five items on five points; each rater has a tendency of their own, so that the five
answers are not five independent ones. The truth is the mean over all raters there could be. The intervals come from
the engine itself: counts, phi, score. phi is estimated as in a campaign, which knows nothing of shapes: from cells of
all four shapes together. Prints a Markdown table; the seed is fixed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scoring import dispersion
from scoring.counts import DisclosedCounts, open_ballots, scored_ballots, tally
from scoring.disclosure import decide
from scoring.instrument import Answers, Floats, GroupFamily, Groups, Instrument, Items
from scoring.scores import score

SEED = 20261121
ITEMS, VALUES = 5, 5
NUMBERS = (3, 5, 10, 30)
SUBJECTS = 20_000
BOOTSTRAPPED, RESAMPLES = 2_000, 1_000
CELLS_PER_SHAPE = 500
RATER, NOISE = 0.5, 0.6  # standard deviations, in values of the scale
FALLBACK = 0.18


@dataclass(frozen=True)
class Shape:
    """Raters' levels in values of the scale, and how many of a hundred have each."""

    name: str
    levels: tuple[float, ...]
    shares: tuple[float, ...]

    def answers(self, rng: np.random.Generator, subjects: int, raters: int) -> Answers:
        """[subjects, raters, items]"""
        level = rng.choice(self.levels, p=self.shares, size=(subjects, raters, 1))
        own = level + RATER * rng.normal(size=level.shape)
        latent = own + NOISE * rng.normal(size=(subjects, raters, ITEMS))
        return np.clip(np.rint(latent), 1, VALUES).astype(np.uint8)

    @property
    def truth(self) -> float:
        """Expected answer: each level gives a normal variable, rounded and held within the scale."""
        spread = (RATER**2 + NOISE**2) ** 0.5
        return sum(
            share * (1 + sum(1 - NormalDist(level, spread).cdf(value + 0.5) for value in range(1, VALUES)))
            for level, share in zip(self.levels, self.shares, strict=True)
        )


SHAPES = (
    Shape("ceiling", (5.8,), (1.0,)),
    Shape("high", (4.3,), (1.0,)),
    Shape("moderate", (3.3,), (1.0,)),
    Shape("two-peaked", (4.6, 1.9), (0.7, 0.3)),
)
POINTS = np.linspace(100 / VALUES, 100, VALUES)


def instrument() -> Instrument:
    """One group of peers, one dimension, 20 to 100 points."""
    ones = np.ones(ITEMS)
    items = Items(
        values=np.full(ITEMS, VALUES),
        reverse=np.zeros(ITEMS, dtype=bool),
        points=np.tile(POINTS, (ITEMS, 1)),
        weight=ones,
        dimension=np.zeros(ITEMS, dtype=np.int64),
        headline=np.zeros(ITEMS, dtype=bool),
        asked=np.ones((1, ITEMS), dtype=bool),
    )
    no = np.array([False])
    groups = Groups(np.array([int(GroupFamily.COLLEAGUES)]), np.array([100.0]), np.array([3]), no, no)
    return Instrument(items, groups, np.array([1.0]))


def counted(answers: Answers, description: Instrument) -> tuple[DisclosedCounts, Floats]:
    """Disclosed counts and phi of subjects who have so many raters each."""
    subjects, raters, _ = answers.shape
    n = np.full((subjects, 1), raters)
    decision = decide(n, description.groups)
    subject = np.repeat(np.arange(subjects), raters)
    ballots = open_ballots(
        answers.reshape(-1, ITEMS), subject, np.zeros_like(subject), decision, description.items
    )
    disclosed = tally(ballots, n, decision, description)
    return disclosed, dispersion.phi(scored_ballots(ballots, disclosed), disclosed, description)


def campaign_phi(rng: np.random.Generator, description: Instrument) -> Floats:
    """phi of a campaign with equally many cells of every shape, of six raters each."""
    answers = np.concatenate([shape.answers(rng, CELLS_PER_SHAPE, 6) for shape in SHAPES])
    return counted(answers, description)[1]


def wilson_intervals(answers: Answers, description: Instrument, phi: Floats) -> Floats:
    return score(counted(answers, description)[0], description, phi).dimensions.interval[:, 0]


def t_intervals(means: Floats) -> Floats:
    n = means.shape[1]
    half = stats.t.ppf(0.975, n - 1) * means.std(axis=1, ddof=1) / n**0.5
    return means.mean(axis=1)[:, None] + half[:, None] * np.array([-1, 1])


def bootstrap_intervals(rng: np.random.Generator, means: Floats) -> Floats:
    subjects, n = means.shape
    drawn = np.empty((subjects, RESAMPLES))
    for subject, own in enumerate(means):
        drawn[subject] = own[rng.integers(0, n, (RESAMPLES, n))].mean(axis=1)
    return np.quantile(drawn, [0.025, 0.975], axis=1).T


def coverage(intervals: Floats, truth: float) -> float:
    """Share of the intervals that hold the truth; rounding of a mean is no miss."""
    tolerance = 1e-9
    inside: NDArray[np.bool_] = (intervals[:, 0] <= truth + tolerance) & (
        truth - tolerance <= intervals[:, 1]
    )
    return float(inside.mean())


def row(
    rng: np.random.Generator, shape: Shape, raters: int, description: Instrument, phi: Floats
) -> list[str]:
    answers = shape.answers(rng, SUBJECTS, raters)
    truth = shape.truth * 100 / VALUES
    own_phi = counted(answers, description)[1]
    means = answers.mean(axis=2) * 100 / VALUES
    intervals = [
        wilson_intervals(answers, description, phi),
        wilson_intervals(answers, description, own_phi),
        wilson_intervals(answers, description, np.full(2, FALLBACK)),
        t_intervals(means),
        bootstrap_intervals(rng, means[:BOOTSTRAPPED]),
    ]
    shares = [f"{100 * coverage(each, truth):.1f}" for each in intervals]
    widths = [f"{np.diff(each, axis=1).mean():.0f}" for each in (intervals[0], intervals[3])]
    return [shape.name, f"{truth:.1f}", f"{own_phi[0]:.2f}", str(raters), *shares, *widths]


def table(rows: Sequence[Sequence[str]], heading: Sequence[str]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    rng = np.random.default_rng(SEED)
    description = instrument()
    phi = campaign_phi(rng, description)
    rows = [row(rng, shape, raters, description, phi) for shape in SHAPES for raters in NUMBERS]
    heading = ["answers", "true mean", "phi of shape", "n"]
    heading += [f"phi {phi[0]:.2f} of campaign", "phi of shape", f"phi {FALLBACK}", "t", "bootstrap"]
    print(
        f"Coverage in per cent, {SUBJECTS} subjects (bootstrap: {BOOTSTRAPPED}), seed {SEED}; mean width in points"
    )
    print()
    print(table(rows, [*heading, "width", "width of t"]))


if __name__ == "__main__":
    main()
