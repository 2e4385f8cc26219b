"""Campaigns for HR: the list, one campaign as it runs, and the steps that move it forward. `wizard` makes drafts."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask import Response as Download
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import current, trustee_mail
from feedback.extensions import db
from feedback.models.campaigns import BEFORE_OPENING, Campaign, CampaignState, KeyCustody
from feedback.presentation.numerals import percent
from feedback.services.ballot_box import enrolled_keys
from feedback.services.campaigns import campaigns, lifecycle, overview, purging
from feedback.services.campaigns.lifecycle import Step
from feedback.services.closing import campaign_closing, clock_watch
from feedback.services.closing.clock_watch import Doubt
from feedback.services.crowds import response_rates
from feedback.services.crowds.response_rates import DayCount, RateLine
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.definitions.library import VersionChoice
from feedback.services.ground import secure_deletion
from feedback.services.ground.errors import NotPossible
from feedback.services.mail import outbox, reminders
from feedback.services.planning import campaign_file_export, draft_changes, recurrence
from feedback.services.releases import releases
from feedback.services.rosters import roster_changes
from feedback.transaction import transaction
from feedback.views.ground.downloads import attachment
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.words import N_

CHART_WIDTH, CHART_TOP, CHART_BOTTOM = 640, 20, 156

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")

DONE = {
    Step.NOMINATE: N_("Nominations are under way; the subjects are told by mail."),
    Step.OPEN: N_("The campaign is open. The invitations are on their way."),
    Step.CLOSE: N_("The campaign is closed: the answers are counted, the ballots and their key destroyed."),
    Step.RELEASE: N_("The reports are released."),
    Step.PURGE: N_("Everything that names raters is deleted."),
    Step.DISCARD: N_("The draft is deleted."),
}


@blueprint.get("")
@for_roles(*OFFICE)
def index() -> str:
    return render_template("campaigns/index.html", campaigns=overview.of_all(db.session()))


@blueprint.get("/<campaign>")
@for_roles(*OFFICE)
def show(campaign: str) -> str:
    session, now = db.session(), current.now()
    found = campaigns.find(session, campaign)
    if found.state in BEFORE_OPENING:
        return render_template(
            "campaigns/draft.html", **facts(found), outlook=outlook(found), questionnaire=questionnaire(found)
        )
    return render_template(
        "campaigns/show.html",
        **facts(found),
        doubt=waiting_for_the_clock(found),
        rates=response_rates.rates(session, found),
        days=response_rates.days(session, found),
        days_left=response_rates.days_left(found, now),
        remindable=reminders.reach(session, found, now=now, zone=current.settings().zone),
        deliveries=outbox.delivery_counts(session, found),
        changes=roster_changes.since_opening(session, found),
        subjects=campaigns.subjects(session, found),
        trustees=enrolled_keys.on_record(session, current.custody(), found),
    )


def waiting_for_the_clock(campaign: Campaign) -> Doubt | None:
    """Why a campaign that is over is not closed by itself; nothing if the clock is not the reason."""
    by_itself = campaign.state == CampaignState.OPEN and campaign.key_custody == KeyCustody.SERVER
    return clock_watch.doubted(db.session()) if by_itself and campaign.is_over(current.now()) else None


def facts(campaign: Campaign) -> dict[str, object]:
    return {
        "campaign": campaign,
        "steps": lifecycle.steps(campaign),
        "scheme": read_scheme(campaign.scheme),
        "by_trustees": campaign.key_custody == KeyCustody.TRUSTEES,
    }


def questionnaire(campaign: Campaign) -> VersionChoice:
    asked = read_questionnaire(campaign.questionnaire)
    return VersionChoice(asked.id, asked.version, asked.title)


def outlook(campaign: Campaign) -> lifecycle.Outlook:
    return lifecycle.outlook(db.session(), current.custody(), campaign, now=current.now())


@blueprint.get("/<campaign>/steps/<step>")
@for_roles(*OFFICE)
def ask(campaign: str, step: str) -> str:
    """Says in words what the step does and what it fixes, and asks."""
    found, wanted = find_step(campaign, step)
    before = found.state in BEFORE_OPENING
    return render_template(
        f"campaigns/steps/{wanted}.html",
        **facts(found),
        step=wanted,
        outlook=outlook(found) if before else None,
        early=found.state == CampaignState.OPEN and not found.is_over(current.now()),
    )


@blueprint.post("/<campaign>/steps/<step>")
@for_roles(*OFFICE)
def take(campaign: str, step: str) -> Response:
    found, wanted = find_step(campaign, step)
    take_step(found, wanted)
    flash(gettext(DONE[wanted]), "success")
    if wanted is Step.DISCARD:
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".show", campaign=campaign), 303)


def find_step(code: str, name: str) -> tuple[Campaign, Step]:
    """A step that does not come next is answered like any other act that is not possible now."""
    if name not in set(Step):
        abort(404)
    found, step = campaigns.find(db.session(), code), Step(name)
    if step not in lifecycle.steps(found):
        raise NotPossible(N_("this step is not possible now: the campaign has moved on"))
    return found, step


def take_step(campaign: Campaign, step: Step) -> None:
    """Closing is many transactions, each committed by its service; every other step is one."""
    custody, by = current.custody(), {"actor": current_user.email, "now": current.now()}
    if step is Step.CLOSE:
        campaign_closing.close(db.session(), custody, campaign, **by, early=True)
        return
    with transaction() as session:
        match step:
            case Step.NOMINATE:
                lifecycle.start_nominating(session, campaign, **by)
            case Step.OPEN:
                campaigns.open(session, custody, campaign, **by)
                trustee_mail.ask_to_test(campaign)
            case Step.RELEASE:
                releases.release(session, campaign, **by)
            case Step.PURGE:
                purging.purge(session, campaign, **by)
            case Step.DISCARD:
                draft_changes.discard(session, campaign, **by)
    if step is Step.PURGE:
        secure_deletion.forget_deleted_rows(session)


@blueprint.get("/<campaign>/file")
@for_roles(*OFFICE)
def download(campaign: str) -> Download:
    """The file from which `feedback campaign create` makes it; packed, if there are definitions of its own with it."""
    session = db.session()
    found = campaigns.find(session, campaign)
    texts = campaign_file_export.to_toml(session, found, current.settings().zone)
    if len(texts) == 1:
        return attachment(texts[f"{found.code}.toml"].encode(), f"{found.code}.toml")
    return attachment(campaign_file_export.packed(texts), f"{found.code}.zip")


@blueprint.post("/<campaign>/next")
@for_roles(*OFFICE)
def prepare_next(campaign: str) -> Response:
    session = db.session()
    found = campaigns.find(session, campaign)
    with transaction():
        prepared = recurrence.prepare_next(session, found, actor=current_user.email, now=current.now())
    flash(
        gettext("The next campaign is prepared: a draft with today's people and the approved peers."),
        "success",
    )
    return redirect(url_for(".show", campaign=prepared.code), 303)


@blueprint.app_template_filter()
def share(line: RateLine) -> str:
    return percent(line.answered / line.invited)


@dataclass(frozen=True)
class ChartPoint:
    x: float
    y: float

    @property
    def label(self) -> float:
        """Where the number of this point is written: above it."""
        return max(self.y - 10, 12)


@dataclass(frozen=True)
class DayChart:
    points: tuple[ChartPoint, ...]

    @property
    def line(self) -> str:
        return "M" + " L".join(f"{point.x} {point.y}" for point in self.points)

    @property
    def area(self) -> str:
        first, last = self.points[0], self.points[-1]
        return f"{self.line} L{last.x} {CHART_BOTTOM} L{first.x} {CHART_BOTTOM} Z"


@blueprint.app_template_filter()
def day_chart(days: Sequence[DayCount]) -> DayChart:
    """Answers over days, in the units of the drawing; the highest number is at the top."""
    start, most = days[0].day, max(day.answered for day in days)
    length = max((days[-1].day - start).days, 1)
    return DayChart(
        tuple(
            ChartPoint(
                round(CHART_WIDTH * (day.day - start).days / length, 1),
                round(CHART_BOTTOM - (CHART_BOTTOM - CHART_TOP) * day.answered / most, 1),
            )
            for day in days
        )
    )
