"""What raters read, from plain values: nothing here asks the database."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import format_date, format_datetime, format_time, gettext
from werkzeug.datastructures import MultiDict

from feedback.presentation.locales import language
from feedback.services.ballot_box.counted_together import CountedTogether
from feedback.services.ballot_box.invitations import Instructions, OpenTask, Visit
from forms.builder import BallotForm, Respondent
from forms.questionnaire import in_language
from forms.scheme import Family, Group, Scheme
from forms.second_look import Note
from forms.side_by_side import FEWEST

COMPARABLE = (Family.COLLEAGUES, Family.SUPERVISOR)


def render(template: str, **facts: object) -> str:
    """Past Flask's context processors, which would read the cookie of whoever is signed in."""
    return current_app.jinja_env.get_template(f"ballot_box/respond/{template}").render(**facts)


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


def form_html(
    token: str,
    visit: Visit,
    task: OpenTask,
    instructions: Instructions,
    unit: CountedTogether,
    form: BallotForm,
    notes: Sequence[Note] = (),
) -> str:
    return render(
        "form.html",
        token=token,
        visit=visit,
        task=task,
        entry=entry(task, instructions.scheme, ()),
        group=instructions.group(task),
        unit=unit,
        title=instructions.questionnaire.title_for(language()),
        form=form,
        notes=notes,
    )


def answered_html(token: str, visit: Visit, task: OpenTask, instructions: Instructions) -> str:
    return render("answered.html", token=token, visit=visit, entry=entry(task, instructions.scheme, ()))


def names_of(groups: Sequence[Group]) -> str:
    return gettext(", ").join(in_language(group.title, language()) or group.id for group in groups)


def minute(moment: datetime) -> str:
    """A moment in the server's own time zone, which is named: some raters live in another."""
    return gettext(
        "%(day)s at %(time)s (%(zone)s)",
        day=format_date(moment, "long"),
        time=format_time(moment, "short"),
        zone=format_datetime(moment, "ZZZZ"),
    )
