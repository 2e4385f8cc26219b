"""Signed-in people at their browsers."""

import re
from contextvars import Context
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedback.models.accounts import RoleName, User
from feedback.models.people import Person
from feedback.services.accounts import accounts
from tests.factories import ACTOR, NOW, Office

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
class Browsers:
    """Gives people accounts and signs them in."""

    app: Flask
    office: Office

    def anonymous(self) -> Browser:
        return Browser(self.office, self.app.test_client())

    def account(self, *roles: RoleName, person: Person | None = None) -> User:
        """Called role-person, as in hr-nobody@example.com or manager-P001@example.com."""
        code = person.code if person else None
        email = f"{'-'.join(roles)}-{code or 'nobody'}@example.com"
        return accounts.create(
            self.office.session, email, PASSWORD, *roles, person=code, actor=ACTOR, now=NOW
        )

    def sign_in(self, role: RoleName, person: Person | None = None) -> Browser:
        email = self.account(role, person=person).email
        browser = self.anonymous()
        answer = browser.post("/sign-in", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302
        return browser
