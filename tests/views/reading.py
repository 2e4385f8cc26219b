"""Signed-in people at their browsers."""

import re
from contextvars import Context
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedback.models.accounts import RoleName
from feedback.models.people import Person
from feedback.services import accounts
from tests.factories import Office

PASSWORD = "correct horse battery staple"
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)')


@dataclass
class Browser:
    office: Office
    client: FlaskClient

    def get(self, path: str, **options: object) -> TestResponse:
        return self.open(path, method="GET", **options)

    def post(self, path: str, form: dict[str, str], page: str = "/sign-in") -> TestResponse:
        """Send a form with the token that the page has."""
        token = CSRF.search(self.get(page).text)
        return self.open(path, method="POST", data=form | {"csrf_token": token[1] if token else ""})

    def open(self, path: str, **options: object) -> TestResponse:
        """In a context of its own, as a server does it: no session is shared with the test."""
        self.office.session.commit()
        return Context().run(self.client.open, path, buffered=True, **options)


@dataclass
class Desks:
    """Gives people accounts and signs them in."""

    app: Flask
    office: Office

    def anonymous(self) -> Browser:
        return Browser(self.office, self.app.test_client())

    def sign_in(self, role: RoleName, person: Person | None = None) -> Browser:
        email = f"{role}-{person.code if person else 'nobody'}@example.com"
        accounts.create(self.office.session, email, PASSWORD, role, person=person.code if person else None)
        browser = self.anonymous()
        answer = browser.post("/sign-in", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302
        return browser
