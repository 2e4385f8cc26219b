import click

from feedback.models.accounts import RoleName

ROLES = click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in RoleName]),
    required=True,
    multiple=True,
    help="May be given several times.",
)
