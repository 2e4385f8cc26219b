"""The appraisal of one person: his own, or that of somebody whom one reviews or stands above."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.rounds import Appraisal
from feedback.presentation import appraisal_charts, appraisal_words, derivations
from feedback.services.appraisals import rights, versions
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.dossiers import dossier, reading
from feedback.services.dossiers.reading import Access
from feedback.services.ground.errors import NotFound
from feedback.transaction import transaction
from feedback.views.appraisals.appraisal_access import APPRAISED, READERS, find, is_opened, remember
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.appraisal_replies import InterviewConfirmationForm
from forms.words import N_

LONGEST_NUMBER = 6

blueprint = Blueprint("appraisals", __name__, url_prefix="/appraisals")


@blueprint.get("")
@for_roles(*APPRAISED)
def index() -> str:
    """One's own newest, which leads to those before."""
    by = deciding()
    own = rights.own(db.session(), by.reader)
    if not own:
        return render_template("appraisals/none.html")
    return page(own[0], reading.access(db.session(), own[0], by), by)


@blueprint.get("/of/<period>/<path:person>")
@for_roles(*READERS)
def show(period: str, person: str) -> str:
    by = deciding()
    return page(*find(period, person, by), by)


@blueprint.post("/open/<period>/<path:person>")
@for_roles(*READERS)
def open_(period: str, person: str) -> Response:
    """From here on the figures are shown to somebody above; that he looked is in the audit log."""
    by, session = deciding(), db.session()
    appraisal, access = reading.find(session, period, person, by)
    if access.is_noted and not is_opened(appraisal, by.today):
        with transaction():
            reading.note(session, appraisal, actor=by.name, now=by.now)
        remember(appraisal, by.today)
    return redirect(url_for(".show", period=period, person=person), 303)


def page(appraisal: Appraisal, access: Access, by: Decider, **forms: Any) -> str:
    """A form that was refused is shown again as it was filled in."""
    found = dossier.of(db.session(), appraisal, access, by)
    document = found.result.document if found.result else None
    return render_template(
        "appraisals/show.html",
        today=by.today,
        **about(found.appraisal, access),
        dossier=found,
        document=document,
        lines={line.id: line for line in document.derivation} if document else {},
        picture=appraisal_charts.of_document(document) if document else None,
        **{"interview_form": InterviewConfirmationForm()} | forms,
    )


def about(appraisal: Appraisal, access: Access) -> dict[str, Any]:
    """What every page of an appraisal says of whose it is."""
    return {
        "appraisal": appraisal,
        "period": appraisal.round.period,
        "person": appraisal.person,
        "access": access,
        "words": appraisal_words,
        "anchor": derivations.anchor,
    }


@blueprint.get("/figures/<period>/<path:person>")
@for_roles(*READERS)
def figures(period: str, person: str) -> str:
    """How every figure of a version came about."""
    by, session = deciding(), db.session()
    appraisal, access = find(period, person, by)
    document = readable(appraisal, access, asked("version"))
    names = deputies.called(session, derivations.actors(document))
    return render_template(
        "appraisals/figures.html",
        **about(appraisal, access),
        document=document,
        groups=derivations.groups(document, names),
        version=asked("version"),
    )


@blueprint.get("/versions/<period>/<path:person>")
@for_roles(*READERS)
def compare(period: str, person: str) -> str:
    """Two versions side by side, the last ones if none are named: every number that is not as it was."""
    appraisal, access = find(period, person, deciding())
    newest = appraisal.version or 1
    before, after = asked("before") or max(newest - 1, 1), asked("after") or newest
    documents = [readable(appraisal, access, number) for number in (before, after)]
    return render_template(
        "appraisals/versions.html",
        **about(appraisal, access),
        numbers=(before, after),
        differences=versions.difference(*documents),
    )


def asked(name: str) -> int | None:
    """The number of a version in the address. Raises NotFound for what can be none."""
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_NUMBER:
        raise NotFound(N_("there is no such version"))
    return int(text)


def readable(appraisal: Appraisal, access: Access, number: int | None) -> AppraisalDocument:
    return dossier.document_of(db.session(), appraisal, access, number)
