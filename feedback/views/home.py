from flask import Blueprint, render_template
from flask_security import auth_required

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@auth_required()
def start() -> str:
    return render_template("home/start.html")
