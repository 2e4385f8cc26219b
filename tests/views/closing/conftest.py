import pytest
from flask import Flask

from tests.factories import Office
from tests.views.closing.board import Board
from tests.views.reading import Browsers


@pytest.fixture
def board(app: Flask, office: Office, browsers: Browsers) -> Board:
    return Board(app, office, browsers)
