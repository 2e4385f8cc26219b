"""How templates write numbers and dates."""

from flask import Flask


def register(app: Flask) -> None:
    """Add the filters."""
