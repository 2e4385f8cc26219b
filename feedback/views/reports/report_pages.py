from collections.abc import Sequence

from flask import Blueprint, render_template, request

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign, Subject
from feedback.models.people import Department
from feedback.models.rounds import Appraisal
from feedback.presentation import heat_tables, report_figures, team_charts
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import rights
from feedback.services.campaigns import campaigns, overview
from feedback.services.ground.errors import NotFound
from feedback.services.releases import replies
from feedback.services.reports import report_summaries, team_report
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamReport
from feedback.views.ground.current_reader import current_reader
from feedback.views.ground.guards import for_roles

READERS = (RoleName.ADMIN, RoleName.HR, RoleName.MANAGER, RoleName.EMPLOYEE)

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/<campaign>")
@for_roles(*READERS)
def campaign(campaign: str) -> str:
    """The reports on a team, a department or everybody; before there are any, who is rated and how many answered."""
    reader, session = current_reader(), db.session()
    subjects = reading_rights.subjects_in(session, reader, campaign)
    if not subjects:
        return awaited(reader, reading_rights.find_campaign(session, reader, campaign))
    found = subjects[0].campaign
    chosen = [each for each in subjects if is_in_department(each, request.args.get("department", ""))]
    rows, team = members_and_team(reader, found, chosen)
    return render_template(
        "reports/campaign.html",
        campaign=found,
        departments=departments_of(subjects),
        rows=rows,
        team=team,
        heat=heat_tables.of_members(team),
        pictures=team_charts.of_team(team),
        reads_everything=reader.reads_everything,
    )


def members_and_team(
    reader: Reader, campaign: Campaign, subjects: Sequence[Subject]
) -> tuple[list[Member], TeamReport]:
    """Nobody is counted among his own people."""
    rows = report_summaries.of_subjects(db.session(), campaign, subjects)
    others = [row for row, each in zip(rows, subjects, strict=True) if each.person_id != reader.person_id]
    return rows, team_report.of_members(others)


def awaited(reader: Reader, campaign: Campaign) -> str:
    session = db.session()
    return render_template(
        "reports/awaited.html",
        campaign=campaign,
        overview=overview.of_campaign(session, campaign) if reader.reads_everything else None,
        subjects=campaigns.subjects(session, campaign),
    )


def is_in_department(subject: Subject, code: str) -> bool:
    return not code or subject.is_of(code)


def departments_of(subjects: Sequence[Subject]) -> list[Department]:
    found = {subject.department for subject in subjects if subject.department}
    return sorted(found, key=lambda department: department.code)


@blueprint.get("/<campaign>/<path:person>")
@for_roles(*READERS)
def show(campaign: str, person: str) -> str:
    session, reader = db.session(), current_reader()
    subject = reading_rights.find_subject(session, reader, campaign, person)
    report, reply = replies.to_report(session, subject)
    return render_template(
        "reports/show.html",
        campaign=subject.campaign,
        reply=reply,
        is_own=subject.person_id == reader.person_id,
        may_release=reader.reads_everything or reader.leads,
        appraisal=appraisal_of(reader, subject),
        **report_figures.of_report(report),
    )


def appraisal_of(reader: Reader, subject: Subject) -> Appraisal | None:
    """Of the same person in the period of the campaign, if there is one for the reader."""
    try:
        return rights.find(db.session(), reader, subject.campaign.period, subject.person.code)
    except NotFound:
        return None
