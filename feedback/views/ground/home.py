from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from flask_security import current_user

from feedback import current
from feedback.extensions import db
from feedback.models.campaigns import Campaign, Subject
from feedback.models.nominations import NominationState
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.campaigns import overview
from feedback.services.closing import trustees
from feedback.services.dossiers import tasks
from feedback.services.dossiers.turns import Turn, TurnTask
from feedback.services.goals import sides
from feedback.services.incidents import register
from feedback.services.messages import call_backs
from feedback.services.releases import replies
from feedback.services.reports import report_summaries, reports
from feedback.services.reports.report_summaries import Member
from feedback.services.rosters import nomination_lists, nominations
from feedback.services.rosters.nomination_lists import NominationRole
from feedback.views.ground.current_reader import current_reader, deciding
from feedback.views.ground.guards import EVERYBODY, for_roles

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@for_roles(*EVERYBODY)
def start() -> str:
    reader = current_reader()
    session = db.session()
    team_campaigns = reading_rights.team_campaigns(session, reader)
    subjects = _to_nominate(reader)
    return render_template(
        "ground/home/start.html",
        campaigns=overview.of_all(session) if reader.reads_everything else None,
        leads=reader.leads,
        team_campaigns=team_campaigns,
        team=_newest_team(reader, team_campaigns),
        own=reports.released(session, reading_rights.own_subjects(session, reader)),
        proposing=[subject for subject in subjects if subject.person_id == reader.person_id],
        turns=[
            (task, gettext(task.sentence, **task.facts), turn_page(task))
            for task in tasks.of(session, deciding())
        ],
        today=current.today(),
        entrusted=trustees.tasks(session, current.custody(), current_user.id),
        goals_to_agree=sides.to_agree(session, reader),
        told_of=len(register.about(session, reader.person_id, current.today())) if reader.person_id else 0,
        objections=replies.unanswered(session, reader),
        calls=call_backs.still_to_call(session, reader, today=current.today()),
        undecided=_undecided([subject for subject in subjects if subject.person_id != reader.person_id]),
    )


def turn_page(task: TurnTask) -> str:
    """Where what waits is done."""
    match task.turn:
        case Turn.READ | Turn.CONFIRM_INTERVIEW | Turn.ACKNOWLEDGE_PLAN:
            return url_for("appraisals.index")
        case Turn.REVIEW | Turn.TALK | Turn.PLAN | Turn.CONTRIBUTE | Turn.STATE:
            return url_for("team.index", period=task.period)
        case Turn.CONFIRM:
            return url_for("confirmations.index")
        case Turn.FOLLOW_UP:
            return url_for("plans.index")
        case Turn.CALIBRATE:
            return url_for("calibrations.index")
        case Turn.ANSWER | Turn.ANSWER_FINALLY:
            return url_for("objections.index")
        case Turn.MEASURE:
            return url_for("measures.index")
        case Turn.DECIDE_INCIDENT:
            return url_for("incidents.index", state="reported")
    return url_for("rounds.show", period=task.period)


def _to_nominate(reader: Reader) -> list[Subject]:
    """For whom the reader may still name raters. HR meets nominations on the pages of their campaigns."""
    if reader.reads_everything:
        return []
    may = {NominationRole.SUBJECT: nominations.may_propose, NominationRole.MANAGER: nominations.may_decide}
    return [
        subject
        for subject in nomination_lists.under_way(db.session(), reader)
        if may[nomination_lists.part_of(reader, subject)](
            subject.campaign, nomination_lists.part_of(reader, subject), current.now()
        )
    ]


def _undecided(subjects: list[Subject]) -> int:
    sizes = nomination_lists.sizes_of(db.session(), subjects) if subjects else {}
    return sum(number for (_, _, state), number in sizes.items() if state == NominationState.PROPOSED)


def _newest_team(reader: Reader, campaigns: list[Campaign]) -> list[Member]:
    """What the newest campaign says about the reader's team."""
    if not campaigns:
        return []
    session = db.session()
    return report_summaries.of_subjects(
        session, campaigns[0], reading_rights.team_in(session, reader, campaigns[0])
    )
