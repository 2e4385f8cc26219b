"""How far long work is: told with what is done and what there is to do."""

from collections.abc import Callable

Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    pass
