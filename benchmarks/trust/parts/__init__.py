"""The parts of the proof, in the order in which they are published: modules of this package, by name."""

from benchmarks.trust.part import POSTGRESQL, SQLITE
from benchmarks.trust.result import BOTH

EITHER = (SQLITE, POSTGRESQL)

# The engines that each has something to say about.
PARTS = {
    "linkage": EITHER,
    "twins": EITHER,
    "transactions": (POSTGRESQL,),
    "noninterference": EITHER,
    "disclosure": (BOTH,),
    "canaries": EITHER,
    "backups": EITHER,
    "kills": EITHER,
    "closing": EITHER,
    "drills": EITHER,
    "fuzzing": EITHER,
}
