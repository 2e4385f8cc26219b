from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from feedback.settings import Settings
from tests.factories import Office
from tests.postgresql.moments import CROWD, office_of, running


@pytest.fixture
def postgres(settings: Settings, postgres_url: str) -> Iterator[Flask]:
    with running(replace(settings, database_url=postgres_url)) as app:
        yield app


@pytest.fixture
def office(postgres: Flask) -> Office:
    return office_of(postgres)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CROWD) as threads:
        yield threads
