"""Who stands in for a manager, from one day to another."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.people import Person
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import NotFound
from feedback.services.people import people
from feedback.views.decisions.acts import done, flashed
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.reviews import DeputyForm
from forms.words import N_

blueprint = Blueprint("deputies", __name__, url_prefix="/team/deputies")

Page = tuple[str, int] | Response


@blueprint.get("")
@for_roles(RoleName.MANAGER)
def index() -> str:
    return shown(DeputyForm())


def shown(form: DeputyForm) -> str:
    session, by = db.session(), deciding()
    named = deputies.named_by(session, by.person_id, by.today) if by.person_id is not None else []
    return render_template(
        "decisions/deputies.html", form=form, named=named, principals=deputies.principals(session, by)
    )


@blueprint.post("")
@for_roles(RoleName.MANAGER)
def appoint() -> Page:
    by, form = deciding(), DeputyForm(request.form)

    def named(session: Session) -> None:
        manager, deputy = own_person(session, by), people.find(session, form.deputy.data)
        deputies.appoint(session, manager, deputy, form.starts.data, form.ends.data, by)

    if not done(form, named):
        return shown(form), 422
    flash(gettext("Your deputy is named. What he does says that it is for you."), "success")
    return redirect(url_for("deputies.index"), 303)


@blueprint.post("/<int:deputy>/end")
@for_roles(RoleName.MANAGER)
def end(deputy: int) -> Response:
    by = deciding()

    def ended(session: Session) -> None:
        deputies.end(session, deputies.find(session, own_person(session, by).id, deputy), by)

    flashed(ended, gettext("It ends today."))
    return redirect(url_for("deputies.index"), 303)


def own_person(session: Session, by: Decider) -> Person:
    person = people.by_id(session, by.person_id)
    if person is None:
        raise NotFound(N_("this account is nobody's: only a manager names a deputy"))
    return person
