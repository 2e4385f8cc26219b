from flask import Flask


def register(app: Flask) -> None:
    """Pages for what can go wrong."""
