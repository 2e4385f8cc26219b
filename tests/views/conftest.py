import pytest
from flask import Flask

from tests.factories import Office
from tests.views.reading import Browsers


@pytest.fixture
def browsers(app: Flask, office: Office) -> Browsers:
    return Browsers(app, office)
