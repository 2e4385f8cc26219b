"""The targets of one appraisal, proposed by one side and agreed to by the other."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.rounds import Appraisal
from feedback.presentation.reasons import local
from feedback.services.decisions import objections
from feedback.services.dossiers import target_list
from feedback.services.dossiers.reading import Access
from feedback.services.facts import targets
from feedback.services.facts.targets import TargetOf, TargetSide
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import DomainError
from feedback.services.tables import periods
from feedback.transaction import transaction
from feedback.views.appraisals.appraisal_access import find
from feedback.views.appraisals.appraisal_pages import about
from feedback.views.ground.current_reader import author, deciding
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from forms.appraisal_targets import TargetForm

AGREEING = (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR)

blueprint = Blueprint("appraisal_targets", __name__, url_prefix="/appraisals/targets")

Page = str | tuple[str, int] | Response


def found_with_side(period: str, person: str) -> tuple[Appraisal, Access, TargetSide]:
    """Whoever only reads has no page of targets."""
    appraisal, access = find(period, person, deciding())
    side = target_list.side_of(access)
    if side is None or not access.figures:
        abort(404)
    return appraisal, access, side


@blueprint.get("/<period>/<path:person>")
@for_roles(*AGREEING)
def show(period: str, person: str) -> Page:
    appraisal, access, side = found_with_side(period, person)
    return page(appraisal, access, side, form_of(appraisal))


@blueprint.post("/<period>/<path:person>")
@for_roles(*AGREEING)
def propose(period: str, person: str) -> Page:
    appraisal, access, side = found_with_side(period, person)
    form = form_of(appraisal)
    if form.validate() and (value := form.value.data) is not None:
        try:
            with transaction() as session:
                of = target_of(appraisal, form.period.data, form.kpi.data)
                reason = form.reason.data
                targets.propose(session, of, value, side=side, reason=reason, author=author())
        except DomainError as refusal:
            form.form_errors.append(told(refusal))
        else:
            flash(gettext("Your changes are saved."), "success")
            return redirect(url_for(".show", period=period, person=person), 303)
    appraisal, access, side = found_with_side(period, person)
    return page(appraisal, access, side, form), 422


@blueprint.post("/agree/<period>/<path:person>")
@for_roles(*AGREEING)
def agree(period: str, person: str) -> Page:
    """To what the form shows, one or several: if one is another proposal by now, none is agreed to."""
    appraisal, access, side = found_with_side(period, person)
    try:
        with transaction() as session:
            agree_to(session, appraisal, side)
    except DomainError as refusal:
        flash(told(refusal), "error")
    else:
        flash(gettext("Agreed."), "success")
    return redirect(url_for(".show", period=period, person=person), 303)


def agree_to(session: Session, appraisal: Appraisal, side: TargetSide) -> None:
    waiting = {
        (line.period, line.kpi, str(line.proposal.version))
        for line in target_list.of(session, appraisal, objections.rules_of(appraisal))
        if line.proposal and line.waits_for(side)
    }
    shown = [*zip(*map(request.form.getlist, ("period", "kpi", "version")), strict=False)]
    if not shown or not waiting.issuperset(shown):
        raise DomainError(gettext("This proposal has changed meanwhile. Please look at it again."))
    for period, kpi, _version in shown:
        targets.agree(session, target_of(appraisal, period, kpi), side=side, author=author())


def target_of(appraisal: Appraisal, period: str, kpi: str) -> TargetOf:
    return TargetOf(appraisal.person, period, kpi)


def form_of(appraisal: Appraisal) -> TargetForm:
    form = TargetForm(request.form, period=appraisal.round.period)
    rules = objections.rules_of(appraisal)
    kpis = target_list.kpis(db.session(), appraisal, rules)
    form.kpi.choices = [SelectChoice(kpi.id, local(Bilingual.of(kpi.title, kpi.id))) for kpi in kpis]
    form.period.choices = [SelectChoice(each, each) for each in periods.within(appraisal.round.period)]
    return form


def page(appraisal: Appraisal, access: Access, side: TargetSide, form: TargetForm) -> str:
    lines = target_list.of(db.session(), appraisal, objections.rules_of(appraisal))
    return render_template(
        "appraisals/targets.html",
        **about(appraisal, access),
        lines=lines,
        waiting=[line for line in lines if line.waits_for(side)],
        side=side,
        form=form,
        is_open=appraisal.state in target_list.OPEN,
    )
