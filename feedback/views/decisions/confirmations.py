"""What waits for a confirmation: looked at side by side, confirmed in a second step, or sent back with a reason."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.presentation import appraisal_words
from feedback.services.decisions import confirming, reopening
from feedback.services.dossiers import confirmations
from feedback.services.dossiers.confirmations import PoolToConfirm, ToConfirm
from feedback.services.ground.errors import NotFound
from feedback.views.decisions.acts import done, in_words, refused
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.rounds import SendBackForm
from forms.words import N_

# HR, and those who stand above a reviewer.
CONFIRMERS = (RoleName.HR, RoleName.MANAGER)

blueprint = Blueprint("confirmations", __name__, url_prefix="/confirmations")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@for_roles(*CONFIRMERS)
def index() -> str:
    found = confirmations.waiting(db.session(), deciding(), period=request.args.get("period"))
    return page("decisions/confirmations.html", pools=found)


def page(template: str, **given: Any) -> str:
    """For HR a step of the rounds, for others what they do above their teams."""
    g.menu_entry = "rounds" if RoleName.HR in deciding().reader.roles else "team"
    return render_template(template, words=appraisal_words, in_words=in_words, **given)


@blueprint.get("/of/<period>")
@for_roles(*CONFIRMERS)
def check(period: str) -> str | Response:
    """Once more what is about to be confirmed: those that were ticked, or all where it was not asked whom."""
    found, asked = confirmations.pool(db.session(), period, deciding()), "ticked" in request.args
    ticked = request.args.getlist("person")
    rows = tuple(row for row in found.open_rows if not asked or row.appraisal.person.code in ticked)
    if not rows:
        flash(gettext("Tick first whom you confirm."), "error")
        return redirect(url_for("confirmations.index"), 303)
    return page("decisions/confirmation.html", pool=PoolToConfirm(found.round, rows))


@blueprint.post("/of/<period>")
@for_roles(*CONFIRMERS)
def confirm(period: str) -> Response:
    """Those who were looked at, as they were then."""
    session, by = db.session(), deciding()
    of_round = confirmations.pool(session, period, by).round
    marks = (one.partition("|") for one in request.form.getlist("seen"))
    seen = {code: mark for code, _, mark in marks}

    def confirmed(session: Session) -> None:
        confirming.confirm_seen(session, of_round, seen, by)

    if refusal := refused(confirmed):
        flash(refusal, "error")
    else:
        words = ngettext(
            "%(num)s appraisal is confirmed. HR tells the person.",
            "%(num)s appraisals are confirmed. HR tells the people.",
            len(seen),
        )
        flash(words, "success")
    return redirect(url_for("confirmations.index"), 303)


@blueprint.get("/back/<period>/<path:person>")
@for_roles(*CONFIRMERS)
def back(period: str, person: str) -> str:
    return asking_back(one_of(period, person), SendBackForm())


def one_of(period: str, person: str) -> ToConfirm:
    found = confirmations.pool(db.session(), period, deciding()).rows
    row = next((row for row in found if row.appraisal.person.code == person), None)
    if row is None:
        raise NotFound(N_("%(code)s does not wait for a confirmation"), code=person)
    return row


def asking_back(row: ToConfirm, form: SendBackForm) -> str:
    return page("decisions/send_back.html", row=row, form=form, period=row.appraisal.round.period)


@blueprint.post("/back/<period>/<path:person>")
@for_roles(*CONFIRMERS)
def send_back(period: str, person: str) -> Page:
    row, by, form = one_of(period, person), deciding(), SendBackForm(request.form)
    if not done(form, lambda session: reopening.send_back(session, row.appraisal, form.reason.data, by)):
        return asking_back(row, form), 422
    flash(gettext("It is sent back; the reviewer finds it, with your reason, among his tasks."), "success")
    return redirect(url_for("confirmations.index"), 303)
