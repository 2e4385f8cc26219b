"""The pool of a calibration side by side: opinions of members, changes by the chair or HR, and its close."""

from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.calibrations import CalibrationSession, Stance
from feedback.models.people import Person
from feedback.models.rounds import Appraisal
from feedback.presentation import appraisal_words
from feedback.services.decisions import calibration, calibration_changes, calibration_table
from feedback.services.decisions.calibration_table import PoolTable
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.pool_order import managers
from feedback.services.ground.errors import NotFound
from feedback.services.people import people
from feedback.views.decisions import decision_words
from feedback.views.decisions.acts import done, flashed
from feedback.views.decisions.round_pages import find as find_round
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.rounds import ChangeForm, OpinionForm, PoolForm, codes
from forms.words import N_

SEATED = (RoleName.HR, RoleName.MANAGER, RoleName.EMPLOYEE)

blueprint = Blueprint("calibrations", __name__, url_prefix="/calibrations")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@for_roles(*SEATED)
def index() -> str:
    """All for HR, for others those in which they sit."""
    found = calibration.visible(db.session(), deciding())
    return render_template("decisions/calibrations.html", sessions=found)


@blueprint.route("/new/<period>", methods=["GET", "POST"])
@for_roles(RoleName.HR)
def new(period: str) -> Page:
    by, of_round, form = deciding(), find_round(period), PoolForm(request.form)
    made: list[CalibrationSession] = []

    def opened(session: Session) -> None:
        pool = calibration.pool(session, of_round, codes(form.departments.data), by)
        members, chairs = (
            [people.find(session, code) for code in codes(form[name].data)] for name in ("members", "chairs")
        )
        members = members or reviewers_of(session, pool)
        title = form.pool.data or form.departments.data or period
        made.append(calibration.open_session(session, of_round, title, pool, members, chairs, by))

    if request.method == "POST" and done(form, opened):
        flash(gettext("The calibration is open."), "success")
        return redirect(url_for("calibrations.show", sitting=made[0].id), 303)
    page = render_template("decisions/calibration_new.html", form=form, period=period)
    return (page, 422) if request.method == "POST" else page


def reviewers_of(session: Session, pool: list[Appraisal]) -> list[Person]:
    ids = {one.reviewer_id for one in pool if one.reviewer_id is not None}
    return people.with_ids(session, ids)


@blueprint.get("/<int:sitting>")
@for_roles(*SEATED)
def show(sitting: int) -> str:
    session, by = db.session(), deciding()
    found = calibration.find(session, sitting, by)
    table = table_for(session, found, by)
    return render_template(
        "decisions/calibration.html",
        sitting=found,
        table=table,
        codes={row.appraisal.id: row.appraisal.person.code for row in table.rows},
        leads=calibration_changes.leads(found, by),
        log=[
            one
            for one in calibration_changes.log(session, found)
            if one.appraisal_id in {row.appraisal.id for row in table.rows}
        ],
        **about(found, by),
    )


def table_for(session: Session, sitting: CalibrationSession, by: Decider) -> PoolTable:
    """Without himself: nobody reads there what he will be told."""
    table = calibration_table.of(session, sitting, by)
    rows = tuple(row for row in table.rows if row.appraisal.person_id != by.person_id)
    if len(rows) == len(table.rows):
        return table
    counts = Counter(row.band_now for row in rows if row.band_now is not None)
    return replace(table, rows=rows, managers=tuple(managers(rows)), counts=counts)


def about(sitting: CalibrationSession, by: Decider) -> dict[str, Any]:
    return {
        "period": sitting.round.period,
        "me": by.person_id,
        "seated": any(member.person_id == by.person_id for member in sitting.members),
        "words": appraisal_words,
        "stances": decision_words.STANCES,
    }


@blueprint.get("/<int:sitting>/of/<path:person>")
@for_roles(*SEATED)
def person(sitting: int, person: str) -> str:
    return shown(sitting, person)


def shown(sitting: int, person: str, **given: Any) -> str:
    """One person of the pool, with the forms that are open to who looks."""
    session, by = db.session(), deciding()
    found = calibration.find(session, sitting, by)
    table = table_for(session, found, by)
    place = next((place for place, row in enumerate(table.rows) if row.appraisal.person.code == person), None)
    if place is None:
        raise NotFound(N_("%(code)s is not in this pool"), code=person)
    forms = {"changing": change_form(table), "saying": OpinionForm()}
    return render_template(
        "decisions/calibration_person.html",
        sitting=found,
        table=table,
        row=table.rows[place],
        neighbours=table.rows[max(place - 1, 0) : place + 2],
        leads=calibration_changes.leads(found, by),
        log=[
            one
            for one in calibration_changes.log(session, found)
            if one.appraisal_id == table.rows[place].appraisal.id
        ],
        **about(found, by),
        **forms | given,
    )


def change_form(table: PoolTable, given: Any = None) -> ChangeForm:
    form = ChangeForm(given)
    form.band.choices = [SelectChoice(band, band) for band in table.bands]
    return form


def of_pool(session: Session, sitting: CalibrationSession, person: str, by: Decider) -> Appraisal:
    """A chair need not stand above everybody of the pool: he reads them in it."""
    rows = table_for(session, sitting, by).rows
    found = next((row.appraisal for row in rows if row.appraisal.person.code == person), None)
    if found is None:
        raise NotFound(N_("%(code)s is not in this pool"), code=person)
    return found


@blueprint.post("/<int:sitting>/change/<path:person>")
@for_roles(*SEATED)
def change(sitting: int, person: str) -> Page:
    session, by = db.session(), deciding()
    found = calibration.find(session, sitting, by)
    form = change_form(table_for(session, found, by), request.form)
    appraisal = of_pool(session, found, person, by)

    def changed(session: Session) -> None:
        calibration_changes.change(
            session, found, appraisal, form.band.data, form.reason.data, form.fact.data, by
        )

    if not done(form, changed):
        return shown(sitting, person, changing=form), 422
    return back(sitting, gettext("The band is changed; it counts when the session closes."))


@blueprint.post("/<int:sitting>/opinion/<path:person>")
@for_roles(*SEATED)
def say(sitting: int, person: str) -> Page:
    session, by, form = db.session(), deciding(), OpinionForm(request.form)
    found = calibration.find(session, sitting, by)
    appraisal = of_pool(session, found, person, by)

    def said(session: Session) -> None:
        calibration.say(session, found, appraisal, Stance(form.opinion.data), form.note.data, by)

    if not done(form, said):
        return shown(sitting, person, saying=form), 422
    return back(sitting, gettext("What you think is noted."))


@blueprint.post("/<int:sitting>/take-out/<path:person>")
@for_roles(RoleName.HR)
def take_out(sitting: int, person: str) -> Response:
    session, by = db.session(), deciding()
    found = calibration.find(session, sitting, by)
    appraisal = of_pool(session, found, person, by)
    flashed(
        lambda session: calibration.take_out(session, found, appraisal, by),
        gettext("He is in this pool no longer."),
    )
    return redirect(url_for("calibrations.show", sitting=sitting), 303)


@blueprint.post("/<int:sitting>/close")
@for_roles(RoleName.HR, RoleName.MANAGER)
def close(sitting: int) -> Response:
    session, by = db.session(), deciding()
    found = calibration.find(session, sitting, by)
    flashed(
        lambda session: calibration.close(session, found, by),
        gettext("The session is closed: its changes count from now on."),
    )
    return redirect(url_for("calibrations.show", sitting=sitting), 303)


def back(sitting: int, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("calibrations.show", sitting=sitting), 303)
