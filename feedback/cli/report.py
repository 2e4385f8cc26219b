import json

import click

from feedback.cli.application import in_application
from feedback.extensions import db
from feedback.services import campaigns, reports


@click.command(epilog="Example: feedback report A017 --campaign 2026Q4 --format json")
@click.argument("subject")
@click.option("--campaign", "code", metavar="CAMPAIGN", required=True, help="The campaign's code.")
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True)
@in_application
def report(subject: str, code: str, form: str) -> None:
    """Print the report on one subject (a person's code) of a closed or released campaign."""
    session = db.session()
    session.info["read_only"] = True
    found = reports.on_person(session, campaigns.find(session, code), subject)
    click.echo(json.dumps(found.to_document(), ensure_ascii=False, indent=2, allow_nan=False))
