"""``feedback user``, where passwords are made or linked to: as the sign-in pages do it, so with these loaded."""

import secrets
import sys

import click

from feedback import account_mail, current
from feedback.cli.ground.application import actor
from feedback.cli.ground.web_application import in_web_application
from feedback.cli.people.role_option import ROLES
from feedback.models.accounts import RoleName
from feedback.services.accounts import accounts
from feedback.transaction import transaction

GENERATED_PASSWORD_BYTES = 12
EXAMPLE = """
On a terminal the password is asked for; elsewhere one is made and printed, once.

Example: feedback user create hr@example.com --role hr
"""


@click.command("create", epilog=EXAMPLE)
@click.argument("email")
@ROLES
@click.option(
    "--person", metavar="CODE", help="Whose account it is; default: the person with this address, if any."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_web_application
def create_user(email: str, roles: tuple[str, ...], person: str | None, password_stdin: bool) -> None:
    """Make an account that signs in with EMAIL."""
    password, generated = _password(password_stdin)
    names = [RoleName(role) for role in roles]
    with transaction() as session:
        created = accounts.create(
            session, email, password, *names, person=person, actor=actor(), now=current.now()
        )
    whose = f" of {created.person.name} ({created.person.code})" if created.person else ""
    click.echo(f"account {created.email}{whose}, role {', '.join(sorted(roles))}")
    if generated:
        click.echo(f"password, shown only now: {password}")


@click.command("send-link", epilog="Example: feedback user send-link hr@example.com")
@click.argument("email")
@in_web_application
def send_link(email: str) -> None:
    """Mail the account EMAIL a link to set its password, valid for a day."""
    with transaction() as session:
        account = accounts.by_address(session, email)
        account_mail.send_link(account, actor=actor(), now=current.now())
    click.echo(f"a link to set a password is on its way to {account.email}")


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether we made it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(GENERATED_PASSWORD_BYTES), True
