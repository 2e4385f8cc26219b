"""What is done with a goal from its page: agreeing, cancelling, noting, marking milestones, rating."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect
from wtforms import Form

from feedback import current
from feedback.extensions import db
from feedback.models.goals import Goal, GoalMeasure
from feedback.services.goals import agreements, goals, progress, sides
from feedback.services.goals.progress import Rated
from feedback.services.goals.sides import Actor
from feedback.services.ground.errors import DomainError, NotFound
from feedback.transaction import transaction
from feedback.views.goals import goal_words
from feedback.views.goals.goals import WRITERS, Page, acting, shown
from feedback.views.ground.current_reader import current_reader
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from forms.words import N_

blueprint = Blueprint("goal_acts", __name__, url_prefix="/goals")

Act = Callable[[Session, Goal, Actor], None]
FormAct = Callable[[Session, Goal, Form, Actor], None]
ACTS: dict[str, tuple[Act, str]] = {
    "propose": (agreements.propose, N_("The goal is proposed.")),
    "agree": (agreements.agree, N_("Agreed.")),
    "drop": (agreements.drop, N_("What was proposed is dropped.")),
    "close": (progress.close, N_("The goal is closed.")),
}


@blueprint.post("/<int:goal>/<any(propose, agree, drop, close):goal_act>")
@for_roles(*WRITERS)
def act(goal: int, goal_act: str) -> Redirect:
    step, said = ACTS[goal_act]
    person = found_goal(goal).person.code
    try:
        with transaction() as session:
            found, side = sides.find_goal(session, current_reader(), goal, to_change=True)
            step(session, found, acting(side))
    except DomainError as error:
        flash(told(error), "error")
    else:
        flash(gettext(said), "success")
    return back_to(goal, person)


def back_to(goal: int, person: str) -> Redirect:
    """To the goal; of one that is deleted to those of its person."""
    session, reader = db.session(), current_reader()
    try:
        sides.find_goal(session, reader, goal)
    except NotFound:
        return redirect(url_for("goals.of_person", person=person), 303)
    return redirect(url_for("goals.show", goal=goal), 303)


@blueprint.post("/<int:goal>/milestone")
@for_roles(*WRITERS)
def milestone(goal: int) -> Redirect:
    """Marks one as done today, or as not done after all."""
    position = request.form.get("position", 0, type=int)
    day = current.today() if request.form.get("done") else None
    with transaction() as session:
        found, side = sides.find_goal(session, current_reader(), goal, to_change=True)
        progress.mark(session, found, position, day, acting(side))
    return redirect(url_for("goals.show", goal=goal), 303)


@blueprint.post("/<int:goal>/cancel")
@for_roles(*WRITERS)
def cancel(goal: int) -> Page | Redirect:
    return done(goal, "cancelling", lambda s, g, form, by: agreements.cancel(s, g, form.reason.data, by))


@blueprint.post("/<int:goal>/note")
@for_roles(*WRITERS)
def note(goal: int) -> Page | Redirect:
    return done(
        goal, "note", lambda s, g, form, by: progress.note(s, g, form.text.data, form.evidence.data, by)
    )


@blueprint.post("/<int:goal>/self-rating")
@for_roles(*WRITERS)
def rate_oneself(goal: int) -> Page | Redirect:
    return done(
        goal,
        "own",
        lambda s, g, form, by: progress.rate_oneself(s, g, form.period.data, form.value.data, by),
    )


@blueprint.post("/<int:goal>/rating")
@for_roles(*WRITERS)
def rate(goal: int) -> Page | Redirect:
    return done(goal, "rating", _rate)


def _rate(session: Session, goal: Goal, form: Form, by: Actor) -> None:
    version = goals.agreed_version(goal)
    is_figure = version is not None and version.measure == GoalMeasure.FIGURE
    given = Rated(actual=form.value.data) if is_figure else Rated(rating=form.value.data)
    progress.rate(session, goal, form.period.data, given, form.reason.data, by)


def found_goal(goal: int) -> Goal:
    return sides.find_goal(db.session(), current_reader(), goal)[0]


def done(goal: int, name: str, step: FormAct) -> Page | Redirect:
    """What a form of the page asks for; refused, the page says why beside what was filled in."""
    session, reader = db.session(), current_reader()
    form = goal_words.form_of(name, found_goal(goal), request.form)
    if form.validate():
        try:
            with transaction():
                found, side = sides.find_goal(session, reader, goal, to_change=True)
                step(session, found, form, acting(side))
        except DomainError as error:
            form.form_errors.append(told(error))
        else:
            flash(gettext("Your changes are saved."), "success")
            return redirect(url_for("goals.show", goal=goal), 303)
    found, side = sides.find_goal(session, reader, goal)
    return shown(found, side, **{name: form}), 422
