"""What the person does with his own appraisal: confirms the interview, says that he has read it, or objects."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.rounds import Appraisal
from feedback.presentation import derivations
from feedback.presentation.appraisal_words import DECISIONS
from feedback.services.appraisals.rights import own
from feedback.services.decisions import deputies, interviews, objections
from feedback.services.decisions.deputies import Decider
from feedback.services.dossiers import dossier, reading
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.transaction import transaction
from feedback.views.appraisals.appraisal_access import APPRAISED
from feedback.views.appraisals.appraisal_pages import about, page
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from forms.appraisal_replies import InterviewConfirmationForm, ObjectionForm

blueprint = Blueprint("appraisal_replies", __name__, url_prefix="/appraisals")

Page = str | tuple[str, int] | Response


def own_appraisal(period: str, by: Decider) -> Appraisal:
    for appraisal in own(db.session(), by.reader):
        if appraisal.round.period == period:
            return appraisal
    abort(404)


@blueprint.get("/reply/<period>")
@for_roles(*APPRAISED)
def ask(period: str) -> Page:
    """With boxes ticked that the address names."""
    form = ObjectionForm(figures=request.args.getlist("figure"))
    return reply_page(own_appraisal(period, deciding()), form)


@blueprint.post("/read/<period>")
@for_roles(*APPRAISED)
def read(period: str) -> Page:
    by = deciding()
    appraisal = own_appraisal(period, by)
    try:
        with transaction() as session:
            objections.read(session, appraisal, by)
    except NotPossible as refusal:
        flash(told(refusal), "error")
    else:
        flash(gettext("Thank you. It is noted that you have read it, not that you agree."), "success")
    return redirect(url_for("appraisals.show", period=period, person=appraisal.person.code), 303)


@blueprint.post("/reply/<period>")
@for_roles(*APPRAISED)
def object_(period: str) -> Page:
    by, form = deciding(), ObjectionForm(request.form)
    appraisal = own_appraisal(period, by)
    code = appraisal.person.code
    if not form.validate():
        return reply_page(appraisal, form), 422
    try:
        with transaction() as session:
            objections.object_to(
                session, appraisal, form.figures.data, form.text.data, form.evidence.data, by
            )
    except (NotPossible, NotFound) as refusal:
        form.form_errors.append(told(refusal))
        return reply_page(own_appraisal(period, by), form), 409
    flash(gettext("Your objection was received. You are told by mail when it is answered."), "success")
    return redirect(url_for("appraisals.show", period=period, person=code), 303)


def reply_page(appraisal: Appraisal, form: ObjectionForm) -> str:
    """Not there before he is told."""
    session, by = db.session(), deciding()
    access = reading.access(session, appraisal, by)
    document = dossier.document_of(session, appraisal, access, None)
    names = deputies.called(session, derivations.actors(document))
    return render_template(
        "appraisals/reply.html",
        **about(appraisal, access),
        document=document,
        groups=derivations.groups(document, names),
        decisions=decisions(appraisal),
        ticked=set(form.figures.data or ()),
        is_open=is_open(appraisal, by),
        form=form,
    )


def decisions(appraisal: Appraisal) -> list[str]:
    """Those that were taken on this appraisal."""
    taken = {"calibration": appraisal.calibrated_band, "adjustment": appraisal.adjustment}
    return [id for id in DECISIONS if taken.get(id, True) is not None]


def is_open(appraisal: Appraisal, by: Decider) -> bool:
    """Whether something can still be said to it."""
    until = appraisal.reply_until
    return appraisal.state in ("notified", "read") and (until is None or by.today <= until)


@blueprint.post("/interview/<period>")
@for_roles(*APPRAISED)
def confirm_interview(period: str) -> Page:
    by, form = deciding(), InterviewConfirmationForm(request.form)
    appraisal = own_appraisal(period, by)
    if form.validate():
        try:
            with transaction() as session:
                interviews.confirm(session, appraisal, form.remark.data, by)
        except NotPossible as refusal:
            form.form_errors.append(told(refusal))
        else:
            flash(gettext("The record of the interview is confirmed."), "success")
            return redirect(url_for("appraisals.show", period=period, person=appraisal.person.code), 303)
    appraisal = own_appraisal(period, by)
    access = reading.access(db.session(), appraisal, by)
    return page(appraisal, access, by, interview_form=form), 422
