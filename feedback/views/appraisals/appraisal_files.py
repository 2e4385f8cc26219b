"""An appraisal as a form to print and sign, and as data that can be computed again."""

from flask import Blueprint, Response, abort

from feedback.extensions import db
from feedback.models.rounds import Appraisal
from feedback.papers.pdf import appraisal_form
from feedback.presentation import derivations
from feedback.presentation.locales import language
from feedback.services.decisions import deputies, results
from feedback.services.decisions.deputies import Decider
from feedback.services.dossiers import dossier, exporting
from feedback.services.dossiers.reading import Access
from feedback.views.appraisals.appraisal_access import READERS, find
from feedback.views.appraisals.appraisal_pages import asked, readable
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.downloads import attachment
from feedback.views.ground.guards import for_roles
from feedback.views.reports.report_files import as_json

PAPERS = ("pdf", "json")

blueprint = Blueprint("appraisal_files", __name__, url_prefix="/appraisals/file")


@blueprint.get("/<period>/<paper>/<path:person>")
@for_roles(*READERS)
def fetch(period: str, paper: str, person: str) -> Response:
    """What its page shows; earlier versions as data alone."""
    if paper not in PAPERS:
        abort(404)
    by = deciding()
    appraisal, access = find(period, person, by)
    file = data(appraisal, access) if paper == "json" else form(appraisal, access, by)
    return attachment(file, f"appraisal-{period}-{person}.{paper}")


def form(appraisal: Appraisal, access: Access, by: Decider) -> bytes:
    session = db.session()
    found = dossier.of(session, appraisal, access, by)
    if found.result is None:
        abort(404)
    names = deputies.called(session, derivations.actors(found.result.document))
    return appraisal_form.pdf(found, found.result, names, language())


def data(appraisal: Appraisal, access: Access) -> bytes:
    session, number = db.session(), asked("version")
    document = readable(appraisal, access, number)
    layers = results.standing(session, appraisal)
    if layers is None:
        abort(404)
    is_counting = number is None or number == layers.version
    exported = exporting.export(
        session, appraisal, document, number or layers.version, layers if is_counting else None
    )
    return as_json(exported)
