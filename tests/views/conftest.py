import pytest
from flask import Flask

from tests.factories import Office
from tests.views.reading import Desks


@pytest.fixture
def desks(app: Flask, office: Office) -> Desks:
    return Desks(app, office)
