"""Releasing reports, correcting them, and what their subjects reply."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.appraisals import ReplyKind, ReportReply
from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.services.accounts import reading_rights
from feedback.services.campaigns import campaigns
from feedback.services.releases import releases as service
from feedback.services.releases import replies, reviewing
from feedback.services.reports import reports
from feedback.transaction import transaction
from feedback.views.ground.current_reader import by, current_reader
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.releases import AnswerForm, CorrectionForm, ReplyForm

RELEASING = (*OFFICE, RoleName.MANAGER)
RATED = (RoleName.EMPLOYEE, RoleName.MANAGER)

blueprint = Blueprint("releases", __name__, url_prefix="/releases")

Page = str | tuple[str, int] | Response


@blueprint.get("/<campaign>")
@for_roles(*RELEASING)
def show(campaign: str) -> Page:
    """What is released already, and what releasing the rest would fix."""
    found, subjects = to_release(campaign)
    lines, reader = reviewing.lines(db.session(), found, subjects), current_reader()
    return render_template(
        "releases/show.html",
        campaign=found,
        lines=lines,
        waiting=[line for line in lines if not line.released],
        everybody=reader.reads_everything,
        own_code=next((each.person.code for each in subjects if each.person_id == reader.person_id), None),
        is_open=found.state in (CampaignState.CLOSED, CampaignState.RELEASED),
    )


@blueprint.post("/<campaign>")
@for_roles(*RELEASING)
def release(campaign: str) -> Page:
    found, subjects = to_release(campaign)
    chosen = {subject.person.code for subject in subjects} & {*request.form.getlist("person")}
    with transaction() as session:
        number = service.release_some(session, found, chosen, **by())
    if number:
        told = ngettext(
            "%(num)s report is released; its subject is told by mail.",
            "%(num)s reports are released; their subjects are told by mail.",
            number,
        )
        flash(told, "success")
    else:
        flash(gettext("Nothing was chosen that waits for its release."))
    return redirect(url_for(".show", campaign=campaign), 303)


@blueprint.get("/<campaign>/correction")
@for_roles(*OFFICE)
def ask_to_correct(campaign: str) -> Page:
    return correction_page(campaigns.find(db.session(), campaign), CorrectionForm())


@blueprint.post("/<campaign>/correction")
@for_roles(*OFFICE)
def correct(campaign: str) -> Page:
    found, form = campaigns.find(db.session(), campaign), CorrectionForm(request.form)
    if not form.validate():
        return correction_page(found, form), 422
    with transaction() as session:
        corrected = service.correct(session, found, form.reason.data, **by())
    told = ngettext(
        "%(num)s report is released anew; its subject is told by mail.",
        "%(num)s reports are released anew; their subjects are told by mail.",
        len(corrected),
    )
    flash(told, "success")
    return redirect(url_for(".show", campaign=campaign), 303)


def correction_page(campaign: Campaign, form: CorrectionForm) -> str:
    found = service.differences(db.session(), campaign)
    return render_template("releases/correction.html", campaign=campaign, differences=found, form=form)


@blueprint.get("/<campaign>/reply")
@for_roles(*RATED)
def ask_for_reply(campaign: str) -> Page:
    return reply_page(own_subject(campaign), ReplyForm())


@blueprint.post("/<campaign>/reply")
@for_roles(*RATED)
def reply(campaign: str) -> Page:
    subject, form = own_subject(campaign), ReplyForm(request.form)
    if not form.validate():
        return reply_page(subject, form), 422
    with transaction() as session:
        replies.reply(session, subject, ReplyKind(form.kind.data), form.text.data, **by())
    flash(gettext("Thank you: your manager and HR see your reply."), "success")
    return redirect(url_for(".ask_for_reply", campaign=campaign), 303)


def reply_page(subject: Subject, form: ReplyForm) -> str:
    """With what he said to earlier releases, and what was answered."""
    session = db.session()
    said, version = replies.of_subjects(session, [subject]), replies.newest_version(session, subject)
    return render_template(
        "releases/reply.html",
        subject=subject,
        report=reports.of_subject(session, subject),
        said=said.get(subject.id, ()),
        version=version,
        form=form,
    )


@blueprint.get("/<campaign>/objection/<int:version>/<path:person>")
@for_roles(*RELEASING)
def ask_to_answer(campaign: str, version: int, person: str) -> Page:
    return answer_page(find_objection(campaign, person, version), AnswerForm())


@blueprint.post("/<campaign>/objection/<int:version>/<path:person>")
@for_roles(*RELEASING)
def answer(campaign: str, version: int, person: str) -> Page:
    objection, form = find_objection(campaign, person, version), AnswerForm(request.form)
    if not form.validate():
        return answer_page(objection, form), 422
    with transaction() as session:
        replies.answer(session, objection, form.words.data, **by())
    flash(gettext("The objection is answered; its author reads your answer with the report."), "success")
    return redirect(url_for(".show", campaign=campaign), 303)


def answer_page(objection: ReportReply, form: AnswerForm) -> str:
    return render_template("releases/answer.html", objection=objection, form=form)


def find_objection(campaign: str, person: str, version: int) -> ReportReply:
    return replies.find_objection(db.session(), current_reader(), campaign, person, version)


def to_release(code: str) -> tuple[Campaign, list[Subject]]:
    """A campaign in which the reader may release nothing is as good as absent."""
    session, reader = db.session(), current_reader()
    found = campaigns.find(session, code)
    subjects = reading_rights.to_release(session, reader, found)
    if not subjects:
        abort(404)
    return found, subjects


def own_subject(campaign: str) -> Subject:
    """The reader himself, once his report is released."""
    for subject in reading_rights.own_subjects(db.session(), current_reader()):
        if subject.campaign.code == campaign:
            return subject
    abort(404)
