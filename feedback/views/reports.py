from flask import Blueprint, abort, render_template, request

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services import access, campaigns, overview, reports
from feedback.views.guards import for_roles
from feedback.views.reader import current_reader

READERS = (RoleName.ADMIN, RoleName.HR, RoleName.MANAGER, RoleName.EMPLOYEE)

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.before_request
def refuse_impossible_codes() -> None:
    """No code has a NUL in it, and PostgreSQL does not even take one in a question."""
    if "\0" in request.path:
        abort(404)


@blueprint.get("/<campaign>")
@for_roles(*READERS)
def campaign(campaign: str) -> str:
    reader, session = current_reader(), db.session()
    found = access.find_campaign(session, reader, campaign)
    subjects = access.subjects_in(session, reader, found)
    return render_template(
        "reports/campaign.html",
        campaign=found,
        overview=overview.of_campaign(session, found) if reader.reads_everything else None,
        rows=reports.of_subjects(session, found, subjects) if subjects else [],
        without_results=[] if subjects else campaigns.subjects(session, found),
    )


@blueprint.get("/<campaign>/<path:person>")
@for_roles(*READERS)
def show(campaign: str, person: str) -> str:
    session = db.session()
    subject = access.find_subject(session, current_reader(), campaign, person)
    return render_template(
        "reports/show.html", campaign=subject.campaign, report=reports.of_subject(session, subject)
    )
