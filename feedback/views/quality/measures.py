"""Measures about dimensions: what is to be done by whom until when, and what became of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.ground.errors import NotPossible
from feedback.services.quality import measures
from feedback.transaction import transaction
from feedback.views.ground.current_reader import by, current_reader
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.measures import OutcomeForm

blueprint = Blueprint("measures", __name__, url_prefix="/measures")

OWNERS = (RoleName.EMPLOYEE, RoleName.MANAGER, *OFFICE)


@blueprint.get("")
@for_roles(*OWNERS)
def index() -> str:
    """One's own; all of them for HR."""
    return shown({})


def shown(given: dict[int, OutcomeForm]) -> str:
    reader = current_reader()
    found = measures.listed(db.session(), reader)
    return render_template(
        "quality/measures.html",
        measures=found,
        titles={one.id: measures.title(one) for one in found},
        form_of={one.id: given.get(one.id) or OutcomeForm(prefix=f"m{one.id}-") for one in found},
        today=current.today(),
        everybody=reader.reads_everything,
    )


@blueprint.post("/<int:measure>")
@for_roles(*OWNERS)
def finish(measure: int) -> tuple[str, int] | Response:
    found = measures.find(db.session(), measure, current_reader())
    form = OutcomeForm(request.form, prefix=f"m{measure}-")
    if form.validate():
        try:
            with transaction() as session:
                measures.finish(session, found, form.outcome.data, **by())
        except NotPossible as refusal:
            form.form_errors.append(told(refusal))
        else:
            flash(gettext("It is noted what became of the measure."), "success")
            return redirect(url_for(".index"), 303)
    return shown({measure: form}), 422
