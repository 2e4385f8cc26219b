"""The next campaign prepared from the last: same questions, same rules, today's people."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from feedback.models.campaigns import BEFORE_OPENING, Campaign
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.ground import days, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.planning import stored_plans
from feedback.services.rosters.nomination_lists import groups_of
from feedback.services.tables import periods
from forms.words import N_

ACTOR = "schedule"
AHEAD = timedelta(days=14)


def prepare_next(session: Session, campaign: Campaign, *, actor: str, now: datetime) -> Campaign:
    """A draft for the following period: dates shifted, the roster made anew, approved peers copied."""
    row_locks.hold_row(session, campaign)
    if campaign.state in BEFORE_OPENING:
        raise NotPossible(N_("campaign %(code)s has not been opened yet"), code=campaign.code)
    if _is_prepared(session, campaign):
        raise NotPossible(N_("the campaign after %(code)s is prepared already"), code=campaign.code)
    prepared = campaigns.create(session, _plan(session, campaign, now), actor=actor, now=now)
    prepared.previous_id = campaign.id
    session.flush()
    return prepared


def prepare_due(session: Session, now: datetime, zone: ZoneInfo) -> list[Campaign]:
    """Prepare what follows the recurring campaigns, two weeks before its period begins."""
    successor = aliased(Campaign)
    has_one = select(successor.id).where(successor.previous_id == Campaign.id).exists()
    recurring = select(Campaign).where(Campaign.recurring, Campaign.opened_at.is_not(None), ~has_one)
    due = [campaign for campaign in session.scalars(recurring) if _is_due(campaign, now, zone)]
    for campaign in due:
        row_locks.hold_row(session, campaign)  # another worker may be at it
    return [
        prepare_next(session, campaign, actor=ACTOR, now=now)
        for campaign in due
        if not _is_prepared(session, campaign)
    ]


def _is_prepared(session: Session, campaign: Campaign) -> bool:
    return session.scalar(select(Campaign.id).where(Campaign.previous_id == campaign.id)) is not None


def _is_due(campaign: Campaign, now: datetime, zone: ZoneInfo) -> bool:
    return days.day_of(now + AHEAD, zone) >= periods.first_day(periods.following(campaign.period))


def _plan(session: Session, campaign: Campaign, now: datetime) -> CampaignPlan:
    plan = stored_plans.of_campaign(session, campaign, now=now)
    period = periods.following(campaign.period)
    later = periods.first_day(period) - periods.first_day(campaign.period)
    plan = replace(
        plan,
        code=stored_plans.free_code(session, period, plan.kind),
        period=period,
        title_zh=_title(plan.title_zh, campaign.period, period),
        title_en=_title(plan.title_en, campaign.period, period),
        subjects=tuple(person for person in plan.subjects if person.active),
        closes_at=plan.closes_at + later,
        nominations_until=plan.nominations_until and plan.nominations_until + later,
        approvals_until=plan.approvals_until and plan.approvals_until + later,
    )
    nominated = [group.id for group in groups_of(campaign)]
    peers = stored_plans.approved_peers(session, campaign, nominated)
    return stored_plans.with_roster(session, plan, now=now, beside=None, peers=peers)


def _title(title: str, old: str, new: str) -> str:
    """The title with its period moved on; with the new period added where it names none that we know."""
    for before, after in zip(_spellings(old), _spellings(new), strict=True):
        if before in title:
            return title.replace(before, after)
    return f"{title} {new}"


def _spellings(period: str) -> list[str]:
    """How titles write a period, the longest first."""
    start: date = periods.first_day(period)
    year, quarter, month = start.year, (start.month + 2) // 3, start.month
    if "Q" in period:
        figures = "一二三四"[quarter - 1]
        ordinal = ("First", "Second", "Third", "Fourth")[quarter - 1]
        return [
            f"{year}年第{figures}季度",
            f"{year}年第{quarter}季度",
            f"{ordinal} quarter {year}",
            f"{ordinal.lower()} quarter of {year}",
            f"Q{quarter} {year}",
            period,
        ]
    if "-" in period:
        return [f"{year}年{month}月", f"{start:%B} {year}", period]
    return [f"{year}年", period]
