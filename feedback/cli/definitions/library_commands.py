"""The library on the command line: the same commands for questionnaires and for schemes."""

from pathlib import Path

import click

from feedback import current
from feedback.cli.ground.application import EXISTING_FILE, NEW_FILE, actor, in_application
from feedback.extensions import db
from feedback.models.library import DefinitionKind
from feedback.services.definitions import definition_drafts, library
from feedback.services.definitions.library import Version
from feedback.transaction import transaction


def add_commands(group: click.Group, kind: DefinitionKind) -> None:
    """list, import, export, copy and delete, of one kind."""
    for made in (_list, _import, _export, _copy, _delete):
        group.add_command(made(kind))


def _list(kind: DefinitionKind) -> click.Command:
    @click.command("list", epilog=f"Example: feedback {kind} list")
    @in_application
    def list_versions() -> None:
        """Every version in the library, with its state."""
        for entry in library.versions(db.session(), kind):
            click.echo(f"{entry.code}\t{entry.version}\t{state(entry)}\t{entry.title_in('en')}")

    return list_versions


def _import(kind: DefinitionKind) -> click.Command:
    @click.command("import", epilog=f"Example: feedback {kind} import my-{kind}.toml")
    @click.argument("file", metavar="FILE.toml", type=EXISTING_FILE)
    @click.option("--as-next", is_flag=True, help="As the next version, whatever number the file has.")
    @in_application
    def import_file(file: Path, as_next: bool) -> None:
        """Put FILE.toml into the library, where campaigns can take it."""
        session = db.session()
        document = file.read_bytes()
        with transaction():
            taken = definition_drafts.take(
                session, kind, document, as_next=as_next, actor=actor(), now=current.now()
            )
        click.echo(f"{kind} {taken.code}, version {taken.version}, is in the library")

    return import_file


def _export(kind: DefinitionKind) -> click.Command:
    @click.command("export", epilog=f"Example: feedback {kind} export account-manager account-manager.toml")
    @click.argument("code")
    @click.argument("file", metavar="[FILE.toml]", type=NEW_FILE, default="-")
    @click.option("--version", type=int, help="Default: the latest.")
    @in_application
    def export_file(code: str, file: Path, version: int | None) -> None:
        """Write a version as a file that can be imported again."""
        text = library.to_toml(library.find(db.session(), kind, code, version))
        with click.open_file(file, "w", encoding="utf-8") as out:
            out.write(text)

    return export_file


def _copy(kind: DefinitionKind) -> click.Command:
    @click.command("copy", epilog=f"Example: feedback {kind} copy account-manager --as sales")
    @click.argument("code")
    @click.option("--version", type=int, help="Default: the latest.")
    @click.option("--as", "new_code", metavar="CODE", help="Under another code; default: the next version.")
    @in_application
    def copy(code: str, version: int | None, new_code: str | None) -> None:
        """Make a draft from a version."""
        session = db.session()
        source = library.find(session, kind, code, version)
        with transaction():
            made = definition_drafts.copy(session, source, new_code, actor=actor(), now=current.now())
        click.echo(f"{kind} {made.code}, version {made.version}, is a draft")

    return copy


def _delete(kind: DefinitionKind) -> click.Command:
    @click.command("delete", epilog=f"Example: feedback {kind} delete sales --version 1")
    @click.argument("code")
    @click.option("--version", type=int, required=True)
    @click.confirmation_option(prompt="A deleted draft cannot be brought back. Delete it?")
    @in_application
    def delete(code: str, version: int) -> None:
        """Delete a draft: a version with which no campaign has opened."""
        session = db.session()
        with transaction():
            definition_drafts.discard(
                session, library.find(session, kind, code, version), actor=actor(), now=current.now()
            )
        click.echo(f"{kind} {code}, version {version}, is deleted")

    return delete


def state(entry: Version) -> str:
    if entry.used_since:
        return f"used since {entry.used_since}"
    if entry.shipped:
        return "shipped"
    return f"draft, {len(entry.faults)} faults" if entry.faults else "draft"
