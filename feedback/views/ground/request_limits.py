"""How much one request may hold: what is more than any form of ours sends is refused before it is taken apart."""

from flask import Flask, abort, request

from feedback.presentation.locales import COOKIE_FREE

LARGEST_OF_STRANGERS = 1024 * 1024  # the longest comments on several people, each character written as nine
MOST_FIELDS, MOST_FIELDS_OF_STRANGERS = 20_000, 2_000


def register(app: Flask) -> None:
    app.before_request(limit)


def limit() -> None:
    most = MOST_FIELDS
    if request.blueprint in COOKIE_FREE:
        request.max_content_length, most = LARGEST_OF_STRANGERS, MOST_FIELDS_OF_STRANGERS
    if request.mimetype == "application/x-www-form-urlencoded" and request.get_data().count(b"&") >= most:
        abort(413)
