"""Where raters answer. No cookie, no account, and nothing is ever written but one sealed ballot."""

import re
from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_babel import format_date, format_datetime, format_time, gettext
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
from forms import second_look
from forms.builder import BallotForm, Respondent
from forms.questionnaire import in_language
from forms.scheme import Family, Group, Scheme
from forms.second_look import Note
from forms.side_by_side import FEWEST, MOST

blueprint = Blueprint("respond", __name__)

POSITION = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)

TOLD = "told."  # no item can be called so
COMPARABLE = (Family.COLLEAGUES, Family.SUPERVISOR)

Page = str | tuple[str, int]


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
    instructions = invitations.instructions(db.session(), visit, task)
    if not instructions.answered:
        form = ballot_form(instructions, task, posted)
        if not form.validate():
            return form_page(token, visit, task, instructions, form), 422
        if notes := second_look.notes(form, instructions.group(task), told):
            return form_page(token, visit, task, instructions, form, notes), 422
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
    shown = entry(task, instructions.scheme, ())
    if instructions.answered:
        return render("answered.html", token=token, visit=visit, entry=shown)
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


def render(template: str, **facts: object) -> str:
    """Past Flask's context processors, which would read the cookie of whoever is signed in."""
    return current_app.jinja_env.get_template(f"ballot_box/respond/{template}").render(**facts)


def visit_of(token: str, holding: Holding = Holding.NOT) -> Visit:
    nonce = current.tokens().read(token)
    return invitations.visit(db.session(), current.custody(), nonce, now=current.now(), holding=holding)


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


@dataclass(frozen=True)
class TaskEntry:
    """A task as its rater sees it. A self-assessment bears no name: the rater's own never appears."""

    position: int
    group: str
    title: str
    role: str
    family: Family
    done: bool

    @property
    def is_self(self) -> bool:
        return self.family is Family.SELF

    @property
    def may_ask_for_call(self) -> bool:
        return self.family is Family.CLIENTS


def entry(task: OpenTask, scheme: Scheme, done: Container[int]) -> TaskEntry:
    group = scheme.group(task.group)
    is_self = group.family is Family.SELF
    return TaskEntry(
        position=task.position,
        group=task.group,
        title=gettext("Self-assessment") if is_self else task.subject_in(language()),
        role=in_language(group.title, language()) or group.id,
        family=group.family,
        done=task.position in done,
    )


def comparable(entries: Sequence[TaskEntry]) -> list[list[TaskEntry]]:
    """By rater group: the colleagues still to be rated in it, where there are several.

    In one group they are asked about in the same words, and the same is promised about the answers on all of them.
    """
    by_group: dict[str, list[TaskEntry]] = {}
    for entry in entries:
        if entry.family in COMPARABLE and not entry.done:
            by_group.setdefault(entry.group, []).append(entry)
    return [found for found in by_group.values() if len(found) >= FEWEST]


def ballot_form(
    instructions: Instructions, task: OpenTask, posted: MultiDict[str, str] | None = None
) -> BallotForm:
    is_self = instructions.group(task).family is Family.SELF
    subject = gettext("I") if is_self else task.subject_in(language())
    return BallotForm(
        instructions.questionnaire, Respondent(task.group, language(), subject, gettext), posted
    )


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
    instructions = invitations.instructions(db.session(), visit, task)
    if instructions.answered:
        shown = entry(task, instructions.scheme, ())
        return render("answered.html", token=token, visit=visit, entry=shown)
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
    return render(
        "form.html",
        token=token,
        visit=visit,
        task=task,
        entry=entry(task, instructions.scheme, ()),
        group=instructions.group(task),
        unit=units[task.position],
        title=instructions.questionnaire.title_for(language()),
        form=form,
        notes=notes,
    )


@blueprint.app_template_filter()
def names_of(groups: Sequence[Group]) -> str:
    return gettext(", ").join(in_language(group.title, language()) or group.id for group in groups)


@blueprint.app_template_filter()
def minute(moment: datetime) -> str:
    """A moment in the server's own time zone, which is named: some raters live in another."""
    return gettext(
        "%(day)s at %(time)s (%(zone)s)",
        day=format_date(moment, "long"),
        time=format_time(moment, "short"),
        zone=format_datetime(moment, "ZZZZ"),
    )
