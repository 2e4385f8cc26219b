import pytest

from feedback.services.mail.mail_sending import PostOffice
from tests.factories import Office
from tests.post import Clock, Post, office_of


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def post_office(office: Office, post: Post, clock: Clock) -> PostOffice:
    return office_of(office, post, clock)
