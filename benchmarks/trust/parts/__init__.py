"""The parts of the proof, in the order in which they are published."""

from dataclasses import dataclass

from benchmarks.trust.part import POSTGRESQL, SQLITE, Part
from benchmarks.trust.parts import (
    backups,
    canaries,
    closing,
    disclosure,
    drills,
    fuzzing,
    kills,
    linkage,
    noninterference,
    transactions,
    twins,
)
from benchmarks.trust.result import BOTH


@dataclass(frozen=True)
class Chapter:
    """A part, and the engines that it has something to say about."""

    run: Part
    engines: tuple[str, ...] = (SQLITE, POSTGRESQL)


PARTS = {
    "linkage": Chapter(linkage.run),
    "twins": Chapter(twins.run),
    "transactions": Chapter(transactions.run, (POSTGRESQL,)),
    "noninterference": Chapter(noninterference.run),
    "disclosure": Chapter(disclosure.run, (BOTH,)),
    "canaries": Chapter(canaries.run),
    "backups": Chapter(backups.run),
    "kills": Chapter(kills.run),
    "closing": Chapter(closing.run),
    "drills": Chapter(drills.run),
    "fuzzing": Chapter(fuzzing.run),
}
