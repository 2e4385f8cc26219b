"""Where a colleague rates several people on one page. Its pages are of `respond`, under the same rules."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from flask import Flask, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.presentation.locales import language
from feedback.services.ballot_box import counted_together, invitations, side_by_side_ballots
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.invitations import Instructions, OpenTask, Visit
from feedback.services.ground import protection
from feedback.services.ground.errors import UnknownLink
from feedback.views.ballot_box import rater_pages, respond
from feedback.views.ballot_box.not_stored import REDRAWN
from feedback.views.ballot_box.rater_pages import COMPARABLE, TaskEntry, render
from feedback.views.ballot_box.respond import POSITION, TOLD, Page
from forms.scheme import Group
from forms.side_by_side import FEWEST, MOST, SharedReader, SideBySideForm


def register(app: Flask) -> None:
    respond.add_page(app, "/s/<token>/side-by-side", side_by_side)
    respond.add_page(app, "/s/side-by-side", submit_side_by_side, method="POST")


def redraw(posted: MultiDict[str, str]) -> str:
    token, told, *_ = (posted.pop(name, "") for name in ("token", TOLD, "lang", "left_out"))
    chosen, visit = posted.poplist("task"), respond.visit_of(token)
    together = SideBySideVisit.of(token, visit, still_asked(visit, chosen))
    return together.page(together.form(posted, settled=numbers(chosen)), told.split())


REDRAWN["respond.submit_side_by_side"] = redraw


@dataclass(frozen=True)
class SideBySideVisit:
    """People of one rater group who are rated together: those still open, and those whose answers were sent before."""

    token: str
    visit: Visit
    instructions: Instructions
    open: tuple[OpenTask, ...]
    sent: tuple[OpenTask, ...]

    @classmethod
    def of(cls, token: str, visit: Visit, tasks: Sequence[OpenTask]) -> "SideBySideVisit":
        instructions = invitations.instructions(db.session(), visit, visit.tasks[0])
        done = invitations.answered_positions(db.session(), visit, tasks)
        still_open = tuple(task for task in tasks if task.position not in done)
        sent = tuple(task for task in tasks if task.position in done)
        return cls(token, visit, instructions, still_open, sent)

    @property
    def group(self) -> Group:
        return self.instructions.group(self.open[0])

    @property
    def fits(self) -> bool:
        """Not too many for a page, and all in one rater group, in which people are compared."""
        tasks = (*self.open, *self.sent)
        families = [self.instructions.group(task).family for task in tasks]
        alike = len({task.group for task in tasks}) <= 1 and all(family in COMPARABLE for family in families)
        return alike and len(tasks) <= MOST

    def form(
        self, posted: MultiDict[str, str] | None = None, settled: Collection[int] = ()
    ) -> SideBySideForm:
        reader = SharedReader(self.group.id, language(), gettext("this colleague"), gettext)
        tasks = [task.position for task in self.open]
        return SideBySideForm(self.instructions.questionnaire, reader, tasks, posted, settled=settled)

    def entries(self, tasks: Iterable[OpenTask]) -> list[TaskEntry]:
        return [rater_pages.entry(task, self.instructions.scheme, ()) for task in tasks]

    def page(self, form: SideBySideForm, told: Collection[str] = (), *, second_look: bool = False) -> str:
        """The language can be changed on a fresh page only: elsewhere what was entered would be lost."""
        notes = form.notes(self.group, told) if second_look else {}
        shown = [note for found in notes.values() for note in found]
        return render(
            "side_by_side.html",
            token=self.token,
            visit=self.visit,
            tasks=self.open,
            entries=self.entries(self.open),
            sent=self.entries(self.sent),
            group=self.group,
            form=form,
            fresh=not form.is_posted,
            notes_of=notes,
            notes=shown,
            told=sorted({*told, *(note.code for note in shown)}),
            comment_minimum=protection.comments_from(self.group),
            units=counted_together.of_tasks(db.session(), self.open, self.instructions.scheme),
        )

    def to_the_list(self, stored: Collection[int] = ()) -> Response:
        done = sorted({*stored, *(task.position for task in self.sent)})
        return redirect(url_for(".start", token=self.token, lang=language(), done=done), 303)


def side_by_side(token: str) -> Page | Response:
    visit = respond.visit_of(token)
    tasks = [respond.task_of(visit, position) for position in dict.fromkeys(request.args.getlist("task"))]
    together = SideBySideVisit.of(token, visit, tasks)
    if len(tasks) < FEWEST or not together.fits:
        return choice_page(token, visit, tasks), 422
    return together.page(together.form()) if len(together.open) >= FEWEST else together.to_the_list()


def submit_side_by_side() -> Page | Response:
    """Nothing is sent before all of it is valid."""
    posted = respond.posted_fields()
    token, _ = (posted.pop(name, "") for name in ("token", "lang"))
    left_out, told = posted.pop("left_out", ""), posted.pop(TOLD, "").split()
    chosen = posted.poplist("task")
    visit = respond.visit_of(token)
    tasks = still_asked(visit, [position for position in chosen if position != left_out])
    together = SideBySideVisit.of(token, visit, tasks)
    if not together.fits:
        return choice_page(token, visit, tasks), 422
    if not together.open:
        return together.to_the_list()
    form = together.form(posted, settled=numbers(chosen))
    if left_out:
        return together.page(form, told)
    if not form.validate():
        return together.page(form, told), 422
    if form.notes(together.group, told):
        return together.page(form, told, second_look=True), 422
    return cast(together, form)


def cast(together: SideBySideVisit, form: SideBySideForm) -> Page | Response:
    questionnaire = together.instructions.questionnaire
    answers = {
        position: Answers.of(questionnaire, ballot.ratings, ballot.comments)
        for position, ballot in form.ballots.items()
    }
    nonce = current.tokens().read(together.token)
    outcome = side_by_side_ballots.cast_each(
        db.session(), current.custody(), nonce, answers, now=current.now()
    )
    if not outcome.refused:
        return together.to_the_list(outcome.stored)
    if not outcome.stored:
        raise next(iter(outcome.refused.values()))
    stored = together.entries(task for task in together.open if task.position in outcome.stored)
    refused = together.entries(task for task in together.open if task.position in outcome.refused)
    return render("partly.html", visit=together.visit, stored=stored, refused=refused), 409


def choice_page(token: str, visit: Visit, tasks: Sequence[OpenTask]) -> str:
    fault = gettext(
        "Please choose from %(fewest)d to %(most)d people of one group.", fewest=FEWEST, most=MOST
    )
    return respond.list_page(token, visit, fault=fault, chosen=[task.position for task in tasks])


def still_asked(visit: Visit, positions: Sequence[str]) -> list[OpenTask]:
    """Some may have been declined or withdrawn since the page was shown."""
    chosen = numbers(positions)
    return [task for task in visit.tasks if task.position in chosen]


def numbers(positions: Sequence[str]) -> frozenset[int]:
    if not all(map(POSITION.fullmatch, positions)):
        raise UnknownLink("this link asks nothing under that number")
    return frozenset(map(int, positions))
