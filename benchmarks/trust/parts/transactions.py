"""PostgreSQL writes into each row which transaction made it: none joins a person and fewer slots than a crowd."""

from collections.abc import Iterator

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from feedback.extensions import db
from tests.attacks import heap
from tests.attacks.heap import CROWD, Joins
from tests.attacks.tour import Tour
from tests.attacks.worlds import world

SMALL, FULL = 1, 10  # tours


def run(setting: Setting) -> Iterator[Result]:
    tours = setting.sized(SMALL, FULL)
    found: list[tuple[str, Joins]] = []
    for number in range(tours):
        found += _tour(setting)
        setting.progress(number + 1, tours)
    size = f"tours: {tours}, {len(found)} acts; live and dead rows"
    together = [f"{act}: {told}" for act, joins in found for told in joins.together]
    beside = [f"{act}: {told}" for act, joins in found for told in joins.side_by_side]
    yield _result(f"xmin: a person and fewer than {CROWD} slots in one transaction", size, together)
    yield _result(f"xmin: a person and fewer than {CROWD} slots in neighbouring ones", size, beside)


def _tour(setting: Setting) -> Iterator[tuple[str, Joins]]:
    with world(setting.engine, setting.server) as found:
        for act, do in Tour(found.app, found.office).acts():
            since = heap.now(db.engine)
            do()
            yield act, heap.joins(heap.touched(db.engine, since))


def _result(name: str, size: str, faults: list[str]) -> Result:
    return Result(name, size, f"{len(faults)} joins", "0 joins", not faults, tuple(dict.fromkeys(faults)))
