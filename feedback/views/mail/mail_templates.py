"""The wording of mails, which HR can write anew."""

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.mail import MailKind
from feedback.services.mail import composing, mail_templates
from feedback.services.mail.letters import Letter
from feedback.services.mail.mail_templates import MailWording
from feedback.transaction import transaction
from feedback.views.ground.guards import for_roles
from forms.mail import WordingForm
from forms.words import N_

Page = str | tuple[str, int]
Place = tuple[MailKind, str]

blueprint = Blueprint("mail_templates", __name__, url_prefix="/mail/templates")
only_hr = for_roles(RoleName.HR)

KIND_TITLES = {
    MailKind.INVITATION: N_("Invitation"),
    MailKind.REMINDER: N_("Reminder"),
    MailKind.INTERVIEW: N_("Answers entered by phone"),
    MailKind.NOMINATION: N_("Call for nominations"),
    MailKind.APPROVAL: N_("Nominations to approve"),
    MailKind.RELEASE: N_("Report released"),
    MailKind.OBJECTION: N_("Objection to a report"),
    MailKind.APPRAISAL: N_("News of appraisals, at most once a day"),
}
LANGUAGE_TITLES = {"zh": N_("Chinese"), "en": N_("English")}
PLACEHOLDER_TITLES = {
    "rater": N_("the name of who is asked"),
    "person": N_("the name of who gets the mail"),
    "campaign": N_("the title of the campaign"),
    "tasks": N_("who is to be rated, or what is new, a line each; alone in a paragraph, a list"),
    "link": N_("the link; alone in a paragraph, with a button"),
    "closes_at": N_("until when one can answer"),
    "until": N_("until when one can nominate or approve"),
    "minimum": N_("from how many answers on a group is shown"),
    "privacy": N_("what is promised to this reader: anonymous, or recognisable"),
}


@blueprint.get("")
@only_hr
def index() -> str:
    return render_template(
        "mail/templates.html",
        own=mail_templates.own(db.session()).keys(),
        kinds=KIND_TITLES,
        languages=LANGUAGE_TITLES,
    )


@blueprint.get("/<mail_kind>/<mail_language>")
@only_hr
def edit(mail_kind: str, mail_language: str) -> str:
    place = place_of(mail_kind, mail_language)
    wording = mail_templates.in_use(db.session(), *place)
    return page_of(place, WordingForm(**asdict(wording)), wording)


@blueprint.post("/<mail_kind>/<mail_language>")
@only_hr
def save(mail_kind: str, mail_language: str) -> Page | Response:
    place, form = place_of(mail_kind, mail_language), WordingForm(request.form)
    wording = MailWording(
        (form.subject.data or "").strip(), (form.body.data or "").replace("\r\n", "\n").strip()
    )
    if not is_valid(form, place, wording):
        return page_of(place, form, None), 422
    if "preview" in request.form:
        return page_of(place, form, wording)
    with transaction() as session:
        mail_templates.save(session, *place, wording, actor=str(current_user.email), now=current.now())
    flash(gettext("The text is saved; mails that go out from now on have it."), "success")
    return redirect(url_for(".edit", mail_kind=mail_kind, mail_language=mail_language), 303)


@blueprint.post("/<mail_kind>/<mail_language>/reset")
@only_hr
def reset(mail_kind: str, mail_language: str) -> Response:
    place = place_of(mail_kind, mail_language)
    with transaction() as session:
        mail_templates.reset(session, *place, actor=str(current_user.email), now=current.now())
    flash(gettext("The shipped text is in use again."), "success")
    return redirect(url_for(".edit", mail_kind=mail_kind, mail_language=mail_language), 303)


def place_of(kind: str, language: str) -> Place:
    if kind not in KIND_TITLES or language not in LANGUAGE_TITLES:
        abort(404)
    return MailKind(kind), language


def is_valid(form: WordingForm, place: Place, wording: MailWording) -> bool:
    is_complete = form.validate()
    for fault in mail_templates.faults(place[0], wording):
        form[fault.field].errors = [*form[fault.field].errors, gettext(fault.sentence, **fault.facts)]
        is_complete = False
    return is_complete


def page_of(place: Place, form: WordingForm, previewed: MailWording | None) -> str:
    kind, mail_language = place
    return render_template(
        "mail/edit.html",
        form=form,
        kind=kind,
        kind_title=KIND_TITLES[kind],
        mail_language=mail_language,
        language_title=LANGUAGE_TITLES[mail_language],
        other_languages={code: title for code, title in LANGUAGE_TITLES.items() if code != mail_language},
        placeholders={name: PLACEHOLDER_TITLES[name] for name in mail_templates.PLACEHOLDERS[kind]},
        is_own=place in mail_templates.own(db.session()),
        letter=preview(place, previewed) if previewed else None,
        sender=current.settings().mail_from,
    )


def preview(place: Place, wording: MailWording) -> Letter:
    closes_at = current.now() + timedelta(days=14)
    return composing.example(current.letterhead(), place[0], wording, place[1], closes_at=closes_at)
