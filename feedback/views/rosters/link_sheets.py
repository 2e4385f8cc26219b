"""The links of a campaign for channels other than mail: as a table, or as QR codes to print."""

from flask import Blueprint, Response, abort, render_template, url_for
from flask_security import current_user

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.campaigns import campaigns
from feedback.services.rosters import link_sheets
from feedback.transaction import transaction
from feedback.views.ground.downloads import attachment
from feedback.views.ground.guards import for_roles

FORMATS = ("csv", "xlsx", "qr")

blueprint = Blueprint("links", __name__, url_prefix="/campaigns/<campaign>/links")
only_hr = for_roles(RoleName.HR)


@blueprint.get("")
@only_hr
def index(campaign: str) -> str:
    found = campaigns.find(db.session(), campaign)
    is_open = found.accepts_answers(current.now())
    return render_template("rosters/links.html", campaign=found, is_open=is_open)


@blueprint.post("/<sheet>")
@only_hr
def export(campaign: str, sheet: str) -> Response:
    """A POST, since it leaves a line in the audit log."""
    if sheet not in FORMATS:
        abort(404)
    found, public_url = campaigns.find(db.session(), campaign), current.settings().public_url
    with transaction() as session:
        links = link_sheets.fetch(
            session,
            current.tokens(),
            public_url,
            found,
            sheet,
            actor=str(current_user.email),
            now=current.now(),
        )
    if sheet == "qr":
        style_url = url_for("static", filename="qr.css")
        return Response(link_sheets.to_qr_page(links, found, style_url=style_url))
    if sheet == "xlsx":
        return attachment(link_sheets.to_xlsx(links, found), f"links-{found.code}.xlsx")
    text = link_sheets.to_csv(links, found)
    return attachment(text.encode("utf-8-sig"), f"links-{found.code}.csv")
