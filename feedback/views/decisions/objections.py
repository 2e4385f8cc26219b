"""Objections that wait for the company's answer: a list with the days that are left, and the form to answer."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.confirmed_results import AnswerOutcome
from feedback.models.rounds import Appraisal
from feedback.presentation import appraisal_words, derivations
from feedback.services.appraisals import versions
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.decisions import answers, objections
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import NotPossible
from feedback.services.people import people
from feedback.views.decisions.acts import done, in_words
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.rounds import AppointForm, ObjectionAnswerForm

# Whoever was appointed, or stands above the reviewer, answers as HR does.
ANSWERERS = (RoleName.HR, RoleName.MANAGER, RoleName.EMPLOYEE)

blueprint = Blueprint("objections", __name__, url_prefix="/objections")

Page = tuple[str, int] | Response


@blueprint.get("")
@for_roles(*ANSWERERS)
def index() -> str:
    session, by = db.session(), deciding()
    return render_template(
        "decisions/objections.html", lines=objections.listed(session, by), words=appraisal_words
    )


def found(period: str, person: str, by: Decider) -> Appraisal:
    """The appraisal with an open objection which is his to answer; NotFound for everybody else."""
    return objections.find(db.session(), period, person, by)


@blueprint.get("/of/<period>/<path:person>")
@for_roles(*ANSWERERS)
def show(period: str, person: str) -> str:
    return shown(period, person)


def shown(period: str, person: str, **given: Any) -> str:
    session, by = db.session(), deciding()
    appraisal = found(period, person, by)
    reply, document = objections.open_one(session, appraisal), versions.document(session, appraisal)
    forms = {"answering": answer_form(document), "appointing": AppointForm(prefix="appoint-")}
    return render_template(
        "decisions/objection.html",
        appraisal=appraisal,
        person=appraisal.person,
        period=period,
        reply=reply,
        days_left=(reply.answer_until - by.today).days if reply.answer_until else None,
        refusal=why_not(appraisal, by),
        may_appoint=RoleName.HR in by.reader.roles and appraisal.objections < 2,
        lines={line.id: line for line in document.derivation},
        anchor=derivations.anchor,
        words=appraisal_words,
        **forms | given,
    )


def why_not(appraisal: Appraisal, by: Decider) -> str | None:
    """Why he cannot answer it, in words: as who reviewed it, or because a second one is another's."""
    session = db.session()
    try:
        objections.check_answerer(session, appraisal, objections.open_one(session, appraisal), by)
    except NotPossible as refusal:
        return in_words(refusal)
    return None


def answer_form(document: AppraisalDocument, given: Any = None) -> ObjectionAnswerForm:
    form = ObjectionAnswerForm(given)
    form.band.choices = [
        SelectChoice("", gettext("as the figures give it")),
        *(SelectChoice(band.id, band.id) for band in document.bands),
    ]
    return form


@blueprint.post("/of/<period>/<path:person>")
@for_roles(*ANSWERERS)
def answer(period: str, person: str) -> Page:
    by = deciding()
    appraisal = found(period, person, by)
    form = answer_form(versions.document(db.session(), appraisal), request.form)
    if not done(
        form,
        lambda session: answers.answer(
            session,
            appraisal,
            AnswerOutcome(form.outcome.data),
            form.reason.data,
            by,
            band=form.band.data or None,
        ),
    ):
        return shown(period, person, answering=form), 422
    flash(gettext("The objection is answered, and the person is told."), "success")
    return redirect(url_for("objections.index"), 303)


@blueprint.post("/appoint/<period>/<path:person>")
@for_roles(RoleName.HR)
def appoint(period: str, person: str) -> Page:
    by, form = deciding(), AppointForm(request.form, prefix="appoint-")
    appraisal = found(period, person, by)
    if not done(
        form,
        lambda session: objections.appoint(session, appraisal, people.find(session, form.person.data), by),
    ):
        return shown(period, person, appointing=form), 422
    flash(gettext("Somebody else answers it, and is told."), "success")
    return redirect(url_for("objections.index"), 303)
