from flask import Blueprint, render_template

from feedback.extensions import db
from feedback.services import access, campaign_quality, quality_verdict
from feedback.views import team_pictures
from feedback.views.guards import for_roles
from feedback.views.navigation import OFFICE
from feedback.views.reader import current_reader

blueprint = Blueprint("quality", __name__, url_prefix="/quality")


@blueprint.get("/<campaign>")
@for_roles(*OFFICE)
def show(campaign: str) -> str:
    session = db.session()
    found = access.find_campaign(session, current_reader(), campaign)
    quality = campaign_quality.of_campaign(session, found)
    return render_template(
        "quality/show.html",
        campaign=found,
        quality=quality,
        judgements=quality_verdict.judge(quality),
        by_raters=quality_verdict.reliability_by_raters(quality),
        pictures=team_pictures.of_quality(quality),
    )
