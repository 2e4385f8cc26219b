"""Goals of oneself, of one's team and, for HR, of everybody: proposed by one side, agreed by the other, rated."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect
from wtforms import Form

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.goals import Goal, GoalMeasure
from feedback.models.people import Person
from feedback.presentation.locales import language
from feedback.services.goals import agreements, goals, progress, sides, teams
from feedback.services.goals.agreements import GoalTerms, MilestoneTerms
from feedback.services.goals.sides import Actor, Side
from feedback.services.ground.errors import DomainError
from feedback.services.imports import goal_exports
from feedback.services.imports.people_exports import Format
from feedback.services.people import people
from feedback.services.tables.periods import quarter_of
from feedback.transaction import transaction
from feedback.views.goals import goal_words
from feedback.views.ground.current_reader import by, current_reader
from feedback.views.ground.downloads import attachment
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from forms.goals import MEASURES, GoalChangeForm, GoalForm, MilestoneLine, NewGoalForm
from forms.texts import stripped

blueprint = Blueprint("goals", __name__, url_prefix="/goals")

READERS = (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR, RoleName.AUDITOR)
WRITERS = (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR)

Page = str | tuple[str, int]


@blueprint.get("")
@for_roles(*READERS)
def index() -> str | Redirect:
    """One's own goals, and the people whose goals one agrees to; HR and auditors ask for somebody by his code."""
    if asked := stripped(request.args.get("person")):
        return redirect(url_for("goals.of_person", person=asked), 303)
    reader, session = current_reader(), db.session()
    own = people.by_id(session, reader.person_id)
    return render_template(
        "goals/index.html",
        person=own,
        found=sides.goals_of(session, own, Side.PERSON) if own else [],
        team=goal_words.rows_of(session, teams.team(session, own.id)) if own and reader.leads else [],
        side=Side.PERSON,
        words=goal_words,
    )


@blueprint.get("/of/<path:person>")
@for_roles(*READERS)
def of_person(person: str) -> str:
    session = db.session()
    found, side = sides.find_person(session, current_reader(), person)
    shown = sides.goals_of(session, found, side)
    return render_template("goals/of_person.html", person=found, found=shown, side=side, words=goal_words)


@blueprint.get("/export.<any(csv, xlsx):format>")
@for_roles(RoleName.HR)
def export(format: str) -> Response:
    wanted = Format(format)
    return attachment(goal_exports.goals(db.session(), wanted, language()), f"goals.{wanted}")


@blueprint.route("/new/<path:person>", methods=["GET", "POST"])
@for_roles(*WRITERS)
def add(person: str) -> Page | Redirect:
    session = db.session()
    found, side = sides.find_person(session, current_reader(), person)
    form = NewGoalForm(request.form, period=quarter_of(current.today()))
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                goal = drafted(session, found, form, acting(side))
        except DomainError as error:
            form.form_errors.append(told(error))
        else:
            flash(gettext("Your changes are saved."), "success")
            return redirect(url_for("goals.show", goal=goal.id), 303)
    page = render_template("goals/edit.html", form=form, person=found, goal=None, side=side)
    return (page, 422) if form.errors or form.form_errors else page


def drafted(session: Session, person: Person, form: NewGoalForm, by: Actor) -> Goal:
    last = form.last_period.data or None
    goal = agreements.draft(session, person, form.period.data, terms(form), by, last_period=last)
    if "propose" in request.form:
        agreements.propose(session, goal, by)
    return goal


@blueprint.get("/<int:goal>")
@for_roles(*READERS)
def show(goal: int) -> str:
    return shown(*sides.find_goal(db.session(), current_reader(), goal))


@blueprint.route("/<int:goal>/edit", methods=["GET", "POST"])
@for_roles(*WRITERS)
def edit(goal: int) -> Page | Redirect:
    session = db.session()
    found, side = sides.find_goal(session, current_reader(), goal)
    form = GoalChangeForm(request.form, data=None if request.form else typed(found))
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                found, side = sides.find_goal(session, current_reader(), goal, to_change=True)
                agreements.word(session, found, terms(form), acting(side), form.reason.data)
        except DomainError as error:
            form.form_errors.append(told(error))
        else:
            flash(gettext("Your changes are saved."), "success")
            return redirect(url_for("goals.show", goal=goal), 303)
    page = render_template("goals/edit.html", form=form, person=found.person, goal=found, side=side)
    return (page, 422) if form.errors or form.form_errors else page


def shown(goal: Goal, side: Side, **forms: Form) -> str:
    """The page of a goal; a form that was refused is shown again as it was filled in."""
    session = db.session()
    return render_template(
        "goals/show.html",
        goal=goal,
        side=side,
        agreed=goals.agreed_version(goal),
        newest=goal.versions[-1],
        awaits=agreements.awaits(goal),
        milestones_of=goals.milestones_of,
        notes=progress.notes_on(session, goal),
        in_force=goal.state in goals.IN_FORCE,
        measures=MEASURES,
        words=goal_words,
        **goal_words.forms_of(goal) | forms,
    )


def acting(side: Side) -> Actor:
    return Actor(side, **by())


def terms(form: GoalForm) -> GoalTerms:
    """What does not belong to the measure that was chosen is left out."""
    measure = GoalMeasure(form.measure.data)
    named: tuple[MilestoneLine, ...] = form.milestones.data if measure is GoalMeasure.MILESTONES else ()
    return GoalTerms(
        title=form.title.data,
        weight=form.weight.data or 0.0,
        measure=measure,
        description=form.description.data,
        target=form.target.data if measure is GoalMeasure.FIGURE else None,
        parent=form.parent.data or None,
        due=form.due.data,
        milestones=tuple(MilestoneTerms(m.title, m.weight, m.owner, m.due) for m in named),
    )


def typed(goal: Goal) -> dict[str, object]:
    terms = agreements.terms_of(goal, goal.versions[-1])
    return vars(terms) | {"measure": str(terms.measure), "milestones": goal_words.lines(terms)}
