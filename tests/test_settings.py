"""A process that would start wrong does not start, and says why."""

from pathlib import Path

import pytest
from flask import request

from feedback.application import create_app
from feedback.settings import InvalidSettings, Settings

LEAST = {"FEEDBACK_SECRET_KEYS": "k" * 40, "FEEDBACK_PUBLIC_URL": "https://feedback.example.com"}


def settings(tmp_path: Path, **given: str) -> Settings:
    named = {f"FEEDBACK_{name.upper()}": value for name, value in given.items()}
    return Settings.from_environment(LEAST | {"FEEDBACK_DATA_DIR": str(tmp_path)} | named)


def test_secret_and_address_are_enough_and_everything_else_stays_in_the_data_directory(tmp_path: Path):
    made = settings(tmp_path)
    assert made.database_url == f"sqlite:///{tmp_path}/feedback.db"
    assert made.queue_url == f"sqlite:///{tmp_path}/queue.db"
    assert made.mail_url == f"file://{tmp_path}/mail"
    assert made.mail_from == "feedback@feedback.example.com"


@pytest.mark.parametrize(
    "url",
    ["smtp://mail.example.com", "smtps://u:p@mail.example.com:465", "smtp://h:587?starttls=1", "console:"],
)
def test_mail_goes_to_a_server_a_directory_or_the_console(tmp_path: Path, url: str):
    assert settings(tmp_path, mail_url=url).mail_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_url", "smtp://"),
        ("mail_url", "smtp://host:port"),
        ("mail_url", "file://relative/path"),
        ("mail_url", "http://mail.example.com"),
        ("mail_from", "nobody"),
        ("mail_from", "a@b\nBcc: c@d"),
        ("queue_url", "amqp://host"),
        ("database_url", "mysql://host/db"),
        ("oidc_issuer", "https://login.example.com"),
        ("trusted_proxies", "-1"),
        ("trusted_proxies", "many"),
        ("timezone", "Mars/Olympus"),
        ("days_off", "2027-02-05..2027-02-01"),
        ("days_off", "new year"),
        ("extra_workdays", "2027-02-30"),
        ("no_such_setting", "1"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str):
    with pytest.raises(InvalidSettings, match=f"FEEDBACK_{name.upper()}"):
        settings(tmp_path, **{name: value})


def test_no_password_is_shown(tmp_path: Path):
    made = settings(
        tmp_path,
        database_url="postgresql://u:hush1@db/feedback",
        queue_url="redis://:hush2@queue:6379/0",
        mail_url="smtp://u:hush3@mail",
        oidc_issuer="https://login.example.com",
        oidc_client_id="feedback",
        oidc_client_secret="hush4",
    )
    shown = " ".join(made.masked().values())
    assert "hush" not in shown and "kkk" not in shown


@pytest.mark.parametrize(("proxies", "seen"), [("0", "127.0.0.1"), ("1", "203.0.113.7")])
def test_only_trusted_proxies_say_where_somebody_comes_from(tmp_path: Path, proxies: str, seen: str):
    app = create_app(settings(tmp_path, trusted_proxies=proxies))
    addresses = []
    app.before_request(lambda: addresses.append(request.remote_addr))
    app.test_client().get(
        "/static/icon.svg", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
    ).close()
    assert addresses == [seen]
