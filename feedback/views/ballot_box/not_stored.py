"""When nothing can be stored: what somebody sent without an account comes back to him, to be sent again.

The same form with all that was entered, as long as the database can be read; else a page that carries it unseen.
"""

from collections.abc import Callable

from flask import Blueprint, g, request
from werkzeug.datastructures import MultiDict

from feedback.extensions import db
from feedback.services.ballot_box import invitations
from feedback.services.ground.collisions import TROUBLES, is_collision, is_unavailable
from feedback.services.ground.errors import DomainError
from feedback.views.ballot_box import rater_pages, respond
from feedback.views.ground import errors

Posted = MultiDict[str, str]

# By endpoint: what shows a form again as it was sent. It only reads.
REDRAWN: dict[str, Callable[[Posted], str]] = {}


def register(blueprint: Blueprint) -> None:
    for trouble in TROUBLES:
        blueprint.register_error_handler(trouble, not_stored)


def not_stored(error: Exception) -> errors.Page:
    if request.method != "POST" or not (is_unavailable(error) or is_collision(error)):
        return errors.unexpected(error)
    errors.say_unavailable(error)
    g.not_stored = True
    return (
        redrawn() or rater_pages.render("not_stored.html", posted=respond.posted_fields()),
        503,
        errors.RETRY_AFTER,
    )


def redrawn() -> str | None:
    redraw = REDRAWN.get(request.endpoint or "")
    try:
        db.session.rollback()
        db.session.info["read_only"] = True
        return redraw(respond.posted_fields()) if redraw else None
    except (*TROUBLES, DomainError):
        return None


def ballot(posted: Posted) -> str:
    token, position, _ = (posted.pop(name, "") for name in invitations.ADDRESS_FIELDS)
    visit = respond.visit_of(token)
    task = respond.task_of(visit, position)
    instructions = invitations.instructions(db.session(), visit, task)
    form = rater_pages.ballot_form(instructions, task, posted)
    return respond.form_page(token, visit, task, instructions, form)


REDRAWN["respond.submit"] = ballot
register(respond.blueprint)
