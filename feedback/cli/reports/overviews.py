"""What a campaign's reports say together, and how good its measurement is, as files."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from feedback import current
from feedback.cli.ground.application import in_application
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign, Subject
from feedback.papers.pdf import quality as quality_paper
from feedback.papers.pdf import team as team_paper
from feedback.papers.workbooks import quality_sheet, team_tables
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.languages import LANGUAGES
from feedback.services.people import people
from feedback.services.quality import campaign_quality
from feedback.services.reports import report_summaries, team_report
from feedback.services.reports.team_report import LEAST_TEAM, TeamLabel

CODE = click.argument("code", metavar="CAMPAIGN")
FORMAT = click.option(
    "--format", "form", type=click.Choice(["json", "pdf", "xlsx"]), default="json", show_default=True
)
LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of pdf and xlsx; default: the server's."
)
OUTPUT = click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file.")

InLanguage = Callable[[str], bytes]


@click.command(
    "team", epilog="Example: feedback results team 2026Q4 --department east --format pdf --output east.pdf"
)
@CODE
@click.option("--department", metavar="CODE", help="Only the people of this department.")
@click.option("--manager", metavar="PERSON", help="Only the people whom this person leads.")
@FORMAT
@LANGUAGE
@OUTPUT
@in_application
def team(
    code: str,
    department: str | None,
    manager: str | None,
    form: str,
    language: str | None,
    output: Path | None,
) -> None:
    """The reports of a team, a department or everybody taken together. json is printed; pdf and xlsx want a file."""
    session = db.session()
    session.info["read_only"] = True
    campaign = campaigns.find(session, code)
    subjects = led_by(campaign, manager) if manager else campaigns.subjects(session, campaign)
    chosen = [each for each in subjects if department is None or each.is_of(department)]
    found = team_report.of_members(report_summaries.of_subjects(session, campaign, chosen))
    if len(found.members) < LEAST_TEAM:
        raise NotPossible(f"a team has two people or more; there are reports on {len(found.members)} here")
    label = TeamLabel.of(campaign, chosen[0].department if department else None)
    papers = {
        "pdf": lambda language: team_paper.pdf(found, label, language),
        "xlsx": lambda language: team_tables.xlsx(found, label, language),
    }
    hand_out({**asdict(label), **found.to_document()}, papers, form, language, output)


@click.command(
    "quality", epilog="Example: feedback results quality 2026Q4 --format xlsx --output quality.xlsx"
)
@CODE
@FORMAT
@LANGUAGE
@OUTPUT
@in_application
def quality(code: str, form: str, language: str | None, output: Path | None) -> None:
    """Is the measurement good enough for what it is used for? json is printed; pdf and xlsx want a file."""
    session = db.session()
    session.info["read_only"] = True
    found = campaign_quality.of_campaign(session, campaigns.find(session, code))
    papers = {
        "pdf": lambda language: quality_paper.pdf(found, language),
        "xlsx": lambda language: quality_sheet.xlsx(found, language),
    }
    hand_out(found.to_document(), papers, form, language, output)


def hand_out(
    document: Any, papers: Mapping[str, InLanguage], form: str, language: str | None, output: Path | None
) -> None:
    if output is None and form != "json":
        raise NotPossible(f"{form} needs a file: add --output NAME")
    if form == "json":
        data = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode()
    else:
        data = papers[form](language or current.settings().default_locale[:2])
    if output is None:
        click.echo(data.decode())
        return
    output.touch(mode=0o600)
    output.write_bytes(data)
    click.echo(f"written to {output}")


def led_by(campaign: Campaign, manager: str) -> list[Subject]:
    """Whose reports this manager reads when he signs in, besides his own."""
    session = db.session()
    reader = Reader(people.find(session, manager).id, frozenset({RoleName.MANAGER}))
    return reading_rights.team_in(session, reader, campaign)
