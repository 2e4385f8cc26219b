"""What lay in the suggestion box, for HR; and the poster that leads people to it."""

import segno
from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from feedback import current
from feedback.extensions import db
from feedback.services.ground import protection
from feedback.services.messages import suggestions
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE

blueprint = Blueprint("suggestions", __name__)


@blueprint.get("/suggestions")
@for_roles(*OFFICE)
def index() -> str:
    return render_template(
        "messages/suggestions/index.html",
        batches=suggestions.batches(db.session()),
        waiting=suggestions.waiting(db.session()),
        fewest=protection.SUGGESTIONS_FROM,
    )


@blueprint.get("/suggestions/poster")
@for_roles(*OFFICE)
def poster() -> str:
    address = current.settings().public_url + url_for("suggestion_box.show")
    code = segno.make(address, error="m").svg_inline(scale=8, border=2, omitsize=True)
    return render_template(
        "messages/suggestions/poster.html",
        address=address,
        code=Markup(code),
        fewest=protection.SUGGESTIONS_FROM,
    )
