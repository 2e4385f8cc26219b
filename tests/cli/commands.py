"""All commands, as a user finds them: by the words that call them."""

from collections.abc import Iterator

import click

from feedback.cli import main
from feedback.cli.ground.on_demand import OnDemand

Words = tuple[str, ...]


def named(group: click.Group = main, path: Words = ()) -> Iterator[tuple[Words, click.Command]]:
    """Commands and groups, those that stand for others as they are."""
    for name, command in group.commands.items():
        yield (*path, name), command
        meant = command.load() if isinstance(command, OnDemand) else command
        if isinstance(meant, click.Group):
            yield from named(meant, (*path, name))


def commands() -> list[tuple[Words, click.Command]]:
    found = ((path, c.load() if isinstance(c, OnDemand) else c) for path, c in named())
    return [(path, command) for path, command in found if not isinstance(command, click.Group)]
