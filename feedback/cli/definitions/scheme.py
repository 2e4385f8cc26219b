from pathlib import Path

import click

from feedback.cli.definitions.library_commands import add_commands
from feedback.cli.ground.application import EXISTING_FILE
from feedback.cli.ground.definition_options import read_scheme
from feedback.models.library import DefinitionKind


@click.group()
def scheme() -> None:
    """Schemes: rater groups with weights and minima, KPIs, components, bands."""


@scheme.command(epilog="Example: feedback scheme check my-scheme.toml")
@click.argument("file", type=EXISTING_FILE)
def check(file: Path) -> None:
    """Say whether FILE.toml is a usable scheme, or all that is wrong with it."""
    checked = read_scheme(file)
    groups = ", ".join(f"{group.id} {group.weight:g}" for group in checked.groups)
    click.echo(
        f"ok: {checked.id}, version {checked.version}, digest {checked.digest}, groups: {groups}; "
        f"{len(checked.appraisal.kpis)} KPIs, {len(checked.appraisal.bands)} bands"
    )


add_commands(scheme, DefinitionKind.SCHEME)
