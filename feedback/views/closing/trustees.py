"""Where the trustees of a campaign set, confirm and test their passphrases, and later open its key, two of them."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response
from wtforms import Form

from feedback import current, trustee_mail
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import BEFORE_OPENING, SEALED, Campaign, CampaignState, Trustee
from feedback.services.ballot_box import enrolled_keys
from feedback.services.campaigns import campaigns
from feedback.services.closing import enrolment, trustees
from feedback.services.closing.trustees import TrusteeState
from feedback.services.ground.errors import DomainError, NotFound, NotPossible
from feedback.transaction import transaction
from feedback.views.ground.guards import EVERYBODY, for_roles
from forms.trustees import ConfirmForm, EnrolForm, OpenForm, TestForm
from forms.words import N_

blueprint = Blueprint("trustees", __name__)

Page = str | tuple[str, int]
Act = Callable[[Form, Campaign, Trustee], str]


@blueprint.get("/trustees")
@for_roles(*EVERYBODY)
def index() -> Page:
    return render_template(
        "closing/trustees/index.html", campaigns=trustees.campaigns_of(db.session(), current_user.id)
    )


@blueprint.get("/trustees/<campaign>")
@for_roles(*EVERYBODY)
def show(campaign: str) -> Page:
    return campaign_page(campaigns.find(db.session(), campaign))


@blueprint.post("/trustees/<campaign>/passphrase")
@for_roles(*EVERYBODY)
def enrol(campaign: str) -> Page | Response:
    return done(campaign, EnrolForm, enrolled)


@blueprint.post("/trustees/<campaign>/confirmation")
@for_roles(*EVERYBODY)
def confirm(campaign: str) -> Page | Response:
    return done(campaign, ConfirmForm, confirmed)


@blueprint.post("/trustees/<campaign>/test")
@for_roles(*EVERYBODY)
def open_test(campaign: str) -> Page | Response:
    return done(campaign, TestForm, tested)


@blueprint.post("/trustees/<campaign>/open")
@for_roles(*EVERYBODY)
def open_key(campaign: str) -> Page | Response:
    return done(campaign, OpenForm, opened)


def done(code: str, kind: type[Form], act: Act) -> Page | Response:
    """What a trustee does with his passphrase, or the page that says why not."""
    found = campaigns.find(db.session(), code)
    trustee = trustees.find(db.session(), found, current_user.id)
    form = posted(found, kind)
    if not form.validate():
        return campaign_page(found, form), 422
    try:
        told = act(form, found, trustee)
    except DomainError as error:
        return refusal(found, form, error)
    flash(told)
    return redirect(url_for(".show", campaign=code), 303)


def enrolled(form: Form, campaign: Campaign, trustee: Trustee) -> str:
    seen = form.seen.data if form.confirm.data else None
    with transaction():
        with_passphrase(enrolment.enrol, form, campaign, trustee)(seen=seen)
        trustee_mail.ask_to_confirm(campaign, trustee)
    return gettext(
        "Your passphrase is set. Keep it where only you find it, and the fingerprint of your key with it: "
        "nobody can tell you the passphrase again."
    )


def confirmed(form: Form, campaign: Campaign, trustee: Trustee) -> str:
    with transaction():
        with_passphrase(enrolment.confirm, form, campaign, trustee)(seen=form.seen.data)
    return gettext("Your passphrase opened the test envelope. You have confirmed the three keys.")


def tested(form: Form, campaign: Campaign, trustee: Trustee) -> str:
    with transaction():
        with_passphrase(enrolment.open_test, form, campaign, trustee)()
    return gettext("Your passphrase opens what was sealed to you at the opening.")


def opened(form: Form, campaign: Campaign, trustee: Trustee) -> str:
    if with_passphrase(trustees.contribute, form, campaign, trustee)(early=form.early.data):
        return gettext("The campaign is closed and its key destroyed.")
    return gettext("Your part is open.")


def with_passphrase(
    act: Callable[..., bool | None], form: Form, campaign: Campaign, trustee: Trustee
) -> Callable[..., bool | None]:
    given = (db.session(), current.custody(), campaign, trustee, form.passphrase.data)
    return partial(act, *given, actor=current_user.email, now=current.now())


def forms_of(campaign: Campaign) -> tuple[type[Form], ...]:
    return (EnrolForm, ConfirmForm) if campaign.state in BEFORE_OPENING else (TestForm, OpenForm)


def posted(campaign: Campaign, kind: type[Form]) -> Form:
    """One that was loaded before the campaign moved on is answered like any other act that is not possible now."""
    if kind not in forms_of(campaign):
        raise NotPossible(N_("this step is not possible now: the campaign has moved on"))
    return kind(request.form)


def refusal(campaign: Campaign, form: Form, error: DomainError) -> tuple[str, int]:
    db.session.rollback()
    if not isinstance(form, forms_of(campaign)):
        raise error
    form.form_errors.append(gettext(error.sentence, **error.facts))
    return campaign_page(campaign, form), 422


def campaign_page(campaign: Campaign, wrong: Form | None = None) -> str:
    """For the campaign's trustees, and for those who run campaigns; it does not exist for others."""
    members = trustees.members(db.session(), current.custody(), campaign)
    mine = next((member for member in members if member.key.user_id == current_user.id), None)
    runs_campaigns = any(current_user.has_role(role) for role in (RoleName.HR, RoleName.ADMIN))
    if not members or not (mine or runs_campaigns):
        raise NotFound("there is no such campaign with trustees")
    return render_template(
        "closing/trustees/show.html",
        campaign=campaign,
        members=members,
        mine=mine,
        wrong=wrong,
        forms={kind.__name__: wrong if isinstance(wrong, kind) else kind() for kind in forms_of(campaign)},
        **seen_by(members, mine),
        before_opening=campaign.state in BEFORE_OPENING,
        sealed=campaign.state in SEALED,
        is_due=campaign.state == CampaignState.CLOSING or campaign.is_over(current.now()),
        one_has_opened=any(member.has_opened for member in members),
    )


def seen_by(members: list[TrusteeState], mine: TrusteeState | None) -> dict[str, object]:
    """What the page shows of all keys, and whether the other two are there to be confirmed."""
    keys = [member.key for member in members]
    others = [key for key in keys if mine and key.user_id != mine.key.user_id]
    return {
        "all_set": trustees.all_set(keys),
        "all_confirmed": all(key.is_confirmed for key in keys),
        "others_set": len(others) == len(keys) - 1 and all(key.is_set for key in others),
        "seen": enrolled_keys.others_seen(keys, mine.key.user_id) if mine else "",
    }
