"""A process that kills itself at a point of its work: at a statement, a commit, before or after a change of a file."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

CHANGES = ("fsync", "unlink", "replace", "rename", "link", "truncate")
NEVER = -1


class Interruption:
    """Counts the points, and kills the process at one of them. Made in the process that is to die."""

    def __init__(self, at: int = NEVER) -> None:
        self.at = at
        self.passed = 0
        for name in ("before_cursor_execute", "commit"):
            event.listen(Engine, name, self._point)
        for name in CHANGES:
            setattr(os, name, self._around(getattr(os, name)))

    def _point(self, *of: Any) -> None:
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def _around(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def changing(*arguments: Any, **options: Any) -> Any:
            self._point()
            result = change(*arguments, **options)
            self._point()
            return result

        return changing
