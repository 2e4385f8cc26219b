"""Plans: those that are to be looked at, the page of one, and a new one for a person."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Form

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.plans import PLAN_ENDED, DevelopmentPlan, PlanKind, PlanState
from feedback.models.rounds import Appraisal
from feedback.presentation import appraisal_words
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.plans import plan_lists, plans, weaknesses
from feedback.services.plans.plans import ItemText, PlanText
from feedback.services.plans.weaknesses import Weaknesses
from feedback.views.decisions.acts import done
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.plans import (
    FOLLOW_UPS,
    ExtensionForm,
    FollowUpForm,
    PlanEndForm,
    PlanForm,
    PlanItemForm,
    PlanReasonForm,
)
from forms.reviews import is_blank, rows
from forms.words import N_

PLANNERS = (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR)

blueprint = Blueprint("plans", __name__, url_prefix="/plans")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@for_roles(*PLANNERS)
def index() -> str:
    """Of the people whom one reviews or stands above, of everybody for HR; what is due first."""
    session, by = db.session(), deciding()
    return render_template(
        "decisions/plans.html",
        due=plan_lists.due(session, by, by.today),
        plans=plan_lists.listed(session, by),
        running=[state for state in PlanState if state not in PLAN_ENDED],
        words=appraisal_words,
    )


@blueprint.get("/<int:plan>")
@for_roles(*PLANNERS)
def show(plan: int) -> str:
    return shown(plan)


def shown(plan: int, **given: Any) -> str:
    session, by = db.session(), deciding()
    found = plan_lists.find(session, plan, by)
    open_ones = [one for one in found.follow_ups if one.at is None]
    forms = {
        "following": FollowUpForm(data={"due": open_ones[0].due if open_ones else by.today}),
        "extending": ExtensionForm(),
        "pausing": PlanReasonForm(),
        "ending": PlanEndForm(),
    }
    return render_template(
        "decisions/plan.html",
        plan=found,
        appraisal=found.appraisal,
        person=found.appraisal.person,
        is_own=by.person_id == found.appraisal.person_id,
        writes=may_write(session, found.appraisal, by),
        hr=RoleName.HR in by.reader.roles,
        running=found.state in plans.RUNNING,
        today=by.today,
        words=appraisal_words,
        **forms | given,
    )


def may_write(session: Session, appraisal: Appraisal, by: Decider) -> bool:
    """The reviewer, his deputy or HR; nobody for himself."""
    try:
        if RoleName.HR in by.reader.roles:
            deputies.check_hr(appraisal, by)
        else:
            deputies.check_reviewer(session, appraisal, by)
    except NotPossible:
        return False
    return True


@blueprint.route("/new/<period>/<path:person>", methods=["GET", "POST"])
@for_roles(*PLANNERS)
def new(period: str, person: str) -> Page:
    by, session = deciding(), db.session()
    appraisal = deputies.find_appraisal(session, period, person, by)
    if not may_write(session, appraisal, by):
        raise NotFound(N_("there is no appraisal of %(code)s in %(period)s"), code=person, period=period)
    form = PlanForm(request.form, kind=str(PlanKind.IMPROVEMENT))
    items = rows(PlanItemForm, "item", request.form)
    made: list[DevelopmentPlan] = []
    if request.method == "POST":
        if done(
            form,
            lambda session: made.append(plans.draft(session, appraisal, text_of(form, items), by)),
            *items,
        ):
            return back(made[0].id, gettext("The draft is kept. Publish it when the person may read it."))
        appraisal = deputies.find_appraisal(session, period, person, by)
        return edited(form, items, appraisal), 422
    return edited(form, items, appraisal)


def edited(form: Form, items: list[Form], appraisal: Appraisal, plan: int | None = None) -> str:
    return render_template(
        "decisions/plan_text.html",
        form=form,
        items=items,
        appraisal=appraisal,
        plan=plan,
        weaknesses=weakest(db.session(), appraisal, deciding()),
    )


def weakest(session: Session, appraisal: Appraisal, by: Decider) -> Weaknesses | None:
    """For the reviewer and his deputy. HR reads figures of others where that leaves a line in the audit log."""
    try:
        deputies.check_reviewer(session, appraisal, by)
    except NotPossible:
        return None
    return weaknesses.of_appraisal(session, appraisal)


def text_of(form: PlanForm, items: list[Form]) -> PlanText:
    """Raises NotPossible for a line without a day."""
    lines = [item for item in items if not is_blank(item)]
    if any(line.due.data is None for line in lines):
        raise NotPossible(N_("each thing to do has a day until when it is done"))
    return PlanText(
        kind=PlanKind(form.kind.data),
        reason=form.reason.data,
        ends=form.ends.data,
        items=tuple(ItemText(**line.data) for line in lines),
        follow_ups=tuple(form[name].data for name in FOLLOW_UPS if form[name].data),
    )


@blueprint.route("/<int:plan>/edit", methods=["GET", "POST"])
@for_roles(*PLANNERS)
def edit(plan: int) -> Page:
    """A draft, or one that is paused."""
    by, session = deciding(), db.session()
    found = plan_lists.find(session, plan, by)
    if not may_write(session, found.appraisal, by):
        raise NotFound(N_("there is no such plan"))
    if request.method != "POST":
        return edited(*typed(found), found.appraisal, plan)
    form, items = PlanForm(request.form), rows(PlanItemForm, "item", request.form)
    if done(form, lambda session: plans.rewrite(session, found, text_of(form, items), by), *items):
        return back(plan, gettext("Your changes are saved."))
    return edited(form, items, plan_lists.find(session, plan, by).appraisal, plan), 422


def typed(plan: DevelopmentPlan) -> tuple[Form, list[Form]]:
    ahead = [one.due for one in plan.follow_ups if one.at is None]
    looks = dict(zip(FOLLOW_UPS, ahead, strict=False))
    form = PlanForm(data={"kind": str(plan.kind), "reason": plan.reason, "ends": plan.ends} | looks)
    return form, rows(PlanItemForm, "item", None, [vars(item) for item in plan.items])


def back(plan: int, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("plans.show", plan=plan), 303)
