"""Where raters answer. No cookie, no account, and nothing is ever written but one sealed ballot."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.presentation.locales import language
from feedback.services.ballot_box import counted_together, declining, invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.invitations import ADDRESS_FIELDS, Holding, Instructions, OpenTask, Visit
from feedback.services.ground.errors import BoxRefused, CountedAlready, LinkClosed, UnknownLink
from feedback.transaction import transaction
from feedback.views.ballot_box.rater_pages import (
    answered_html,
    ballot_form,
    comparable,
    entry,
    form_html,
    minute,
    names_of,
    render,
)
from forms import second_look
from forms.builder import BallotForm
from forms.second_look import Note
from forms.side_by_side import FEWEST, MOST

blueprint = Blueprint("respond", __name__)
blueprint.add_app_template_filter(minute)
blueprint.add_app_template_filter(names_of)

POSITION = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)

# In the environ of a request: what was seen of its link, or went wrong, before it came here: see `fast_lane`.
FOUND = "feedback.found"

TOLD = "told."  # no item can be called so

Page = str | tuple[str, int]


@dataclass(frozen=True)
class FoundLink:
    """Of a link, as far as it was read."""

    visit: Visit
    instructions: Instructions | None = None


def add_page(app: Flask, rule: str, view: Callable[..., Page | Response], *, method: str = "GET") -> None:
    """One of another module, under our name: what holds for the blueprint (no cookie, its error pages) holds for it."""
    app.add_url_rule(rule, f"{blueprint.name}.{view.__name__}", view, methods=[method])


@blueprint.get("/s/<token>")
def start(token: str) -> Page:
    visit, done = visit_of(token), request.args.getlist("done")
    if len(visit.tasks) > 1:
        return list_page(token, visit, done)
    if visit.shared and done:
        return received_page(token, visit)
    return task_page(token, visit, visit.tasks[0])


@blueprint.get("/s/<token>/<position>")
def answer(token: str, position: str) -> Page:
    visit = visit_of(token)
    return task_page(token, visit, task_of(visit, position))


@blueprint.post("/s")
def submit() -> Page | Response:
    posted = posted_fields()
    token, position, _ = (posted.pop(name, "") for name in ADDRESS_FIELDS)
    told = posted.pop(TOLD, "").split()
    visit = visit_of(token, Holding.SHARED)
    task = task_of(visit, position)
    instructions = instructions_of(visit, task)
    if not instructions.answered:
        form = ballot_form(instructions, task, posted)
        if not form.validate():
            return form_page(token, visit, task, instructions, form), 422
        if notes := second_look.notes(form, instructions.group(task), told):
            return form_page(token, visit, task, instructions, form, notes), 422
        if request.environ.pop(FOUND, None):
            return submit()  # what was not held while it was looked at is looked at again
        answers = Answers.of(instructions.questionnaire, form.ratings, form.comments)
        with transaction() as session:
            invitations.submit(session, visit, task, answers)
    done = task.position if len(visit.tasks) > 1 or visit.shared else None
    return redirect(url_for(".start", token=token, lang=language(), done=done), 303)


@blueprint.get("/s/<token>/<position>/decline")
def ask_to_decline(token: str, position: str) -> Page:
    visit = visit_of(token)
    task = task_of(visit, position)
    instructions = invitations.instructions(db.session(), visit, task)
    if instructions.answered:
        return answered_html(token, visit, task, instructions)
    shown = entry(task, instructions.scheme, ())
    return render("decline.html", token=token, visit=visit, task=task, entry=shown)


@blueprint.post("/s/decline")
def decline() -> Page | Response:
    posted = posted_fields()
    token, position, _ = (posted.pop(name, "") for name in ADDRESS_FIELDS)
    visit = visit_of(token, Holding.ALONE)
    task = task_of(visit, position)
    with transaction() as session:
        declined = declining.decline(session, visit, task)
    if declined and len(visit.tasks) == 1:
        return redirect(url_for(".declined", lang=language()), 303)
    return redirect(url_for(".start", token=token, lang=language()), 303)


@blueprint.get("/s/declined")
def declined() -> Page:
    """Without a link: the one that led here asks for nothing any more."""
    return render("declined.html")


@blueprint.get("/s")
def without_token() -> Page:
    return unknown_page(UnknownLink("there is no link in the address"))


@blueprint.errorhandler(UnknownLink)
def unknown_page(error: UnknownLink) -> Page:
    return render("unknown.html"), 404


@blueprint.errorhandler(CountedAlready)
def counted_page(error: CountedAlready) -> Page:
    return render("counted.html"), 410


@blueprint.errorhandler(BoxRefused)
def refused_page(error: BoxRefused) -> Page:
    """The operator is told, without a word on whose link it was."""
    current_app.logger.error("no answers are taken: %s", error)
    return render("refused.html"), 503


@blueprint.errorhandler(LinkClosed)
def closed_page(error: LinkClosed) -> Page:
    return render("closed.html", campaign=error, early=error.early), 410


def visit_of(token: str, holding: Holding = Holding.NOT) -> Visit:
    found = request.environ.get(FOUND)
    if isinstance(found, Exception):
        raise request.environ.pop(FOUND)
    if found:
        return found.visit
    nonce = current.tokens().read(token)
    return invitations.visit(db.session(), current.custody(), nonce, now=current.now(), holding=holding)


def instructions_of(visit: Visit, task: OpenTask) -> Instructions:
    found = request.environ.get(FOUND)
    return found and found.instructions or invitations.instructions(db.session(), visit, task)


def task_of(visit: Visit, position: str) -> OpenTask:
    if not POSITION.fullmatch(position):
        raise UnknownLink("this link asks nothing under that number")
    return visit.task(int(position))


def posted_fields() -> MultiDict[str, str]:
    """Bytes that are no text become U+FFFD, which the form refuses; `request.form` would hide them."""
    if request.mimetype == "multipart/form-data":
        return MultiDict(request.form)
    body = request.get_data().decode("utf-8", "replace")
    return MultiDict(parse_qsl(body, keep_blank_values=True, errors="replace"))


def list_page(
    token: str,
    visit: Visit,
    just_done: Collection[str] = (),
    *,
    fault: str = "",
    chosen: Collection[int] = (),
) -> str:
    scheme = invitations.instructions(db.session(), visit, visit.tasks[0]).scheme
    done = invitations.answered_positions(db.session(), visit, visit.tasks)
    entries = [entry(task, scheme, done) for task in visit.tasks]
    return render(
        "all_done.html" if len(done) == len(entries) else "tasks.html",
        token=token,
        visit=visit,
        entries=entries,
        units=counted_together.of_tasks(db.session(), visit.tasks, scheme),
        done=len(done),
        just_done=[
            entry for entry in entries if (entry.done or visit.shared) and str(entry.position) in just_done
        ],
        comparable=comparable(entries),
        fewest=FEWEST,
        most=MOST,
        fault=fault,
        chosen=chosen,
    )


def task_page(token: str, visit: Visit, task: OpenTask) -> Page:
    instructions = instructions_of(visit, task)
    if instructions.answered:
        return answered_html(token, visit, task, instructions)
    return form_page(token, visit, task, instructions, ballot_form(instructions, task))


def received_page(token: str, visit: Visit) -> Page:
    """After sending through a link that others have seen: whether these answers were the first is told to nobody."""
    scheme = invitations.instructions(db.session(), visit, visit.tasks[0]).scheme
    return render("received.html", token=token, visit=visit, entry=entry(visit.tasks[0], scheme, ()))


def form_page(
    token: str,
    visit: Visit,
    task: OpenTask,
    instructions: Instructions,
    form: BallotForm,
    notes: Sequence[Note] = (),
) -> str:
    units = counted_together.of_tasks(db.session(), [task], instructions.scheme)
    return form_html(token, visit, task, instructions, units[task.position], form, notes)
