from collections.abc import Callable

import click

from feedback import current
from feedback.cli.ground.application import actor, in_application
from feedback.cli.ground.on_demand import OnDemand
from feedback.cli.people.role_option import ROLES
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.accounts import account_changes, accounts
from feedback.transaction import transaction


@click.group()
def user() -> None:
    """Sign-in accounts. Raters need none."""


@user.command("list", epilog="Example: feedback user list")
@in_application
def list_users() -> None:
    """All accounts: address, roles, person, and what keeps them from signing in."""
    db.session.info["read_only"] = True
    for account in accounts.everybody(db.session()):
        marks = {"disabled": not account.active, "locked": account.is_locked_at(current.now())}
        fields = (
            account.email,
            ",".join(sorted(account.role_names)),
            account.person.code if account.person else "-",
            ",".join(name for name, holds in marks.items() if holds) or "ok",
        )
        click.echo("\t".join(fields))


@user.command("roles", epilog="Example: feedback user roles hr@example.com --role hr --role manager")
@click.argument("email")
@ROLES
@in_application
def change_roles(email: str, roles: tuple[str, ...]) -> None:
    """Give the account EMAIL these roles and no others."""
    names = [RoleName(role) for role in roles]
    with transaction() as session:
        account = accounts.by_address(session, email)
        account_changes.change_roles(session, account, names, actor=actor(), now=current.now())
    click.echo(f"account {account.email}: {', '.join(sorted(account.role_names))}")


@user.command("link", epilog="Example: feedback user link zhang.wei@example.com --person A01")
@click.argument("email")
@click.option("--person", metavar="CODE", help="Default: the person with this address.")
@in_application
def link(email: str, person: str | None) -> None:
    """Say whose account EMAIL is, so that it shows that person's reports, team and nominations."""
    with transaction() as session:
        account = accounts.by_address(session, email)
        owner = account_changes.link(session, account, person, actor=actor(), now=current.now())
    click.echo(f"account {account.email} is that of {owner.name} ({owner.code})")


@user.command("unlink", epilog="Example: feedback user unlink zhang.wei@example.com")
@click.argument("email")
@in_application
def unlink(email: str) -> None:
    """Take the person from the account EMAIL; its roles stay."""
    _change(email, account_changes.unlink, "belongs to nobody in the list of people")


@user.command("disable", epilog="Example: feedback user disable hr@example.com")
@click.argument("email")
@in_application
def disable(email: str) -> None:
    """Let the account EMAIL sign in no more, and sign it out."""
    _change(email, account_changes.disable, "is disabled")


@user.command("enable", epilog="Example: feedback user enable hr@example.com")
@click.argument("email")
@in_application
def enable(email: str) -> None:
    """Let the account EMAIL sign in again."""
    _change(email, account_changes.enable, "is enabled")


@user.command("unlock", epilog="Example: feedback user unlock hr@example.com")
@click.argument("email")
@in_application
def unlock(email: str) -> None:
    """Forget the failed sign-ins of the account EMAIL."""
    _change(email, account_changes.unlock, "is not locked")


@user.command("reset-factor", epilog="Example: feedback user reset-factor hr@example.com")
@click.argument("email")
@in_application
def reset_factor(email: str) -> None:
    """Remove the second factor of the account EMAIL, whose owner lost phone and recovery codes."""
    _change(email, account_changes.reset_factor, "signs in with its password alone")


def _change(email: str, change: Callable[..., None], outcome: str) -> None:
    with transaction() as session:
        account = accounts.by_address(session, email)
        change(session, account, actor=actor(), now=current.now())
    click.echo(f"account {account.email} {outcome}")


COMMANDS = (
    ("create", "feedback.cli.people.passwords:create_user", "Make an account that signs in with EMAIL."),
    (
        "send-link",
        "feedback.cli.people.passwords:send_link",
        "Mail the account EMAIL a link to set its password, valid for a day.",
    ),
)
for name, place, help in COMMANDS:
    user.add_command(OnDemand(name, place, help))
