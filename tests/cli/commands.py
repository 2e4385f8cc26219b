"""All commands, as a user finds them: by the words that call them."""

import sys
from collections.abc import Iterator, Sequence

import click

from feedback.cli import main
from feedback.cli.ground.on_demand import OnDemand

Words = tuple[str, ...]

ran: set[Words] = set()  # by the test that is running, and to a good end


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


def called(arguments: Sequence[str]) -> Words:
    """The words of the command that these arguments call."""
    command: click.Command = main
    for place, word in enumerate(arguments):
        if not isinstance(command, click.Group) or word not in command.commands:
            return tuple(arguments[:place])
        command = command.commands[word]
        command = command.load() if isinstance(command, OnDemand) else command
    return tuple(arguments)


def process(*arguments: str) -> list[str]:
    """A command as a process of its own, for a test that fails if it does not run."""
    ran.add(called(arguments))
    return [sys.executable, "-m", "feedback", *arguments]
