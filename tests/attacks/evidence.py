"""What an attacker can put in order, and how often his guesses are right.

An attack puts the links of a cell in some order, the answers of the cell in another, and guesses that the first belong
together, then the second, and so on. Whoever knows nothing is right once per cell on average, whatever its size.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

Answer = str | tuple[int, int]  # a comment, or a cell and a value of the recommendation

FALSE_ALARMS = 1e-3  # of all modules of a run together, on honest data
TURNS = "the order in which links were used"


@dataclass
class Evidence:
    """Of one campaign. For the judge the truth: whose each answer is, and in which order links were used.

    People: orders of what names a person. Slots: orders of what only the server's secret joins to one. Whoever has
    that and watches the database while a campaign is open sees slots fill up, whose envelopes are sealed; but nothing
    that names a person may show it.
    """

    cell_of: dict[bytes, int]
    turns: list[bytes] = field(default_factory=list)
    truth: dict[Answer, bytes] = field(default_factory=dict)
    people: dict[str, list[bytes]] = field(default_factory=dict)
    slots: dict[str, list[bytes]] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        return len(set(self.cell_of.values()))

    def hits(self) -> dict[str, int]:
        """How many guesses of each module are right."""
        owners = {name: self._owners(found) for name, found in self.answers.items()}
        links = self.people | self.slots | {"as used": self.turns}
        pairs = [(links, owners), (self.people, {TURNS: self.turns})]
        return {
            f"{link} | {answer} | {direction}": self._right(nonces[::step], found)
            for orders, targets in pairs
            for link, nonces in orders.items()
            for answer, found in targets.items()
            for direction, step in (("in order", 1), ("reversed", -1))
        }

    def _owners(self, found: Sequence[Answer]) -> list[bytes]:
        return [self.truth[given] for given in found if given in self.truth]

    def _right(self, nonces: Sequence[bytes], owners: Sequence[bytes]) -> int:
        """Whoever left an answer out is left out by the attacker as well."""
        known = set(owners)
        guesses = sorted((nonce for nonce in nonces if nonce in known), key=self.cell_of.__getitem__)
        right = sorted(owners, key=self.cell_of.__getitem__)
        return sum(guessed == owner for guessed, owner in zip(guesses, right, strict=True))


@dataclass(frozen=True)
class Judgement:
    """How far each module is from chance, in standard deviations, and what chance does not reach."""

    z: dict[str, float]
    suspicious: frozenset[str]
    limit: float

    @property
    def worst(self) -> float:
        return max(map(abs, self.z.values()))


def judge(campaigns: Sequence[Evidence]) -> Judgement:
    """Right guesses are Poisson(cells); of all modules of an honest run together, one in a thousand is suspicious."""
    hits: dict[str, int] = defaultdict(int)
    cells: dict[str, int] = defaultdict(int)
    for evidence in campaigns:
        for name, right in evidence.hits().items():
            hits[name] += right
            cells[name] += evidence.cells
    level = FALSE_ALARMS / len(hits)
    bounds = {number: unlikely(number, level) for number in set(cells.values())}
    z = {name: (hits[name] - cells[name]) / math.sqrt(cells[name]) for name in hits}
    suspicious = {name for name in hits if not bounds[cells[name]][0] < hits[name] < bounds[cells[name]][1]}
    most = max(cells.values())
    return Judgement(z, frozenset(suspicious), (bounds[most][1] - most) / math.sqrt(most))


def unlikely(mean: int, level: float) -> tuple[int, int]:
    """At most and at least so many right guesses: chance brings neither more often than this."""
    few = -1
    while _probability(mean, range(few + 2)) < level / 2:
        few += 1
    many = mean
    while _probability(mean, range(many, many + 40 + 20 * math.isqrt(mean))) >= level / 2:
        many += 1
    return few, many


def _probability(mean: int, counts: range) -> float:
    return math.fsum(math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)) for count in counts)
