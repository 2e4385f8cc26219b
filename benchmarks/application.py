"""What benchmarks of the application share: one on an empty database, and the processor time of some work."""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.services.ground import schema
from feedback.settings import Settings


@contextmanager
def empty() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(
            Settings.from_environment(
                {
                    "FEEDBACK_SECRET_KEYS": "a secret of the benchmark that is long enough",
                    "FEEDBACK_PUBLIC_URL": "http://localhost",
                    "FEEDBACK_DATA_DIR": directory,
                }
            )
        )
        with opened(app):
            schema.upgrade()
            gc.collect()
            gc.freeze()  # as a server does
            yield app


def measured(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
