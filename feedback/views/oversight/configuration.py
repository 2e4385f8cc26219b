"""What the server was started with, secrets masked, as `feedback doctor` lists it."""

from flask import Blueprint, render_template

from feedback import current
from feedback.models.accounts import RoleName
from feedback.views.ground.guards import for_roles

blueprint = Blueprint("configuration", __name__)


@blueprint.get("/settings")
@for_roles(RoleName.ADMIN, RoleName.AUDITOR)
def show() -> str:
    return render_template("oversight/configuration/show.html", settings=current.settings().masked())
