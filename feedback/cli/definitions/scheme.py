from pathlib import Path

import click

from feedback.cli.definitions import scheme_text
from feedback.cli.definitions.library_commands import add_commands
from feedback.cli.ground.application import EXISTING_FILE, in_application
from feedback.cli.ground.definition_options import read_scheme
from feedback.extensions import db
from feedback.models.library import DefinitionKind
from feedback.services.definitions import library
from forms.appraisals.cautions import cautions
from forms.scheme import Scheme


@click.group()
def scheme() -> None:
    """Schemes: rater groups with weights and minima, profiles, KPIs, bands, the process of an appraisal."""


@scheme.command(epilog="Example: feedback scheme check my-scheme.toml")
@click.argument("file", type=EXISTING_FILE)
def check(file: Path) -> None:
    """Say whether FILE.toml is a usable scheme, or all that is wrong with it."""
    checked = read_scheme(file)
    groups = ", ".join(f"{group.id} {group.weight:g}" for group in checked.groups)
    rules = checked.appraisal
    click.echo(
        f"ok: {checked.id}, version {checked.version}, digest {checked.digest}, groups: {groups}; "
        f"{len(rules.profiles)} profiles, {len(rules.kpis)} KPIs, {len(rules.bands)} bands"
    )
    _warn(checked)


@scheme.command(epilog="Example: feedback scheme show key-account-manager")
@click.argument("code")
@click.option("--version", type=int, help="Default: the latest.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@in_application
def show(code: str, version: int | None, language: str) -> None:
    """Who is appraised by what: profiles, weights by kind of period, bands with their gates."""
    shown = library.load_scheme(db.session(), code, version)
    for line in scheme_text.lines(shown, language):
        click.echo(line)
    _warn(shown)


def _warn(checked: Scheme) -> None:
    for caution in cautions(checked.appraisal):
        click.echo(f"is that meant? {caution}", err=True)


add_commands(scheme, DefinitionKind.SCHEME)
