from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.factories import Office
from tests.rounds import STARTED, Bureau
from tests.views.decisions.desks import Desks


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The morning on which the round starts."""
    with time_machine.travel(STARTED, tick=False) as found:
        yield found


@pytest.fixture
def bureau(clock: time_machine.Traveller, office: Office) -> Bureau:
    """Three people of M01 with 95, 80 and 60 of 100: A, B and C."""
    return Bureau(office, {"A01": 95, "A02": 80, "A03": 60})


@pytest.fixture
def desks(app: Flask, bureau: Bureau) -> Desks:
    return Desks(app, bureau)
