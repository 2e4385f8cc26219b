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
@for_roles(RoleName.MANAGER, RoleName.HR)
def index() -> str:
    return shown(form_for(deciding()))


def form_for(by: Decider) -> DeputyForm:
    form = DeputyForm(request.form)
    if RoleName.HR not in by.reader.roles:
        del form.manager
    return form


def shown(form: DeputyForm) -> str:
    """A manager's own; everybody's for HR."""
    session, by = db.session(), deciding()
    everybody = RoleName.HR in by.reader.roles
    known = everybody or by.person_id is not None
    named = deputies.named_by(session, None if everybody else by.person_id, by.today) if known else []
    return render_template(
        "decisions/deputies.html",
        form=form,
        named=named,
        principals=deputies.principals(session, by),
        everybody=everybody,
    )


@blueprint.post("")
@for_roles(RoleName.MANAGER, RoleName.HR)
def appoint() -> Page:
    by = deciding()
    form = form_for(by)

    def named(session: Session) -> None:
        manager = people.find(session, form.manager.data) if "manager" in form else own_person(session, by)
        deputy = people.find(session, form.deputy.data)
        deputies.appoint(session, manager, deputy, form.starts.data, form.ends.data, by)

    if not done(form, named):
        return shown(form), 422
    flash(gettext("The deputy is named. What he does says for whom it is."), "success")
    return redirect(url_for("deputies.index"), 303)


@blueprint.post("/<int:deputy>/end")
@for_roles(RoleName.MANAGER, RoleName.HR)
def end(deputy: int) -> Response:
    by = deciding()

    def ended(session: Session) -> None:
        whose = None if RoleName.HR in by.reader.roles else own_person(session, by).id
        deputies.end(session, deputies.find(session, whose, deputy), by)

    flashed(ended, gettext("It ends today."))
    return redirect(url_for("deputies.index"), 303)


def own_person(session: Session, by: Decider) -> Person:
    person = people.by_id(session, by.person_id)
    if person is None:
        raise NotFound(N_("this account is nobody's: only a manager names a deputy"))
    return person
