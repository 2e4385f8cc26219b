"""Who is measured: each contender takes the same made-up ballots and returns what is timed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring import careless, dispersion, reliability
from scoring.counts import DisclosedCounts, open_ballots, scored_ballots, tally
from scoring.disclosure import Decision, decide
from scoring.instrument import Answers, GroupFamily, Groups, Instrument, Integers, Items
from scoring.scores import Scores, score

ITEMS, VALUES, DIMENSIONS = 25, 5, 5
MOST_BALLOTS = (15, 1, 10, 8, 1)  # per cell: clients, supervisor, peers, subordinates, self
BALLOTS_PER_SUBJECT = sum((1 + most) / 2 for most in MOST_BALLOTS)
MISSING = 0.05
FLOOR = "np.sum of the bytes"
ONE_THREAD = "polars, wide, one thread"


@dataclass(frozen=True)
class Survey:
    """Ballots sorted by subject and group."""

    answers: Answers
    subject: Integers
    group: Integers
    invited: Integers

    @cached_property
    def cell(self) -> Integers:
        return self.subject * len(MOST_BALLOTS) + self.group

    @property
    def wide(self) -> dict[str, np.ndarray]:
        """What a data frame of ballots holds: the two keys and a column per item, 0 unanswered."""
        keys = {"subject": self.subject.astype(np.int32), "rater_group": self.group.astype(np.uint8)}
        answers = np.asfortranarray(self.answers)
        return keys | {f"q{item}": answers[:, item] for item in range(ITEMS)}

    @property
    def long(self) -> dict[str, np.ndarray]:
        """What a data frame of ratings holds: three keys and the value; nothing for unanswered items."""
        rated = np.flatnonzero(self.answers.ravel())
        ballot = rated // ITEMS
        return {
            "subject": self.subject.astype(np.int32)[ballot],
            "rater_group": self.group.astype(np.uint8)[ballot],
            "item": (rated % ITEMS).astype(np.uint8),
            "value": self.answers.ravel()[rated],
        }


def survey(ratings: int) -> Survey:
    rng = np.random.default_rng(1)
    subjects = max(1, round(ratings / ITEMS / BALLOTS_PER_SUBJECT))
    n = np.column_stack([rng.integers(1, most + 1, subjects) for most in MOST_BALLOTS])
    subject = np.repeat(np.arange(subjects), n.sum(axis=1))
    group = np.repeat(np.tile(np.arange(len(MOST_BALLOTS)), subjects), n.ravel())
    answers = rng.integers(1, VALUES + 1, (len(subject), ITEMS), dtype=np.uint8)
    answers[:, 1:][rng.random((len(subject), ITEMS - 1), dtype=np.float32) < MISSING] = 0
    return Survey(answers, subject, group, n)


def instrument() -> Instrument:
    points = np.tile(np.linspace(100 / VALUES, 100, VALUES), (ITEMS, 1))
    dimension = np.repeat(np.arange(DIMENSIONS), ITEMS // DIMENSIONS)
    items = Items(
        values=np.full(ITEMS, VALUES),
        reverse=np.arange(ITEMS) % 10 == 9,
        points=points,
        weight=np.ones(ITEMS),
        dimension=dimension,
        headline=np.zeros(ITEMS, dtype=bool),
        asked=np.ones((len(MOST_BALLOTS), ITEMS), dtype=bool),
    )
    groups = Groups(
        family=np.array(
            [
                GroupFamily.CLIENTS,
                GroupFamily.SUPERVISOR,
                GroupFamily.COLLEAGUES,
                GroupFamily.COLLEAGUES,
                GroupFamily.SELF,
            ]
        ),
        weight=np.array([40.0, 30.0, 20.0, 10.0, 0.0]),
        minimum=np.array([3, 1, 3, 3, 1]),
        attributed=np.array([False, True, False, False, True]),
        required=np.array([True, False, False, False, False]),
    )
    return Instrument(items, groups, np.ones(DIMENSIONS))


def floor(ballots: Survey) -> Callable[[], object]:
    return ballots.answers.sum


def counts_of(ballots: Survey, decision: Decision, description: Instrument) -> DisclosedCounts:
    opened = open_ballots(ballots.answers, ballots.subject, ballots.group, decision, description.items)
    return tally(opened, ballots.invited, decision, description)


def counting(ballots: Survey) -> Callable[[], object]:
    description = instrument()
    return lambda: counts_of(ballots, decide(ballots.invited, description.groups), description)


def scoring(ballots: Survey) -> Callable[[], Scores]:
    description = instrument()
    phi = dispersion.phi_when_unknown(description)

    def run() -> Scores:
        decision = decide(ballots.invited, description.groups)
        return score(counts_of(ballots, decision, description), description, phi)

    return run


def whole_ballots(ballots: Survey) -> Callable[[], object]:
    """phi, Cronbach's alpha and straight-lined ballots; what is counted is given."""
    description = instrument()
    decision = decide(ballots.invited, description.groups)
    opened = open_ballots(ballots.answers, ballots.subject, ballots.group, decision, description.items)
    disclosed = tally(opened, ballots.invited, decision, description)

    def run() -> list[object]:
        usable = scored_ballots(opened, disclosed)
        return [
            dispersion.phi(usable, disclosed, description),
            reliability.alpha(usable, description),
            careless.straightlined(usable, description),
        ]

    return run


def bincount(ballots: Survey) -> Callable[[], object]:
    cells = ballots.invited.size

    def run() -> list[np.ndarray]:
        key = ballots.cell * (VALUES + 1)
        size = cells * (VALUES + 1)
        return [np.bincount(key + ballots.answers[:, item], minlength=size) for item in range(ITEMS)]

    return run


def polars_wide(ballots: Survey) -> Callable[[], object]:
    import polars as pl

    frame = pl.DataFrame(ballots.wide)
    items = pl.col([f"q{item}" for item in range(ITEMS)])
    wanted = [items.cast(pl.Int64).sum(), (items > 0).sum().name.suffix("_n")]
    return lambda: frame.group_by("subject", "rater_group").agg(wanted)


def polars_long(ballots: Survey) -> Callable[[], object]:
    import polars as pl

    frame = pl.DataFrame(ballots.long)
    wanted = [pl.col("value").cast(pl.Int64).sum(), pl.len()]
    return lambda: frame.group_by("subject", "rater_group", "item").agg(wanted)


def duckdb_wide(ballots: Survey) -> Callable[[], object]:
    wanted = ", ".join(f"sum(q{item}), count(*) filter (q{item} > 0)" for item in range(ITEMS))
    return in_duckdb(ballots.wide, "subject, rater_group", wanted)


def duckdb_long(ballots: Survey) -> Callable[[], object]:
    return in_duckdb(ballots.long, "subject, rater_group, item", "sum(value), count(*)")


def in_duckdb(columns: dict[str, np.ndarray], keys: str, wanted: str) -> Callable[[], object]:
    import duckdb
    import pandas as pd

    connection = duckdb.connect()
    connection.register("frame", pd.DataFrame(columns))
    connection.execute("create table answers as select * from frame")
    connection.unregister("frame")
    query = f"create or replace table results as select {keys}, {wanted} from answers group by {keys}"
    return lambda: connection.execute(query)


def pandas_wide(ballots: Survey) -> Callable[[], object]:
    import pandas as pd

    frame = pd.DataFrame(ballots.wide)
    items = [f"q{item}" for item in range(ITEMS)]
    keys = [frame["subject"], frame["rater_group"]]

    def run() -> object:
        totals = frame[items].groupby(keys, sort=False).sum()
        return totals, (frame[items] > 0).groupby(keys, sort=False).sum()

    return run


def pandas_long(ballots: Survey) -> Callable[[], object]:
    import pandas as pd

    frame = pd.DataFrame(ballots.long)
    keys = ["subject", "rater_group", "item"]
    return lambda: frame.groupby(keys, sort=False)["value"].agg(["sum", "count"])


CONTENDERS: dict[str, Callable[[Survey], Callable[[], object]]] = {
    FLOOR: floor,
    "feedback: counts": counting,
    "feedback: counts and scores": scoring,
    "feedback: whole-ballot statistics": whole_ballots,
    "np.bincount: counts": bincount,
    "polars, wide: sum, count": polars_wide,
    ONE_THREAD: polars_wide,
    "DuckDB, wide: sum, count": duckdb_wide,
    "pandas, wide: sum, count": pandas_wide,
    "polars, long: sum, count": polars_long,
    "DuckDB, long: sum, count": duckdb_long,
    "pandas, long: sum, count": pandas_long,
}
