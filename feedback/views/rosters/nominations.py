"""Who should rate whom: subjects propose, managers decide. Nobody but them and HR sees it."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import Subject
from feedback.presentation.locales import language
from feedback.services.rosters import nomination_lists, nominations
from feedback.services.rosters.nomination_lists import (
    FEWEST_RATERS,
    MOST_RATERS,
    MOST_REQUESTS,
    RECOMMENDED,
    NominationRole,
)
from feedback.transaction import transaction
from feedback.views.ground.current_reader import current_reader
from feedback.views.ground.guards import for_roles
from feedback.views.ground.row_numbers import row_number
from forms.questionnaire import in_language
from forms.texts import without_nul

blueprint = Blueprint("nominations", __name__, url_prefix="/nominations")

WHO = (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR, RoleName.ADMIN)
LIMITS = {
    "fewest": FEWEST_RATERS,
    "most": MOST_RATERS,
    "most_requests": MOST_REQUESTS,
    "from_recommended": RECOMMENDED[0],
    "to_recommended": RECOMMENDED[1],
}


@blueprint.get("")
@for_roles(*WHO)
def index() -> str:
    session, reader = db.session(), current_reader()
    subjects = nomination_lists.under_way(session, reader)
    return render_template(
        "rosters/nominations/index.html",
        own=[subject for subject in subjects if subject.person_id == reader.person_id],
        others=[subject for subject in subjects if subject.person_id != reader.person_id],
        sizes=nomination_lists.sizes_of(session, subjects),
    )


@blueprint.get("/<campaign>/<path:person>")
@for_roles(*WHO)
def show(campaign: str, person: str) -> str:
    session = db.session()
    subject = find(campaign, person)
    groups = nomination_lists.groups_of(subject.campaign)
    words = without_nul(request.args.get("q"))[:100]
    return render_template(
        "rosters/nominations/show.html",
        subject=subject,
        campaign=subject.campaign,
        part=part(subject),
        may_propose=may(nominations.may_propose, subject),
        may_decide=may(nominations.may_decide, subject),
        lines=nomination_lists.lines(session, subject, [group.id for group in groups]),
        others=nomination_lists.others(session, subject, [group.id for group in groups]),
        titles={group.id: in_language(group.title, language()) or group.id for group in groups},
        words=words,
        found=nomination_lists.search(session, subject, words) if words.strip() else [],
        load=nomination_lists.requests_by_person(session, subject.campaign_id),
        limits=LIMITS,
    )


@blueprint.post("/<campaign>/<path:person>")
@for_roles(*WHO)
def change(campaign: str, person: str) -> Response:
    """Propose, approve, reject or take back, as the button says."""
    subject = find(campaign, person)
    arguments: dict[str, Any] = {"part": part(subject), "actor": current_user.email, "now": current.now()}
    act, session = request.form.get("act"), db.session()
    number = request.form.get("nomination", 0, type=row_number)
    with transaction():
        match act:
            case "propose":
                rater, group = (without_nul(request.form.get(name)) for name in ("rater", "group"))
                nominations.propose(session, subject, rater, group, **arguments)
            case "approve" | "reject":
                nominations.decide(session, subject, number, act == "approve", **arguments)
            case "take back":
                nominations.take_back(session, subject, number, **arguments)
            case _:
                abort(400)
    return redirect(url_for(".show", campaign=campaign, person=person, q=request.form.get("q")), 303)


def find(campaign: str, person: str) -> Subject:
    return nomination_lists.find_subject(db.session(), current_reader(), campaign, person)


def part(subject: Subject) -> NominationRole:
    return nomination_lists.part_of(current_reader(), subject)


def may(act: Any, subject: Subject) -> bool:
    allowed: bool = act(subject.campaign, part(subject), current.now())
    return allowed
