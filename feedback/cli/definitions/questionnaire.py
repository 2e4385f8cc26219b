from pathlib import Path

import click

from feedback.cli.definitions.library_commands import add_commands
from feedback.cli.ground.application import EXISTING_FILE
from feedback.cli.ground.definition_options import read_questionnaire
from feedback.models.library import DefinitionKind
from forms.questionnaire import ItemKind


@click.group()
def questionnaire() -> None:
    """Questionnaires: what is asked, of whom, on which scales."""


@questionnaire.command(epilog="Example: feedback questionnaire check my-questionnaire.toml")
@click.argument("file", type=EXISTING_FILE)
def check(file: Path) -> None:
    """Say whether FILE.toml is a usable questionnaire, or all that is wrong with it."""
    checked = read_questionnaire(file)
    counts = {kind: sum(item.kind is kind for item in checked.items) for kind in ItemKind}
    items = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    limits = ", ".join(f"{item.id} up to {item.limit} characters" for item in checked.comment_items)
    click.echo(
        f"ok: {checked.id}, version {checked.version}, digest {checked.digest}, "
        f"{len(checked.dimensions)} dimensions, {len(checked.items)} items ({items})"
        + (f", {limits}" if limits else "")
    )


add_commands(questionnaire, DefinitionKind.QUESTIONNAIRE)
