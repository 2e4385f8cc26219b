from flask import Blueprint, render_template

from feedback.extensions import db
from feedback.presentation import influence_words, team_charts
from feedback.services.accounts import reading_rights
from feedback.services.quality import campaign_quality, influence_factors, quality_verdict
from feedback.services.quality.influence_document import InfluenceFactors
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


@blueprint.get("/<campaign>/influence")
@for_roles(*OFFICE)
def influence(campaign: str) -> str:
    session = db.session()
    found = reading_rights.find_campaign(session, current_reader(), campaign)
    factors = campaign_quality.of_campaign(session, found).influence
    drawn = influence_words.of_factors(factors) if isinstance(factors, InfluenceFactors) else None
    return render_template(
        "quality/influence.html",
        campaign=found,
        found=factors,
        picture=drawn,
        year=influence_factors.of_year(session, found),
    )
