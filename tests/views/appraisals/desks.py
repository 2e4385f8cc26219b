"""The accounts of a bureau at their browsers, at the time of its round."""

from dataclasses import dataclass

from flask import Flask

from tests.rounds import Bureau
from tests.views.reading import Browser

PASSWORD = "a long password"  # of all accounts of a bureau


@dataclass
class Desks:
    app: Flask
    bureau: Bureau

    def of(self, name: str) -> Browser:
        browser = Browser(self.bureau.office, self.app.test_client())
        email = f"{name.lower()}@example.com"
        answer = browser.post("/sign-in", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser
