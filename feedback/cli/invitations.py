from pathlib import Path

import click

from feedback import current
from feedback.cli.application import in_application
from feedback.extensions import db
from feedback.services import campaigns, tables
from feedback.services import invitations as service
from feedback.services.invitations import Link

HEADINGS = ("url", "rater", "email", "language", "groups")
EXAMPLE = """
Columns: url, rater, email, language, groups. With --output the file starts with a byte order mark, so that Excel
reads its Chinese.

Example: feedback invitations export 2026Q4 --format csv --output links.csv
"""


@click.group()
def invitations() -> None:
    """Links to hand to raters."""


@invitations.command("export", epilog=EXAMPLE)
@click.argument("campaign_code", metavar="CAMPAIGN")
@click.option("--format", "form", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; default: standard output."
)
@in_application
def export_links(campaign_code: str, form: str, output: Path | None) -> None:
    """Write the links of an open campaign, one for each rater. Whoever has a link can answer through it."""
    session = db.session()
    session.info["read_only"] = True
    campaign = campaigns.find(session, campaign_code)
    links = service.links(session, current.tokens(), current.settings().public_url, campaign)
    text = tables.write(HEADINGS, map(_row, links))
    if output is None:
        click.echo(text, nl=False)
        return
    output.touch(mode=0o600)
    output.write_text(text, encoding="utf-8-sig", newline="")
    click.echo(f"{len(links)} links in {output}: keep them as you would keep passwords")


def _row(link: Link) -> tuple[str, ...]:
    return (link.url, link.rater, link.email or "", link.language, " ".join(link.groups))
