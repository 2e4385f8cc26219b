"""Reports as files: one as a paper, many as a batch that a worker prints, all of them as tables."""

import json
from dataclasses import asdict

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from feedback import current
from feedback.extensions import db
from feedback.jobs.tasks import printer
from feedback.models.accounts import RoleName
from feedback.models.batches import BatchState
from feedback.models.campaigns import Campaign
from feedback.papers.pdf import quality as quality_paper
from feedback.papers.pdf import subject_report
from feedback.papers.pdf import team as team_paper
from feedback.papers.web import page
from feedback.papers.workbooks import quality_sheet, team_tables
from feedback.papers.workbooks.results_workbook import Results
from feedback.presentation.locales import language
from feedback.services.accounts import reading_rights
from feedback.services.ground import audit
from feedback.services.quality import campaign_quality
from feedback.services.quality.quality_document import CampaignQuality
from feedback.services.releases import report_batches
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from feedback.services.reports.team_report import LEAST_TEAM, TeamLabel, TeamReport
from feedback.transaction import transaction
from feedback.views.ground.current_reader import current_reader
from feedback.views.ground.downloads import attached_file, attachment
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from feedback.views.reports.report_pages import READERS, departments_of, is_in_department, members_and_team

LEADERS = (*OFFICE, RoleName.MANAGER)
PAPERS = ("pdf", "html", "json")
FIGURES = ("pdf", "xlsx", "json")
TABLES = ("xlsx", "csv", "json")
SECONDS = "2"

blueprint = Blueprint("files", __name__, url_prefix="/files/<campaign>")


def find_campaign(code: str) -> Campaign:
    return reading_rights.find_campaign(db.session(), current_reader(), code)


@blueprint.get("")
@for_roles(*LEADERS)
def index(campaign: str) -> str:
    found = find_campaign(campaign)
    subjects = reading_rights.subjects_in(db.session(), current_reader(), campaign)
    return render_template(
        "reports/files/index.html",
        campaign=found,
        subjects=subjects,
        departments=departments_of(subjects),
        reads_everything=current_reader().reads_everything,
    )


@blueprint.get("/<paper>/<path:person>")
@for_roles(*READERS)
def individual_report(campaign: str, paper: str, person: str) -> Response:
    if paper not in PAPERS:
        abort(404)
    session = db.session()
    subject = reading_rights.find_subject(session, current_reader(), campaign, person)
    report = reports.of_subject(session, subject)
    return attachment(printed(report, paper), f"report-{campaign}-{person}.{paper}")


@blueprint.get("/team/<paper>")
@for_roles(*LEADERS)
def team(campaign: str, paper: str) -> Response:
    """What the page of the same department shows, where it has a team."""
    found, reader = find_campaign(campaign), current_reader()
    code = request.args.get("department", "")
    subjects = reading_rights.subjects_in(db.session(), reader, campaign)
    chosen = [subject for subject in subjects if is_in_department(subject, code)]
    together = members_and_team(reader, found, chosen)[1]
    if paper not in FIGURES or len(together.members) < LEAST_TEAM:
        abort(404)
    label = TeamLabel.of(found, chosen[0].department if code else None)
    name = "-".join(filter(None, ("team", campaign, code)))
    return attachment(team_file(together, label, paper), f"{name}.{paper}")


def team_file(together: TeamReport, label: TeamLabel, paper: str) -> bytes:
    match paper:
        case "pdf":
            return team_paper.pdf(together, label, language())
        case "xlsx":
            return team_tables.xlsx(together, label, language())
    return as_json({**asdict(label), **together.to_document()})


@blueprint.get("/quality/<paper>")
@for_roles(*OFFICE)
def quality(campaign: str, paper: str) -> Response:
    if paper not in FIGURES:
        abort(404)
    found = campaign_quality.of_campaign(db.session(), find_campaign(campaign))
    return attachment(quality_file(found, paper), f"quality-{campaign}.{paper}")


def quality_file(found: CampaignQuality, paper: str) -> bytes:
    match paper:
        case "pdf":
            return quality_paper.pdf(found, language())
        case "xlsx":
            return quality_sheet.xlsx(found, language())
    return as_json(found.to_document())


def printed(report: Report, paper: str) -> bytes:
    match paper:
        case "pdf":
            return subject_report.pdf(report, language())
        case "html":
            return page.html(current_app.jinja_env, report, language()).encode()
    return as_json(report.to_document())


def as_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode()


@blueprint.post("/tables/<sheet>")
@for_roles(*OFFICE)
def tables(campaign: str, sheet: str) -> Response:
    """A POST, since it leaves a line in the audit log."""
    if sheet not in TABLES:
        abort(404)
    session, found = db.session(), find_campaign(campaign)
    subjects = reading_rights.subjects_in(session, current_reader(), campaign)
    all_reports = reports.of_subjects(session, found, subjects)
    results = Results(all_reports, campaign_quality.of_campaign(session, found))
    answer = tables_file(results, sheet, campaign)
    actor = str(current_user.email)
    with transaction():
        audit.record(session, "results exported", found.code, actor=actor, now=current.now(), format=sheet)
    return answer


def tables_file(results: Results, sheet: str, campaign: str) -> Response:
    match sheet:
        case "xlsx":
            return attachment(results.xlsx(language()), f"results-{campaign}.xlsx")
        case "csv":
            return attachment(results.csv_files(language()), f"results-{campaign}.zip")
    documents = [report.to_document() for report in results.reports]
    return attachment(as_json(documents), f"results-{campaign}.json")


@blueprint.post("/batches")
@for_roles(*LEADERS)
def ask(campaign: str) -> AnyResponse:
    session, found = db.session(), find_campaign(campaign)
    department = request.form.get("department", "")
    subjects = reading_rights.subjects_in(session, current_reader(), campaign)
    chosen = [subject for subject in subjects if is_in_department(subject, department)]
    with transaction():
        batch = report_batches.ask(
            session, found, chosen, language(), actor=str(current_user.email), now=current.now()
        )
    current.queue().wake("print_reports")
    return redirect(url_for(".batch", campaign=campaign, batch=batch.token), 303)


@blueprint.get("/batches/<batch>")
@for_roles(*LEADERS)
def batch(campaign: str, batch: str) -> Response:
    """Comes again by itself until there is something to fetch."""
    found = report_batches.find(db.session(), current_reader(), find_campaign(campaign), batch)
    answer = Response(render_template("reports/files/batch.html", campaign=found.campaign, batch=found))
    if found.is_under_way:
        answer.headers["Refresh"] = SECONDS
    return answer


@blueprint.get("/batches/<batch>/zip")
@for_roles(*LEADERS)
def fetch(campaign: str, batch: str) -> Response:
    found = report_batches.find(db.session(), current_reader(), find_campaign(campaign), batch)
    file = printer().file(found)
    if found.state != BatchState.DONE or not file.exists():
        abort(404, gettext("there is no such file any more"))
    return attached_file(file, f"reports-{found.campaign.code}.zip")
