"""HR reads the comments before others do, and may hide one with a reason. Nobody rewrites one."""

import re
from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.campaigns import CampaignState
from feedback.presentation.locales import language
from feedback.services.campaigns import campaigns
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground.errors import NotPossible
from feedback.services.reports import comment_moderation
from feedback.services.reports.comment_moderation import Moderated
from feedback.services.reports.rater_groups import POOL_TITLES
from feedback.transaction import transaction
from feedback.views.ground.current_reader import by
from feedback.views.ground.guards import for_roles
from forms.questionnaire import Questionnaire, in_language
from forms.releases import HidingForm
from forms.scheme import Scheme
from forms.words import N_

MODERATED = (CampaignState.CLOSED, CampaignState.RELEASED)
SUBJECT = attrgetter("subject_id")
COMMENT_ID = re.compile(r"[0-9a-f]{32}")

blueprint = Blueprint("moderation", __name__, url_prefix="/releases/<campaign>/comments")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@for_roles(RoleName.HR)
def index(campaign: str) -> Page:
    session = db.session()
    found = campaigns.find(session, campaign)
    names = {subject.id: subject.person for subject in campaigns.subjects(session, found)}
    heading = headings(read_questionnaire(found.questionnaire), read_scheme(found.scheme))
    people = [
        (names[subject_id], [(words, list(block)) for words, block in groupby(said, heading)])
        for subject_id, said in groupby(comment_moderation.of_campaign(session, found), SUBJECT)
    ]
    is_open = found.state in MODERATED
    return render_template("releases/comments.html", campaign=found, people=people, is_open=is_open)


def headings(questionnaire: Questionnaire, scheme: Scheme) -> Callable[[Moderated], str]:
    """The question and the rater group above a comment, in the reader's language."""
    items = {item.id: item for item in questionnaire.items}
    titles = {group.id: in_language(group.title, language()) or group.id for group in scheme.groups}
    titles |= {name: title.in_language(language()) for name, title in POOL_TITLES.items()}

    def heading(comment: Moderated) -> str:
        text = items[comment.item].text_for(comment.group, language()).replace("{subject}", "…")
        return f"{text} · {titles[comment.group]}"

    return heading


@blueprint.get("/<comment>")
@for_roles(RoleName.HR)
def show(campaign: str, comment: str) -> Page:
    """Asks for the reason, beside the words it is about."""
    return render_template("releases/hide.html", **facts(campaign, comment), form=HidingForm())


@blueprint.post("/<comment>/hide")
@for_roles(RoleName.HR)
def hide(campaign: str, comment: str) -> Page:
    found, form = facts(campaign, comment), HidingForm(request.form)
    if not form.validate():
        return render_template("releases/hide.html", **found, form=form), 422
    chosen = bytes.fromhex(comment)
    with transaction() as session:
        comment_moderation.hide(session, found["campaign"], chosen, form.reason.data, **by())
    return back(campaign, gettext("The comment is hidden; reports say so, with the reason."))


@blueprint.post("/<comment>/show")
@for_roles(RoleName.HR)
def show_again(campaign: str, comment: str) -> Page:
    found = facts(campaign, comment)
    with transaction() as session:
        comment_moderation.show(session, found["campaign"], bytes.fromhex(comment), **by())
    return back(campaign, gettext("The comment is shown again."))


def facts(campaign: str, comment: str) -> dict[str, Any]:
    found = campaigns.find(db.session(), campaign)
    if found.state not in MODERATED:
        raise NotPossible(N_("comments are looked at between the close and the purge of a campaign"))
    if not COMMENT_ID.fullmatch(comment):
        abort(404)
    chosen = comment_moderation.find(db.session(), found, bytes.fromhex(comment)) or abort(404)
    return {"campaign": found, "comment": chosen}


def back(campaign: str, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for(".index", campaign=campaign), 303)
