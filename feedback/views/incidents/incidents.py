"""The compliance register: reported by one account, decided by another; and what the person it is about is told."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_security import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.incidents import Incident, Severity
from feedback.services.corrections import incident_corrections as corrections
from feedback.services.goals import teams
from feedback.services.ground.errors import DomainError
from feedback.services.incidents import moves, register, rights, scheme_rules
from feedback.services.incidents.incidents import Effect
from feedback.services.incidents.moves import IncidentReport, WouldDo
from feedback.services.incidents.register import IncidentFilter
from feedback.services.incidents.rights import Acting
from feedback.transaction import transaction
from feedback.views.ground.current_reader import current_reader, deciding
from feedback.views.ground.faults import told
from feedback.views.ground.guards import EVERYBODY, for_roles
from forms.incidents import SEVERITIES, STATES, ConfirmationForm, DecisionForm, IncidentForm
from forms.texts import stripped

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")

READERS = (RoleName.COMPLIANCE, RoleName.HR, RoleName.AUDITOR, RoleName.MANAGER)
REPORTERS = (RoleName.COMPLIANCE, RoleName.HR, RoleName.MANAGER)
DECIDERS = (RoleName.COMPLIANCE, RoleName.HR)

Page = str | tuple[str, int]
Decision = Callable[[Session, Incident], list[str]]


@blueprint.get("")
@for_roles(*READERS)
def index() -> str:
    given = {name: stripped(request.args.get(name)) for name in vars(IncidentFilter())}
    wanted = IncidentFilter(**given)
    number = request.args.get("page", 1, type=int)
    return render_template(
        "incidents/index.html",
        page=register.listed(db.session(), current_reader(), current_user.email, wanted, number),
        wanted=wanted,
        asked={name: value for name, value in given.items() if value},
        severities=SEVERITIES,
        states=STATES,
    )


@blueprint.get("/about-me")
@for_roles(*EVERYBODY)
def about_me() -> str:
    """What is confirmed; a scheme may say that the person is told of reports as well."""
    session, person_id = db.session(), current_user.person_id
    if person_id is None:
        abort(404)
    found = register.about(session, person_id, current.today())
    told_of = [
        incident for incident in register.pending_about(session, person_id) if _tells(session, incident)
    ]
    return render_template(
        "incidents/about_me.html", found=found, pending=told_of, effect=effect, severities=SEVERITIES
    )


def _tells(session: Session, incident: Incident) -> bool:
    return scheme_rules.of_period(session, incident.period).tell_pending


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(*REPORTERS)
def report() -> Page | Response:
    session, form = db.session(), IncidentForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                person = rights.person_to_report(session, current_reader(), form.person.data)
                made = corrections.report(session, person, said(form), acting(), today=current.today())
        except DomainError as error:
            form.form_errors.append(told(error))
        else:
            flash(gettext("The incident is reported. Another account decides on it."), "success")
            return redirect(url_for("incidents.show", incident=made.id), 303)
    reader = current_reader()
    team = teams.team(session, reader.person_id) if reader.leads and reader.person_id is not None else []
    page = render_template("incidents/report.html", form=form, team=team)
    return (page, 422) if form.errors or form.form_errors else page


def said(form: IncidentForm) -> IncidentReport:
    return IncidentReport(
        severity=Severity(form.severity.data),
        category=form.category.data,
        occurred=form.occurred.data,
        evidence=form.evidence.data,
        summary=form.summary.data,
        period=form.period.data or None,
    )


@blueprint.get("/<int:incident>")
@for_roles(*READERS)
def show(incident: int) -> str:
    return shown(found(incident))


@blueprint.post("/<int:incident>/confirm")
@for_roles(*DECIDERS)
def confirm(incident: int) -> Page | Response:
    asked = found(incident)
    form = confirmation_of(asked)

    def confirmed(session: Session, incident: Incident) -> list[str]:
        reason, period = form.reason.data, form.period.data or None
        return corrections.confirm(session, incident, reason, acting(), deciding(), period=period)

    return decided(asked, "confirming", form, confirmed)


@blueprint.post("/<int:incident>/reject")
@for_roles(*DECIDERS)
def reject(incident: int) -> Page | Response:
    form = DecisionForm(request.form, prefix="reject-")

    def rejected(session: Session, incident: Incident) -> list[str]:
        return corrections.reject(session, incident, form.reason.data, acting(), deciding())

    return decided(found(incident), "rejecting", form, rejected)


@blueprint.post("/<int:incident>/withdraw")
@for_roles(*DECIDERS)
def withdraw(incident: int) -> Page | Response:
    form = DecisionForm(request.form, prefix="withdraw-")

    def withdrawn(session: Session, incident: Incident) -> list[str]:
        return corrections.withdraw(session, incident, form.reason.data, acting(), deciding())

    return decided(found(incident), "withdrawing", form, withdrawn)


def decided(incident: Incident, name: str, form: DecisionForm, decision: Decision) -> Page | Response:
    """Refused, the page says why beside what was filled in."""
    number = incident.id
    if form.validate():
        try:
            with transaction() as session:
                periods = decision(session, incident)
        except DomainError as error:
            form.form_errors.append(told(error))
        else:
            flash(outcome(periods), "success")
            return redirect(url_for("incidents.show", incident=number), 303)
    return shown(found(number), **{name: form}), 422


def outcome(periods: list[str]) -> str:
    if not periods:
        return gettext("Your decision is in the register.")
    return ngettext(
        "Your decision is in the register. The appraisal of %(periods)s is computed anew.",
        "Your decision is in the register. The appraisals of %(periods)s are computed anew.",
        len(periods),
        periods=", ".join(periods),
    )


def shown(incident: Incident, **given: DecisionForm) -> str:
    session, by = db.session(), acting()
    forms = {
        "confirming": confirmation_of(incident),
        "rejecting": DecisionForm(prefix="reject-"),
        "withdrawing": DecisionForm(prefix="withdraw-"),
    }
    return render_template(
        "incidents/show.html",
        incident=incident,
        asked=moves.asked_to_withdraw(incident),
        may_decide=by.decides and not by.did(incident.steps[0]),
        reads_summary=by.decides,
        decides=by.decides,
        me=by.email,
        is_final=moves.final_appraisal(session, incident) is not None,
        touched=moves.touched(session, incident),
        effect=effect,
        would=would_do(incident) if by.decides else None,
        severities=SEVERITIES,
        states=STATES,
        **forms | given,
    )


def confirmation_of(incident: Incident) -> ConfirmationForm:
    form = ConfirmationForm(request.form if request.method == "POST" else None, prefix="confirm-")
    form.period.choices = [
        SelectChoice("", gettext("Please choose.")),
        *(SelectChoice(period, period) for period in moves.choices_of_period(incident)),
    ]
    if not moves.final_appraisal(db.session(), incident):
        form.period.choices = form.period.choices[1:]
    return form


def would_do(incident: Incident) -> WouldDo:
    """By the rules of today, for who decides on it."""
    return moves.would_do(incident, scheme_rules.of_period(db.session(), incident.period), current.today())


def effect(incident: Incident) -> Effect:
    return Effect(**incident.effect or {})


def found(incident: int) -> Incident:
    return rights.find(db.session(), current_reader(), current_user.email, incident)


def acting() -> Acting:
    return Acting.of(current_user, current.now())
