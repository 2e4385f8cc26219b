"""The steps of a plan: published, acknowledged, looked at, paused, extended, ended."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Form

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.plans import DevelopmentPlan, FollowUpStatus, PlanState
from feedback.services.plans import plan_lists, plans
from feedback.views.decisions.acts import Act, done, flashed
from feedback.views.decisions.plans import PLANNERS, back, shown
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.plans import ExtensionForm, FollowUpForm, PlanEndForm, PlanReasonForm

blueprint = Blueprint("plan_steps", __name__, url_prefix="/plans")

Page = tuple[str, int] | Response


def found(plan: int) -> DevelopmentPlan:
    return plan_lists.find(db.session(), plan, deciding())


@blueprint.post("/<int:plan>/publish")
@for_roles(*PLANNERS)
def publish(plan: int) -> Response:
    one, by = found(plan), deciding()
    flashed(
        lambda session: plans.publish(session, one, by), gettext("The plan is published; the person is told.")
    )
    return redirect(url_for("plans.show", plan=plan), 303)


@blueprint.post("/<int:plan>/acknowledge")
@for_roles(*PLANNERS)
def acknowledge(plan: int) -> Response:
    one, by = found(plan), deciding()
    flashed(
        lambda session: plans.acknowledge(session, one, by), gettext("It is noted that you know the plan.")
    )
    return redirect(url_for("plans.show", plan=plan), 303)


@blueprint.post("/<int:plan>/follow-up")
@for_roles(*PLANNERS)
def follow_up(plan: int) -> Page:
    one, by, form = found(plan), deciding(), FollowUpForm(request.form)

    def noted(session: Session) -> None:
        status = FollowUpStatus(form.status.data)
        plans.follow_up(session, one, form.due.data, status, form.note.data, by)

    return finished(plan, "following", form, noted, gettext("What was found is noted."))


@blueprint.post("/<int:plan>/extend")
@for_roles(*PLANNERS)
def extend(plan: int) -> Page:
    one, by, form = found(plan), deciding(), ExtensionForm(request.form)
    return finished(
        plan,
        "extending",
        form,
        lambda session: plans.extend(session, one, form.ends.data, form.reason.data, by),
        gettext("The plan is extended."),
    )


@blueprint.post("/<int:plan>/pause")
@for_roles(RoleName.HR)
def pause(plan: int) -> Page:
    one, by, form = found(plan), deciding(), PlanReasonForm(request.form)
    return finished(
        plan,
        "pausing",
        form,
        lambda session: plans.pause(session, one, form.reason.data, by),
        gettext("The plan is paused: its text can be changed."),
    )


@blueprint.post("/<int:plan>/end")
@for_roles(*PLANNERS)
def end(plan: int) -> Page:
    one, by, form = found(plan), deciding(), PlanEndForm(request.form)
    return finished(
        plan,
        "ending",
        form,
        lambda session: plans.end(session, one, PlanState(form.after.data), form.outcome.data, by),
        gettext("The plan has ended."),
    )


def finished(plan: int, name: str, form: Form, act: Act, words: str) -> Page:
    return back(plan, words) if done(form, act) else (shown(plan, **{name: form}), 422)
