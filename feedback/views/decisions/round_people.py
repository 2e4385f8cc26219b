"""What HR does with the appraisal of one person: reopen, leave out, give to another reviewer, hand over on paper."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Form

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.presentation import appraisal_words
from feedback.services.appraisals import moves, rights
from feedback.services.decisions import confirming, reopening, reviewers
from feedback.services.people import people
from feedback.services.plans import plan_lists
from feedback.views.decisions.acts import Act, done
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.rounds import HandoverForm, LeaveOutForm, ReopenForm, ReviewerForm

blueprint = Blueprint("round_people", __name__, url_prefix="/rounds/person")

Page = tuple[str, int] | Response
OPEN = (AppraisalState.PREPARING, AppraisalState.RUNNING, AppraisalState.COMPUTED)


def found(period: str, person: str) -> Appraisal:
    return rights.find(db.session(), deciding().reader, period, person)


@blueprint.get("/<period>/<path:person>")
@for_roles(RoleName.HR)
def show(period: str, person: str) -> str:
    return shown(period, person)


def shown(period: str, person: str, **given: Form) -> str:
    session, by, appraisal = db.session(), deciding(), found(period, person)
    forms: dict[str, Any] = {
        "reopening_form": ReopenForm(prefix="reopen-"),
        "leaving_out": LeaveOutForm(prefix="leave-"),
        "reviewer_form": ReviewerForm(prefix="reviewer-"),
        "handover": HandoverForm(prefix="handover-"),
    }
    return render_template(
        "decisions/round_person.html",
        appraisal=appraisal,
        person=appraisal.person,
        period=period,
        reviewer=people.by_id(session, appraisal.reviewer_id),
        is_own=by.person_id == appraisal.person_id,
        falls_away=reopening.preview(session, appraisal) if appraisal.state not in OPEN else None,
        falls_words=moves.FALLS_AWAY,
        plans=plan_lists.of(session, appraisal, by),
        moves=moves.history(session, appraisal),
        words=appraisal_words,
        **forms | given,
    )


def finished(period: str, person: str, name: str, form: Form, act: Act, words: str) -> Page:
    if not done(form, act):
        return shown(period, person, **{name: form}), 422
    flash(words, "success")
    return redirect(url_for("round_people.show", period=period, person=person), 303)


@blueprint.post("/reopen/<period>/<path:person>")
@for_roles(RoleName.HR)
def reopen(period: str, person: str) -> Page:
    """It was shown beforehand what falls away."""
    appraisal, by, form = found(period, person), deciding(), ReopenForm(request.form, prefix="reopen-")
    return finished(
        period,
        person,
        "reopening_form",
        form,
        lambda session: reopening.reopen(session, appraisal, form.reason.data, by),
        gettext("The appraisal is reopened."),
    )


@blueprint.post("/leave-out/<period>/<path:person>")
@for_roles(RoleName.HR)
def leave_out(period: str, person: str) -> Page:
    appraisal, by, form = found(period, person), deciding(), LeaveOutForm(request.form, prefix="leave-")
    after = AppraisalState.NOT_APPRAISED
    return finished(
        period,
        person,
        "leaving_out",
        form,
        lambda session: moves.move(
            session, appraisal, after, by=by.mover, now=by.now, reason=form.reason.data
        ),
        gettext("The person is not appraised in this period."),
    )


@blueprint.post("/reviewer/<period>/<path:person>")
@for_roles(RoleName.HR)
def reviewer(period: str, person: str) -> Page:
    appraisal, by, form = found(period, person), deciding(), ReviewerForm(request.form, prefix="reviewer-")
    return finished(
        period,
        person,
        "reviewer_form",
        form,
        lambda session: reviewers.change(
            session, appraisal, people.find(session, form.reviewer.data), form.reason.data, by
        ),
        gettext("Somebody else reviews from now on; all who are concerned are told."),
    )


@blueprint.post("/handover/<period>/<path:person>")
@for_roles(RoleName.HR)
def hand_over(period: str, person: str) -> Page:
    appraisal, by, form = found(period, person), deciding(), HandoverForm(request.form, prefix="handover-")
    return finished(
        period,
        person,
        "handover",
        form,
        lambda session: confirming.hand_over(session, appraisal, form.day.data, by),
        gettext("It is noted that the paper was handed over; the time to object runs."),
    )
