from flask import Blueprint, render_template

from feedback.extensions import db
from feedback.presentation import team_charts
from feedback.services.accounts import reading_rights
from feedback.services.quality import campaign_quality, quality_verdict
from feedback.views.ground.current_reader import current_reader
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE

blueprint = Blueprint("quality", __name__, url_prefix="/quality")


@blueprint.get("/<campaign>")
@for_roles(*OFFICE)
def show(campaign: str) -> str:
    session = db.session()
    found = reading_rights.find_campaign(session, current_reader(), campaign)
    quality = campaign_quality.of_campaign(session, found)
    return render_template(
        "quality/show.html",
        campaign=found,
        quality=quality,
        judgements=quality_verdict.judge(quality),
        by_raters=quality_verdict.reliability_by_raters(quality),
        pictures=team_charts.of_quality(quality),
    )
