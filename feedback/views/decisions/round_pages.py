"""Rounds as HR leads them: set up, started, looked at from above, and their steps for everybody."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.library import DefinitionKind
from feedback.models.rounds import Round
from feedback.presentation import appraisal_words
from feedback.presentation.locales import language
from feedback.services.appraisals import computing, rounds
from feedback.services.appraisals.rounds import Calendar
from feedback.services.decisions import calibration, confirming, objections
from feedback.services.definitions import library
from feedback.services.dossiers import round_overview
from feedback.services.dossiers.round_overview import AppraisalFilter
from feedback.services.ground.errors import DomainError, NotFound
from feedback.views.decisions import decision_words
from feedback.views.decisions.acts import done, flashed, in_words
from feedback.views.ground.current_reader import by as actor
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms import periods
from forms.rounds import ComputeForm, RoundForm
from forms.texts import stripped
from forms.words import N_

blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")

Page = str | tuple[str, int] | Response
MOST_SHOWN = 200  # of what a computation would change


def find(period: str) -> Round:
    """Raises NotFound also for what is no period."""
    if not periods.is_period(period):
        raise NotFound(N_("there is no round of %(period)s"), period=period)
    return rounds.find(db.session(), period)


@blueprint.get("")
@for_roles(RoleName.HR)
def index() -> str:
    found = rounds.listed(db.session())
    return render_template("decisions/rounds.html", rounds=found, states=decision_words.ROUND_STATES)


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(RoleName.HR)
def new() -> Page:
    session, form = db.session(), RoundForm(request.form)
    form.scheme.choices = [
        SelectChoice(f"{one.code}:{one.version}", f"{one.title_in(language())} ({one.code}, {one.version})")
        for one in library.choices(session, DefinitionKind.SCHEME)
    ]

    def created(session: Session) -> None:
        code, _, version = form.scheme.data.partition(":")
        scheme = library.load_scheme(session, code, int(version))
        days = {name: form[name].data for name in vars(Calendar())}
        rounds.create(session, form.period.data, scheme, Calendar(**days), **actor())

    if request.method == "POST" and done(form, created):
        flash(gettext("The round is prepared. Look at what is missing, then start it."), "success")
        return redirect(url_for("rounds.show", period=form.period.data), 303)
    page = render_template("decisions/round_new.html", form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/of/<period>")
@for_roles(RoleName.HR)
def show(period: str) -> str:
    """States by teams, what is overdue, and what stands in the way."""
    session, by, of_round = db.session(), deciding(), find(period)
    given = {name: stripped(request.args.get(name)) for name in vars(AppraisalFilter())}
    wanted = AppraisalFilter(**given)
    return render_template(
        "decisions/round.html",
        round=of_round,
        overview=round_overview.of(session, of_round, by),
        page=round_overview.listed(session, of_round, wanted, request.args.get("page", 1, type=int)),
        wanted=wanted,
        asked={name: value for name, value in given.items() if value},
        sessions=calibration.visible(session, by, period=period),
        objections=objections.listed(session, by, period=period),
        words=appraisal_words,
        states=decision_words.ROUND_STATES,
    )


@blueprint.post("/of/<period>/start")
@for_roles(RoleName.HR)
def start(period: str) -> Response:
    of_round = find(period)
    flashed(
        lambda session: rounds.start(session, of_round, **actor()),
        gettext("The round has started. Everybody whom a profile fits is appraised."),
    )
    return back(period)


def back(period: str) -> Response:
    return redirect(url_for("rounds.show", period=period), 303)


@blueprint.get("/of/<period>/compute")
@for_roles(RoleName.HR)
def preview(period: str) -> Page:
    return computation(period, ComputeForm())


def computation(period: str, form: ComputeForm) -> Page:
    """What computing would change; nothing is written."""
    of_round, shown = find(period), None
    try:
        shown = computing.preview(db.session(), of_round, now=current.now())
    except DomainError as refusal:
        form.form_errors.append(in_words(refusal))
    page: str = render_template(
        "decisions/compute.html",
        round=of_round,
        form=form,
        computation=shown,
        most=MOST_SHOWN,
        words=appraisal_words,
    )
    return (page, 409) if form.errors or form.form_errors else page


@blueprint.post("/of/<period>/compute")
@for_roles(RoleName.HR)
def compute(period: str) -> Page:
    form, made = ComputeForm(request.form), list[Any]()
    of_round = find(period)

    def computed(session: Session) -> None:
        made.append(computing.compute(session, of_round, reason=form.reason.data, **actor()))

    if not done(form, computed):
        return computation(period, form)
    number = len(made[0].made)
    flash(ngettext("%(num)s new version was made.", "%(num)s new versions were made.", number), "success")
    return back(period)


@blueprint.post("/of/<period>/notify")
@for_roles(RoleName.HR)
def notify(period: str) -> Response:
    """Everybody of the pool in one act, or nobody."""
    of_round, by = find(period), deciding()
    flashed(
        lambda session: confirming.notify(session, of_round, by),
        gettext("Everybody with a confirmed result is told; the time to object has begun."),
    )
    return back(period)


@blueprint.post("/of/<period>/finish")
@for_roles(RoleName.HR)
def finish(period: str) -> Response:
    of_round, by = find(period), deciding()
    flashed(
        lambda session: confirming.finish(session, of_round, by),
        gettext("What was said, and whose time to object is over, is final."),
    )
    return back(period)
