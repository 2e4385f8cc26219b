"""What a reviewer, his deputy or a former reviewer does for one person: review, interview, contribution, statement."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.rounds import Appraisal
from feedback.services.decisions import deputies, interviews, objections, reviewers, reviews
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.interviews import Agreement, InterviewRecord
from feedback.services.decisions.reviews import ReviewChanged, ReviewText
from feedback.services.ground.errors import DomainError
from feedback.transaction import transaction
from feedback.views.decisions.acts import done, in_words
from feedback.views.decisions.team_pages import REVIEWERS, shown
from feedback.views.ground.current_reader import deciding
from feedback.views.ground.guards import for_roles
from forms.reviews import (
    AgreementForm,
    ContributionForm,
    InterviewForm,
    ReviewForm,
    StatementForm,
    is_blank,
    rows,
)

blueprint = Blueprint("reviews", __name__, url_prefix="/team")

Page = tuple[str, int] | Response


def found(session: Session, period: str, person: str, by: Decider) -> Appraisal:
    return deputies.find_appraisal(session, period, person, by)


def back(period: str, person: str, words: str, place: str = "") -> Response:
    flash(words, "success")
    return redirect(url_for("team.person", period=period, person=person) + place, 303)


@blueprint.post("/review/<period>/<path:person>")
@for_roles(*REVIEWERS)
def review(period: str, person: str) -> Page:
    """Kept as a draft, or handed in; of two who write at once the second sees both texts."""
    by, form = deciding(), ReviewForm(request.form)
    appraisal = found(db.session(), period, person, by)
    edition = request.form.get("edition", 0, type=int)
    hands_in = "hand_in" in request.form
    if not form.validate():
        return shown(period, person, review_form=form, edition=edition), 422
    step = reviews.hand_in if hands_in else reviews.save
    try:
        with transaction() as session:
            step(session, appraisal, text_of(form), edition, by)
    except ReviewChanged as changed:
        form.form_errors.append(in_words(changed))
        newer = changed.newer
        return shown(period, person, review_form=form, edition=newer.edition, newer=newer), 409
    except DomainError as refusal:
        form.form_errors.append(in_words(refusal))
        return shown(period, person, review_form=form, edition=edition), 409
    return back(
        period, person, gettext("The review is handed in.") if hands_in else gettext("The draft is kept.")
    )


def text_of(form: ReviewForm) -> ReviewText:
    return ReviewText(**form.data | {"adjustment": form.adjustment.data or 0.0})


@blueprint.post("/interview/<period>/<path:person>")
@for_roles(*REVIEWERS)
def interview(period: str, person: str) -> Page:
    by, form = deciding(), InterviewForm(request.form)
    appraisal = found(db.session(), period, person, by)
    lines = rows(AgreementForm, "agreed", request.form)

    def record(session: Session) -> None:
        agreed = tuple(Agreement(**line.data) for line in lines if not is_blank(line))
        said = InterviewRecord(form.day.data, form.present.data, form.topics.data, agreed)
        interviews.record(session, appraisal, said, by)

    if not done(form, record, *lines):
        return shown(period, person, interview_form=form, agreements=lines), 422
    return back(
        period, person, gettext("The interview is recorded. The person is asked to confirm it."), "#interview"
    )


@blueprint.post("/contribution/<period>/<path:person>")
@for_roles(*REVIEWERS)
def contribution(period: str, person: str) -> Page:
    by, form = deciding(), ContributionForm(request.form)
    appraisal = found(db.session(), period, person, by)
    if not done(form, lambda session: reviewers.contribute(session, appraisal, form.text.data, by)):
        return shown(period, person, contribution_form=form), 422
    return back(period, person, gettext("Thank you. The reviewer reads what you wrote."))


@blueprint.post("/statement/<period>/<path:person>")
@for_roles(*REVIEWERS)
def statement(period: str, person: str) -> Page:
    by, form = deciding(), StatementForm(request.form)
    appraisal = found(db.session(), period, person, by)
    if not done(form, lambda session: objections.state(session, appraisal, form.text.data, by)):
        return shown(period, person, statement_form=form), 422
    return back(period, person, gettext("Whoever answers the objection reads what you wrote."))
