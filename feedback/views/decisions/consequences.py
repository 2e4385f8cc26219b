"""What follows from final results: suggested by them, decided by HR, handed on as a file."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.plans import ConsequenceKind
from feedback.presentation import appraisal_words
from feedback.services.appraisals import rights
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.ground.pagination import part
from feedback.services.plans import consequences
from feedback.transaction import transaction
from feedback.views.decisions import decision_words
from feedback.views.decisions.acts import done
from feedback.views.decisions.round_pages import find
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.downloads import attachment
from feedback.views.ground.guards import for_roles
from forms.rounds import ConsequenceForm
from forms.words import N_

blueprint = Blueprint("consequences", __name__, url_prefix="/consequences")

KINDS = tuple(ConsequenceKind)
Page = tuple[str, int] | Redirect


@blueprint.get("/of/<period>")
@for_roles(RoleName.HR)
def index(period: str) -> str:
    of_round = find(period)
    lines = consequences.lines(db.session(), of_round, deciding())
    return render_template(
        "decisions/consequences.html",
        round=of_round,
        page=part(lines, request.args.get("page", 1, type=int)),
        kinds=decision_words.CONSEQUENCES,
        words=appraisal_words,
    )


@blueprint.get("/person/<period>/<path:person>")
@for_roles(RoleName.HR)
def show(period: str, person: str) -> str:
    return shown(period, person, {})


def shown(period: str, person: str, given: dict[ConsequenceKind, ConsequenceForm]) -> str:
    session, by = db.session(), deciding()
    appraisal = rights.find(session, by.reader, period, person)
    line = consequences.of_appraisal(session, appraisal)
    if line is None or by.person_id == appraisal.person_id:
        raise NotFound(N_("the appraisal of %(code)s is not final: nothing follows from it yet"), code=person)
    forms = {kind: given.get(kind) or typed(line, kind) for kind in KINDS}
    return render_template(
        "decisions/consequence.html",
        line=line,
        person=appraisal.person,
        period=period,
        forms_of=forms,
        kinds=decision_words.CONSEQUENCES,
        words=appraisal_words,
    )


def typed(line: consequences.ConsequenceLine, kind: ConsequenceKind) -> ConsequenceForm:
    decided = line.decided.get(kind)
    data: dict[str, Any] = {
        "granted": "yes" if line.granted(kind) else "no",
        "reason": decided.reason if decided else "",
    }
    if kind is ConsequenceKind.BONUS and line.bonus is not None:
        data["share"] = f"{100 * line.bonus:g}"
    return ConsequenceForm(data=data, prefix=f"{kind.replace(' ', '-')}-")


@blueprint.post(
    "/person/<period>/<any(bonus, award, warning, promotion, 'pay review', training):result>/<path:person>"
)
@for_roles(RoleName.HR)
def decide(period: str, result: str, person: str) -> Page:
    session, by, kind = db.session(), deciding(), ConsequenceKind(result)
    appraisal = rights.find(session, by.reader, period, person)
    form = ConsequenceForm(request.form, prefix=f"{kind.replace(' ', '-')}-")

    def decided(session: Session) -> None:
        consequences.decide(
            session,
            appraisal,
            kind,
            granted=form.granted.data == "yes",
            share=share_of(form.share.data) if kind is ConsequenceKind.BONUS else None,
            reason=form.reason.data,
            by=by,
        )

    if not done(form, decided):
        return shown(period, person, {kind: form}), 422
    flash(gettext("The decision is noted."), "success")
    return redirect(url_for("consequences.show", period=period, person=person), 303)


def share_of(text: str) -> float | None:
    """From per cent. Raises NotPossible for what is no number."""
    if not text:
        return None
    try:
        return float(text.rstrip("% ")) / 100
    except ValueError:
        raise NotPossible(N_("write the share as a number of per cent, such as 80")) from None


@blueprint.post("/export/<period>/<any(csv, xlsx):format>")
@for_roles(RoleName.HR)
def export(period: str, format: str) -> Response:
    """That it was taken is in the audit log."""
    of_round, by = find(period), deciding()
    with transaction() as session:
        data = consequences.export(session, of_round, format, by)
    return attachment(data, f"consequences-{period}.{format}")
