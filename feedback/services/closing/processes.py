"""Many batches of one kind of work, over all processors when there is enough of it."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

BATCH = 1000
WORTH_PROCESSES = 5 * BATCH  # below this, starting them costs more than they save
AHEAD = 2  # batches for each process that are in memory at once, with the one that it works on

Batch = TypeVar("Batch", bound=Sequence[Any])
Result = TypeVar("Result")
# Work, batches: each batch with what came of it, in the same order.
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[tuple[Any, Any]]]


def alone(work: Callable[[Batch], Result], batches: Iterable[Batch]) -> Iterator[tuple[Batch, Result]]:
    for batch in batches:
        yield batch, work(batch)


@contextmanager
def spread_for(number: int) -> Iterator[Spread]:
    """How so many pieces are worked on best. Processes start when they get something to do."""
    if number < WORTH_PROCESSES:
        yield alone
        return
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as executor:
        yield partial(_spread, executor)


def _spread(
    executor: ProcessPoolExecutor, work: Callable[[Batch], Result], batches: Iterable[Batch]
) -> Iterator[tuple[Batch, Result]]:
    """No more batches are read than are about to be worked on."""
    begun: deque[tuple[Batch, Future[Result]]] = deque()
    for batch in batches:
        begun.append((batch, executor.submit(work, batch)))
        if len(begun) > AHEAD * (os.cpu_count() or 1):
            yield _finished(*begun.popleft())
    while begun:
        yield _finished(*begun.popleft())


def _finished(batch: Batch, future: Future[Result]) -> tuple[Batch, Result]:
    return batch, future.result()
