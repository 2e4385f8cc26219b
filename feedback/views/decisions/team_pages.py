"""The people of a manager in a round: a row for each, and the page on which he writes about one of them."""

from typing import Any

from flask import Blueprint, render_template, request
from wtforms import Form

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.presentation import appraisal_words
from feedback.services.decisions.reviews import ReviewState
from feedback.services.dossiers import desk, team
from feedback.services.dossiers.desk import Desk
from feedback.services.ground.errors import NotFound
from feedback.views.decisions import decision_words
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.reviews import (
    AgreementForm,
    ContributionForm,
    InterviewForm,
    ReviewForm,
    StatementForm,
    rows,
)
from forms.words import N_

# Whoever led somebody may be asked about him, and anybody may be a deputy; of whom nobody leads, HR reviews.
REVIEWERS = (RoleName.MANAGER, RoleName.EMPLOYEE, RoleName.HR)

blueprint = Blueprint("team", __name__, url_prefix="/team")


@blueprint.get("")
@for_roles(*REVIEWERS)
def index() -> str:
    """Of the round that is asked for, or of the newest."""
    session, by, period = db.session(), deciding(), request.args.get("period")
    rounds = team.rounds(session, by)
    chosen = [one for one in rounds if one.period == period] if period else rounds[:1]
    if period and not chosen:
        raise NotFound(N_("there is no round of %(period)s"), period=period)
    return render_template(
        "decisions/team.html",
        rounds=rounds,
        round=chosen[0] if chosen else None,
        rows=team.of(session, chosen[0], by) if chosen else [],
        words=appraisal_words,
        duties=decision_words.DUTIES,
        parts=decision_words.PARTS,
    )


@blueprint.get("/of/<period>/<path:person>")
@for_roles(*REVIEWERS)
def person(period: str, person: str) -> str:
    return shown(period, person)


def shown(period: str, person: str, **given: Any) -> str:
    """A form that was refused is shown again as it was filled in."""
    found = desk.find(db.session(), period, person, deciding())
    return render_template(
        "decisions/person.html",
        desk=found,
        appraisal=found.appraisal,
        period=period,
        person=found.appraisal.person,
        words=appraisal_words,
        **forms_of(found) | given,
    )


def forms_of(found: Desk) -> dict[str, Form]:
    review, interview = found.review, found.interview
    lines = [vars(one) for one in interview.agreements] if interview else []
    return {
        "newer": None,
        "review_form": ReviewForm(data=typed(review) if review else None),
        "edition": review.edition if review else 0,
        "contribution_form": ContributionForm(data={"text": found.own_words or ""}),
        "statement_form": StatementForm(data={"text": found.objection.statement if found.objection else ""}),
        "interview_form": InterviewForm(obj=interview),
        "agreements": rows(AgreementForm, "agreed", None, lines),
    }


def typed(review: ReviewState) -> dict[str, object]:
    return vars(review.text) | {"adjustment": review.text.adjustment or None}
