"""The roster of a campaign, for HR: freely before opening, afterwards with care and in the audit log."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from feedback import current
from feedback.extensions import db
from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignKind, CampaignState
from feedback.presentation.locales import language
from feedback.services.campaigns import campaigns
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.errors import DomainError
from feedback.services.rosters import link_reissue, nomination_lists, roster_changes, rosters
from feedback.transaction import transaction
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.nominations import RaterForm
from forms.questionnaire import in_language

blueprint = Blueprint("rosters", __name__, url_prefix="/campaigns")

Page = str | tuple[str, int] | Response
ROSTER = "/<campaign>/roster"


@blueprint.get(ROSTER)
@for_roles(*OFFICE)
def index(campaign: str) -> str:
    session = db.session()
    found = campaigns.find(session, campaign)
    return render_template(
        "rosters/roster.html",
        campaign=found,
        titles=titles(found),
        subjects=campaigns.subjects(session, found),
        sizes=nomination_lists.sizes(session, found),
    )


@blueprint.route(f"{ROSTER}/<path:person>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def show(campaign: str, person: str) -> Page:
    """Sending the form adds a rater."""
    session = db.session()
    found = campaigns.find(session, campaign)
    subject = roster_changes.find_subject(session, found, person)
    form = RaterForm(request.form)
    form.group.choices = [SelectChoice(*title) for title in titles(found).items()]
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                rater = roster_changes.find_rater(session, form.rater.data)
                roster_changes.add(
                    session,
                    current.custody(),
                    subject,
                    form.group.data,
                    rater,
                    actor=current_user.email,
                    now=current.now(),
                )
            return redirect(url_for(".show", campaign=campaign, person=person), 303)
        except DomainError as error:
            form.rater.errors = [gettext(error.sentence, **error.facts)]
    page = roster_page(found.code, person, form)
    return (page, 422) if request.method == "POST" else page


def roster_page(campaign: str, person: str, form: RaterForm) -> str:
    session = db.session()
    found = campaigns.find(session, campaign)
    subject = roster_changes.find_subject(session, found, person)
    return render_template(
        "rosters/roster_of.html",
        campaign=found,
        subject=subject,
        form=form,
        titles=titles(found),
        lines=nomination_lists.lines(session, subject),
        before_opening=found.state in BEFORE_OPENING,
        is_open=found.state == CampaignState.OPEN,
    )


def titles(campaign: Campaign) -> dict[str, str]:
    groups = rosters.groups(read_scheme(campaign.scheme), CampaignKind(campaign.kind))
    return {group.id: in_language(group.title, language()) or group.id for group in groups}


@blueprint.get(f"{ROSTER}-changes/<int:nomination>")
@for_roles(*OFFICE)
def ask(campaign: str, nomination: int) -> str:
    """What withdrawing a rater, or a new link, would mean while answers come in."""
    session = db.session()
    found = campaigns.find(session, campaign)
    listed = roster_changes.find(session, found, nomination)
    return render_template("rosters/withdraw.html", campaign=found, nomination=listed)


@blueprint.post(f"{ROSTER}-changes/<int:nomination>/remove")
@for_roles(*OFFICE)
def remove(campaign: str, nomination: int) -> Response:
    session = db.session()
    listed = roster_changes.find(session, campaigns.find(session, campaign), nomination)
    person = listed.subject.person.code
    with transaction():
        roster_changes.remove(session, listed, actor=current_user.email, now=current.now())
    return redirect(url_for(".show", campaign=campaign, person=person), 303)


@blueprint.post(f"{ROSTER}-changes/<int:nomination>/ask")
@for_roles(*OFFICE)
def ask_anyway(campaign: str, nomination: int) -> Response:
    session = db.session()
    listed = roster_changes.find(session, campaigns.find(session, campaign), nomination)
    with transaction():
        roster_changes.ask_anyway(session, listed, actor=current_user.email, now=current.now())
    return redirect(url_for(".show", campaign=campaign, person=listed.subject.person.code), 303)


@blueprint.post(f"{ROSTER}-changes/<int:nomination>/reissue")
@for_roles(*OFFICE)
def reissue(campaign: str, nomination: int) -> Response:
    session = db.session()
    found = campaigns.find(session, campaign)
    listed = roster_changes.find(session, found, nomination)
    nonce = link_reissue.of_rater(session, found, listed.rater).nonce
    with transaction():
        link_reissue.reissue(session, current.custody(), nonce, actor=current_user.email, now=current.now())
    flash(gettext("The old link is void. A new one is on its way to the rater."), "success")
    return redirect(url_for(".show", campaign=campaign, person=listed.subject.person.code), 303)
