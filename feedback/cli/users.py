import secrets
import sys

import click

from feedback.cli.application import in_application
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services import accounts

GENERATED_PASSWORD_BYTES = 12
EXAMPLE = """
On a terminal the password is asked for; elsewhere one is made and printed, once.

Example: feedback user create hr@example.com --role hr
"""


@click.group()
def user() -> None:
    """Sign-in accounts. Raters need none."""


@user.command("create", epilog=EXAMPLE)
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in RoleName]), required=True)
@click.option(
    "--person", metavar="CODE", help="Whose account it is; default: the person with this address, if any."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_application
def create_user(email: str, role: str, person: str | None, password_stdin: bool) -> None:
    """Make an account that signs in with EMAIL."""
    password, generated = _password(password_stdin)
    created = accounts.create(db.session(), email, password, RoleName(role), person=person)
    whose = f" of {created.person.name} ({created.person.code})" if created.person else ""
    created_email = created.email
    db.session.commit()
    click.echo(f"account {created_email}{whose}, role {role}")
    if generated:
        click.echo(f"password, shown only now: {password}")


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether we made it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(GENERATED_PASSWORD_BYTES), True
