"""Commands that are imported when they are called: to list them, or to run another, takes no time for them."""

from importlib import import_module
from typing import Any

import click


def load(place: str) -> Any:
    """What stands at a place, which is written as in the entry points of packages: module:attribute."""
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


class OnDemand(click.Command):
    """Stands for a command in its group: the name and the first sentence of its help are known without its module."""

    def __init__(self, name: str, place: str, help: str) -> None:
        super().__init__(name, help=help)
        self.place = place

    def load(self) -> click.Command:
        command: click.Command = load(self.place)
        return command

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Click runs, explains and completes whatever command a context is of."""
        return self.load().make_context(*args, **kwargs)
