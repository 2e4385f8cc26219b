"""Where the trustees of a campaign set their passphrases, and later open its key, two of them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response
from wtforms import Form

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignState
from feedback.services.campaigns import campaigns
from feedback.services.closing import trustees
from feedback.services.ground.errors import DomainError, NotFound, NotPossible
from feedback.transaction import transaction
from feedback.views.ground.guards import EVERYBODY, for_roles
from forms.trustees import EnrolForm, OpenForm
from forms.words import N_

blueprint = Blueprint("trustees", __name__)

UNTIL_COUNTED = (CampaignState.OPEN, CampaignState.CLOSING)

Page = str | tuple[str, int]


@blueprint.get("/trustees")
@for_roles(*EVERYBODY)
def index() -> Page:
    return render_template(
        "closing/trustees/index.html", campaigns=trustees.campaigns_of(db.session(), current_user.id)
    )


@blueprint.get("/trustees/<campaign>")
@for_roles(*EVERYBODY)
def show(campaign: str) -> Page:
    found = campaigns.find(db.session(), campaign)
    return campaign_page(found, form_of(found)())


@blueprint.post("/trustees/<campaign>/passphrase")
@for_roles(*EVERYBODY)
def enrol(campaign: str) -> Page | Response:
    found = campaigns.find(db.session(), campaign)
    trustee = trustees.find(db.session(), found, current_user.id)
    form = posted(found, EnrolForm)
    if not form.validate():
        return campaign_page(found, form), 422
    try:
        with transaction() as session:
            trustees.enrol(
                session, found, trustee, form.passphrase.data, actor=current_user.email, now=current.now()
            )
    except DomainError as error:
        return refusal(found, form, error)
    flash(gettext("Your passphrase is set. Keep it where only you find it: nobody can tell it to you again."))
    return redirect(url_for(".show", campaign=campaign), 303)


@blueprint.post("/trustees/<campaign>/open")
@for_roles(*EVERYBODY)
def open_key(campaign: str) -> Page | Response:
    found = campaigns.find(db.session(), campaign)
    trustee = trustees.find(db.session(), found, current_user.id)
    form = posted(found, OpenForm)
    if not form.validate():
        return campaign_page(found, form), 422
    try:
        closed = trustees.contribute(
            db.session(),
            current.custody(),
            found,
            trustee,
            form.passphrase.data,
            actor=current_user.email,
            now=current.now(),
            early=form.early.data,
        )
    except DomainError as error:
        return refusal(found, form, error)
    flash(
        gettext("The campaign is closed and its key destroyed.") if closed else gettext("Your part is open.")
    )
    return redirect(url_for(".show", campaign=campaign), 303)


def form_of(campaign: Campaign) -> type[Form]:
    return EnrolForm if campaign.state in BEFORE_OPENING else OpenForm


def posted(campaign: Campaign, kind: type[Form]) -> Form:
    """One that was loaded before the campaign moved on is answered like any other act that is not possible now."""
    if kind is not form_of(campaign):
        raise NotPossible(N_("this step is not possible now: the campaign has moved on"))
    return kind(request.form)


def refusal(campaign: Campaign, form: Form, error: DomainError) -> tuple[str, int]:
    db.session.rollback()
    if not isinstance(form, form_of(campaign)):
        raise error
    form.form_errors.append(gettext(error.sentence, **error.facts))
    return campaign_page(campaign, form), 422


def campaign_page(campaign: Campaign, form: Form) -> str:
    """For the campaign's trustees, and for those who run campaigns; it does not exist for others."""
    members = trustees.members(db.session(), current.custody(), campaign)
    mine = next((member for member in members if member.user_id == current_user.id), None)
    runs_campaigns = any(current_user.has_role(role) for role in (RoleName.HR, RoleName.ADMIN))
    if not members or not (mine or runs_campaigns):
        raise NotFound("there is no such campaign with trustees")
    return render_template(
        "closing/trustees/show.html",
        campaign=campaign,
        members=members,
        mine=mine,
        form=form,
        before_opening=campaign.state in BEFORE_OPENING,
        sealed=campaign.state in UNTIL_COUNTED,
        is_due=campaign.state == CampaignState.CLOSING or campaign.is_over(current.now()),
        one_has_opened=any(member.has_opened for member in members),
    )
