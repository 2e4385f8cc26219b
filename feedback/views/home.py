from flask import Blueprint, render_template

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services import access, overview, reports
from feedback.services.access import Reader
from feedback.services.report_document import Report
from feedback.views.guards import EVERYBODY, for_roles
from feedback.views.reader import current_reader

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@for_roles(*EVERYBODY)
def start() -> str:
    reader = current_reader()
    session = db.session()
    team_campaigns = access.team_campaigns(session, reader)
    return render_template(
        "home/start.html",
        campaigns=overview.of_all(session) if reader.reads_everything else None,
        leads=reader.leads,
        team_campaigns=team_campaigns,
        team=_newest_team(reader, team_campaigns),
        own=reports.released(session, access.own_subjects(session, reader)),
    )


def _newest_team(reader: Reader, campaigns: list[Campaign]) -> list[Report]:
    """What the newest campaign says about the reader's team."""
    if not campaigns:
        return []
    session = db.session()
    return reports.of_subjects(session, campaigns[0], access.team_in(session, reader, campaigns[0]))
