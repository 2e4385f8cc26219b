import pytest

from tests.factories import Office
from tests.rounds import Bureau


@pytest.fixture
def bureau(office: Office) -> Bureau:
    """Three people of M01 with 95, 80 and 60 of 100: A, B and C."""
    return Bureau(office, {"A01": 95, "A02": 80, "A03": 60})
