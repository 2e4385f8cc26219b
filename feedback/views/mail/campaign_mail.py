"""The mail of a campaign: what became of the invitations, and reminders by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.models.mail import MailState
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import delivery_status, outbox, reminders
from feedback.services.mail.delivery_status import Delivery
from feedback.services.rosters import link_reissue
from feedback.transaction import transaction
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.mail import AddressForm
from forms.words import N_

Page = str | tuple[str, int]

blueprint = Blueprint("mail", __name__, url_prefix="/campaigns/<campaign>")
office = for_roles(*OFFICE)

STATES = {
    MailState.PENDING: N_("waiting"),
    MailState.SENDING: N_("being sent"),
    MailState.SENT: N_("sent"),
    MailState.UNKNOWN: N_("unknown, will be repeated"),
    MailState.REFUSED: N_("address refused"),
    MailState.FAILED: N_("failed"),
    "revoked": N_("link revoked"),
}


@dataclass(frozen=True)
class MailAct:
    """What can be done about one rater's mail or link, in the words of its button, its warning and its outcome."""

    perform: Callable[[Campaign, Delivery], object]
    title: str
    warning: str
    done: str


ACTS = {
    "again": MailAct(
        lambda campaign, delivery: delivery_status.send_again(
            db.session(), campaign, delivery, actor=actor(), now=current.now()
        ),
        N_("Send the invitation again"),
        N_("One more mail goes to this address, with the same link as before."),
        N_("The invitation is on its way."),
    ),
    "reissue": MailAct(
        lambda campaign, delivery: link_reissue.reissue(
            db.session(), current.custody(), delivery.nonce, actor=actor(), now=current.now()
        ),
        N_("Issue a new link"),
        N_(
            "The link that was sent before stops working at once, and a mail with a new one goes out. Answers that are "
            "in the box stay there; what is still open can be answered through the new link."
        ),
        N_("The old link is void, and the new one is on its way."),
    ),
    "revoke": MailAct(
        lambda campaign, delivery: link_reissue.revoke(
            db.session(), delivery.nonce, actor=actor(), now=current.now()
        ),
        N_("Revoke the link"),
        N_(
            "The link stops working at once, and the rater is reminded no more. Answers that are in the box stay "
            "there. A new link can be issued later."
        ),
        N_("The link is revoked."),
    ),
}


@blueprint.get("/mail")
@office
def index(campaign: str) -> str:
    found, session = find(campaign), db.session()
    filters = {"state": request.args.get("state", ""), "search": request.args.get("search", "")}
    if "\0" in "".join(filters.values()) or filters["state"] not in ("", *STATES):
        abort(404)
    number = request.args.get("page", 1, type=int)
    return render_template(
        "mail/index.html",
        campaign=found,
        page=delivery_status.listed(session, found, **filters, number=number),
        counts=outbox.delivery_counts(session, found),
        waves=reminders.waves_of(session, found),
        filters=filters,
        states=STATES,
        not_accepted=delivery_status.NOT_ACCEPTED,
        may_export=current_user.has_role("hr"),
    )


@blueprint.get("/mail/<int:mail>")
@office
def show(campaign: str, mail: int) -> str:
    return page_of(find(campaign), mail, None)


@blueprint.post("/mail/<int:mail>")
@office
def correct(campaign: str, mail: int) -> Page | Response:
    found, form = find(campaign), AddressForm(request.form)
    if not form.validate():
        return page_of(found, mail, form), 422
    session = db.session()
    delivery = delivery_status.find(session, found, mail)
    try:
        with transaction():
            delivery_status.correct_address(
                session, found, delivery, form.address.data, actor=actor(), now=current.now()
            )
    except NotPossible as error:
        form.form_errors.append(told(error))
        return page_of(found, mail, form), 422
    flash(gettext("The address is corrected, and the invitation is on its way there."), "success")
    return redirect(url_for(".show", campaign=campaign, mail=mail), 303)


@blueprint.get("/mail/<int:mail>/<mail_act>")
@office
def confirm(campaign: str, mail: int, mail_act: str) -> str:
    found = find(campaign)
    delivery = delivery_status.find(db.session(), found, mail)
    return render_template(
        "mail/confirm.html", campaign=found, delivery=delivery, act=find_act(mail_act), name=mail_act
    )


@blueprint.post("/mail/<int:mail>/<mail_act>")
@office
def perform(campaign: str, mail: int, mail_act: str) -> Response:
    found, chosen = find(campaign), find_act(mail_act)
    with transaction() as session:
        chosen.perform(found, delivery_status.find(session, found, mail))
    flash(gettext(chosen.done), "success")
    return redirect(url_for(".show", campaign=campaign, mail=mail), 303)


@blueprint.post("/mail/again")
@office
def send_refused_again(campaign: str) -> Response:
    with transaction() as session:
        number = delivery_status.send_refused_again(session, find(campaign), actor=actor(), now=current.now())
    flash(ngettext("%(num)s mail is sent again.", "%(num)s mails are sent again.", number), "success")
    return redirect(url_for(".index", campaign=campaign), 303)


@blueprint.get("/remind")
@office
def confirm_reminder(campaign: str) -> str:
    found, session, now, zone = find(campaign), db.session(), current.now(), current.settings().zone
    hindrance = None
    try:
        reminders.check_possible(session, found, now=now, zone=zone)
    except NotPossible as error:
        hindrance = told(error)
    return render_template(
        "mail/remind.html",
        campaign=found,
        hindrance=hindrance,
        waves=reminders.waves_of(session, found),
        next_planned=reminders.next_planned(found, now=now, zone=zone),
    )


@blueprint.post("/remind")
@office
def remind(campaign: str) -> Response:
    zone = current.settings().zone
    with transaction() as session:
        reminders.remind(session, find(campaign), actor=actor(), now=current.now(), zone=zone)
    flash(gettext("Reminders are on their way to everybody who has not answered yet."), "success")
    return redirect(url_for(".index", campaign=campaign), 303)


def page_of(campaign: Campaign, mail: int, form: AddressForm | None) -> str:
    delivery = delivery_status.find(db.session(), campaign, mail)
    return render_template(
        "mail/show.html",
        campaign=campaign,
        delivery=delivery,
        form=form or AddressForm(address=delivery.address),
        is_open=campaign.accepts_answers(current.now()),
        states=STATES,
        acts=ACTS,
    )


def find(code: str) -> Campaign:
    return campaigns.find(db.session(), code)


def find_act(name: str) -> MailAct:
    return ACTS.get(name) or abort(404)


def actor() -> str:
    return str(current_user.email)
