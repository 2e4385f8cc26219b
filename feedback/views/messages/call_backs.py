"""Clients who ask to be called: for HR, and for those who lead the account manager it is about."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.messages import call_backs
from feedback.transaction import transaction
from feedback.views.ground.current_reader import by, current_reader
from feedback.views.ground.guards import for_roles

blueprint = Blueprint("call_backs", __name__, url_prefix="/call-backs")

READERS = (RoleName.MANAGER, RoleName.HR, RoleName.ADMIN)


@blueprint.get("")
@for_roles(*READERS)
def index() -> str:
    number = request.args.get("page", 1, type=int)
    found = call_backs.shown_to(db.session(), current_reader(), number, today=current.today())
    return render_template("messages/call_backs/index.html", page=found)


@blueprint.post("/<card>/called")
@for_roles(*READERS)
def note(card: str) -> Response:
    with transaction() as session:
        call_backs.note_call(session, current_reader(), card, today=current.today(), **by())
    flash(gettext("The call is noted."), "success")
    return redirect(url_for(".index"), 303)
