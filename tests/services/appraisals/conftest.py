import pytest

from tests.factories import Office
from tests.services.appraisals.company import Company


@pytest.fixture
def company(office: Office) -> Company:
    return Company(office)
