"""A post or a leave that should not be in somebody's history: looked at, then taken back with a reason."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.services.definitions import titles
from feedback.services.fact_files import history_takebacks
from feedback.services.ground.errors import InvalidFile, NotPossible
from feedback.services.people import people
from feedback.transaction import transaction
from feedback.views.ground.current_reader import author
from feedback.views.ground.faults import show_in, told
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.people import TakeBackForm

blueprint = Blueprint("histories", __name__, url_prefix="/histories")

Page = str | tuple[str, int] | Response


@blueprint.get("/<int:span>")
@for_roles(*OFFICE)
def show(span: int) -> Page:
    return shown(span, TakeBackForm())


def shown(span: int, form: TakeBackForm) -> Page:
    session = db.session()
    try:
        found = history_takebacks.preview(session, span, author())
    except InvalidFile as error:
        show_in(form, error)
        return render_template("people/history_refused.html", form=form), 409
    page: str = render_template(
        "people/history.html",
        number=span,
        span=found.span,
        before=found.before,
        warnings=[told(warning) for warning in found.plan.warnings],
        person=people.find(session, found.span.subject),
        post_titles=titles.posts(session),
        level_titles=titles.levels(session),
        form=form,
    )
    return (page, 422) if form.errors else page


@blueprint.post("/<int:span>")
@for_roles(*OFFICE)
def take_back(span: int) -> Page:
    form = TakeBackForm(request.form)
    if not form.validate():
        return shown(span, form)
    try:
        with transaction() as session:
            taken = history_takebacks.take_back(session, span, form.reason.data, author())
    except InvalidFile as error:
        show_in(form, error)
        return shown(span, form)
    except NotPossible as error:
        form.form_errors.append(told(error))
        return shown(span, form)
    flash(gettext("It is taken back. The audit log keeps what it said, and why."), "success")
    return redirect(url_for("people.show", person=taken.subject), 303)
