"""Requests that no browser would send, to every address, as everybody: none ends in an error of ours."""

from collections.abc import Iterator

from benchmarks.trust.part import Setting
from benchmarks.trust.result import Result
from tests.attacks.worlds import world
from tests.fuzzing import fuzz
from tests.test_routes import Company
from tests.views.reading import Browsers

SMALL, FULL = 500, 50_000  # on each engine
OF_ONE_COMPANY = 5_000  # what they change stays


def run(setting: Setting) -> Iterator[Result]:
    requests, found, reached = setting.sized(SMALL, FULL), list[str](), set[str]()
    for seed, start in enumerate(range(0, requests, OF_ONE_COMPANY)):
        number = min(OF_ONE_COMPANY, requests - start)
        with world(setting.engine, setting.server) as place:
            company = Company(Browsers(place.app, place.office))
            fuzzer = fuzz(place.app, company, seed=seed, requests=number)
        found += map(str, fuzzer.findings)
        reached |= fuzzer.reached
        setting.progress(start + number, requests)
    yield Result(
        name="fuzzed requests",
        size=f"{requests:,} to {len(reached)} addresses that take forms, and to all others",
        figure=f"{len(found)} errors",
        threshold="0 errors",
        holds=not found and bool(reached),
        faults=tuple(found[:10]),
    )
