"""``feedback demo``: a company to try everything on, kept in one directory."""

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from feedback.application import create_app
from feedback.cli.ground.application import opened
from feedback.cli.server.listening import reserved
from feedback.cli.server.serve import serve_at
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.demo import demo, demo_company, demo_story
from feedback.services.demo.demo_company import DemoCompany
from feedback.services.demo.demo_stage import OFFICES
from feedback.services.ground import schema
from feedback.settings import Settings
from feedback.transaction import transaction

HOST = "127.0.0.1"
DIRECTORY = "var/demo"
EXAMPLE = "Example: feedback demo --reset --port 8080"


@click.command("demo", epilog=EXAMPLE)
@click.option("--reset", is_flag=True, help="Start over with a new company; the old one is deleted.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="Only prepare it.")
@click.option(
    "--subjects", type=click.IntRange(1, 2000), default=26, show_default=True, help="Account managers."
)
def demo_command(reset: bool, port: int, no_serve: bool, subjects: int) -> None:
    """Make a demo company with a year of appraisals, a round that runs and an open quarter; serve it on 127.0.0.1."""
    directory = Directory(Path(os.environ.get("FEEDBACK_DATA_DIR") or DIRECTORY).absolute())
    with nullcontext() if no_serve else reserved(HOST, port) as place:
        settings = prepare(directory, reset, port, subjects)
        if place:
            click.echo(f"\nServing on {settings.public_url} until Ctrl-C.")
            serve_at(place, create_app(settings), workers=1, sends_mail=True)


def prepare(directory: "Directory", reset: bool, port: int, subjects: int) -> Settings:
    if reset or not directory.is_complete:
        directory.clear()
    settings = directory.settings(port)
    app = create_app(settings)
    with opened(app):
        if not directory.is_complete:
            click.echo(
                f"Making a demo company of {subjects} account managers in {directory.path} ...", err=True
            )
            fill(app, directory.password, DemoCompany(subjects))
            directory.complete.touch()
        show(app, directory.password)
    return settings


class Directory:
    """Where the demo lives: its database, its keys, and what is needed to find them again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environment = path / "environment"
        self.complete = path / "complete"

    @property
    def is_complete(self) -> bool:
        return self.complete.exists()

    def clear(self) -> None:
        if self.path.exists() and any(self.path.iterdir()) and not self.environment.exists():
            raise click.ClickException(
                f"{self.path} holds something else than a demo; name another FEEDBACK_DATA_DIR"
            )
        shutil.rmtree(self.path, ignore_errors=True)

    def settings(self, port: int) -> Settings:
        """The demo's own settings; what the environment says about another installation is left alone."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = Settings.from_environment(
            {
                "FEEDBACK_SECRET_KEYS": self._secret("secret", 48),
                "FEEDBACK_PUBLIC_URL": f"http://{HOST}:{port}",
                "FEEDBACK_DATA_DIR": str(self.path),
            }
        )
        self._write(self.environment, _shell_assignments(settings.to_environment()))
        return settings

    @property
    def password(self) -> str:
        return self._secret("password", 9)

    def _secret(self, name: str, size: int) -> str:
        path = self.path / name
        if not path.exists():
            self._write(path, secrets.token_urlsafe(size))
        return path.read_text()

    def _write(self, path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text)


def _shell_assignments(environment: Mapping[str, str]) -> str:
    return "".join(f"{name}='{value}'\n" for name, value in environment.items())


def fill(app: Flask, password: str, company: DemoCompany) -> None:
    schema.upgrade()
    with transaction() as session:
        demo.build(session, app.extensions["feedback.custody"], company, password, now=datetime.now(UTC))


def show(app: Flask, password: str) -> None:
    base = app.extensions["feedback.settings"].public_url
    manager, employee = demo_company.manager_codes()[0], DemoCompany().subject_codes[0]
    click.echo(f"\nSign in at {base}/sign-in with the password {password}")
    for role, who in (
        ("HR", OFFICES[RoleName.HR]),
        ("director", f"{demo_company.DIRECTOR_CODE}@demo.example"),
        ("manager", f"{manager}@demo.example"),
        ("employee", f"{employee}@demo.example"),
        ("compliance", OFFICES[RoleName.COMPLIANCE]),
        ("admin", OFFICES[RoleName.ADMIN]),
        ("auditor", OFFICES[RoleName.AUDITOR]),
    ):
        click.echo(f"  {role:<12} {who.lower()}")
    click.echo(f"\nAnswer links of the open campaign {demo_story.OPEN_QUARTER}, one per rater group:")
    keys = (app.extensions[f"feedback.{name}"] for name in ("custody", "tokens"))
    for group, path in demo.sample_links(db.session(), *keys).items():
        click.echo(f"  {group:<12} {base}{path}")
