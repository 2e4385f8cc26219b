"""The editor of drafts: a form for each section of a definition, and one for each item, profile and KPI.

Buttons that add, move and remove rows answer with the form as it would be; only "save" stores it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.library import DefinitionKind
from feedback.presentation.locales import language
from feedback.services.definitions import definition_drafts, library
from feedback.services.definitions.definition_drafts import ChangedMeanwhile
from feedback.services.definitions.library import Version
from feedback.transaction import transaction
from feedback.views.definitions.library import (
    VERSION,
    Page,
    address,
    draft,
    facts,
    posted,
    rater_groups,
    told,
    totals,
    where,
)
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.bands_editor import BandsForm
from forms.document import Fault
from forms.drafting import MOVES, DraftForm
from forms.kpi_editor import PARAMETERS, KpiForm, kpi_titles, renamed
from forms.process_editor import CareersForm, IncidentsForm, ProcessForm, SourcesForm
from forms.profile_editor import PeopleForm, ProfileForm
from forms.questionnaire_editor import PRESETS, DimensionsForm, ItemForm, ScalesForm, TitleForm
from forms.scheme_editor import GroupsForm, RatingForm

blueprint = Blueprint("drafts", __name__)

SECTIONS: Mapping[DefinitionKind, Mapping[str, type[DraftForm]]] = {
    DefinitionKind.QUESTIONNAIRE: {"title": TitleForm, "dimensions": DimensionsForm, "scales": ScalesForm},
    DefinitionKind.SCHEME: {
        "title": TitleForm,
        "groups": GroupsForm,
        "rating": RatingForm,
        "people": PeopleForm,
        "bands": BandsForm,
        "sources": SourcesForm,
        "incidents": IncidentsForm,
        "process": ProcessForm,
        "careers": CareersForm,
    },
}
PARTS: Mapping[DefinitionKind, Mapping[str, type[DraftForm]]] = {
    DefinitionKind.QUESTIONNAIRE: {"item": ItemForm},
    DefinitionKind.SCHEME: {"profile": ProfileForm, "kpi": KpiForm},
}
SECTION_OF = {
    "dimension": "dimensions",
    "scale": "scales",
    "group": "groups",
    "satisfaction": "rating",
    "post": "people",
    "level": "people",
    "band": "bands",
    "bonus": "bands",
    "pay": "bands",
    "feedback": "sources",
    "absent": "sources",
    "month": "sources",
    "year": "sources",
    "incident": "incidents",
    "presence": "process",
    "guideline": "careers",
    "series": "careers",
    "promotion": "careers",
}
PART = "<any(item, kpi, profile):part>"
EDIT = f"{VERSION}/edit"


@dataclass(frozen=True)
class SectionEditor:
    """A page of the editor. `table` is what it changes of the draft: the whole, or what stands under `path`."""

    entry: Version
    template: str
    path: str
    table: Mapping[str, Any]
    form_class: type[DraftForm]

    def form(self) -> DraftForm:
        return self.offer(self.form_class.of(self.table, posted()))

    def offer(self, form: DraftForm) -> DraftForm:
        if isinstance(form, ItemForm):
            form.ask([(group.id, group.title) for group in rater_groups(self.entry)])
        elif isinstance(form, KpiForm):
            form.ask(library.dimensions(db.session(), language()))
        form.offer(self.entry.table, language())
        return form

    def document(self, form: DraftForm) -> dict[str, Any]:
        """The whole draft with what the form says."""
        if not self.path:
            others = {key: value for key, value in self.entry.table.items() if key not in form.keys}
            return others | form.written()
        key, place = self.path.partition("[")[0], place_in(self.path)
        rows, written = list(self.entry.table[key]), form.written()
        whole = {**self.entry.table, key: [*rows[: place - 1], written, *rows[place:]]}
        before, after = self.table.get("id"), written.get("id")
        taken = [row.get("id") for row in rows]
        return (
            renamed(whole, before, after)
            if key == "kpi" and before and after and after not in taken
            else whole
        )

    def mark(self, form: DraftForm) -> None:
        """Show what is wrong here, each fault at its field."""
        for fault in self.entry.faults:
            if self.owns(fault, form):
                form.show_fault(fault.path.removeprefix(self.path).removeprefix("."), told(fault))

    def owns(self, fault: Fault, form: DraftForm) -> bool:
        if self.path:
            return fault.path == self.path or fault.path.startswith(f"{self.path}.")
        return fault.path.partition(".")[0].partition("[")[0] in form.keys

    def page(self, form: DraftForm, **more: object) -> str:
        shown = facts(self.entry) | more | {"totals": totals(self.document(form))}
        return render_template(
            self.template,
            **shown,
            form=self.offer(form),
            presets=PRESETS,
            parameters=PARAMETERS,
            kpi_titles=kpi_titles(self.entry.table, language()),
        )


def place_in(path: str) -> int:
    return int(path.partition("[")[2].rstrip("]"))


@blueprint.route(f"{EDIT}/<section>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def edit(collection: str, definition: str, version: int, section: str) -> Page | Response:
    entry = draft(collection, definition, version)
    form_class = SECTIONS[entry.kind].get(section) or abort(404)
    return answer(
        SectionEditor(entry, "definitions/section.html", "", entry.table, form_class), section=section
    )


@blueprint.route(f"{EDIT}/{PART}/<int:place>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def edit_part(collection: str, definition: str, version: int, part: str, place: int) -> Page | Response:
    """One item of a questionnaire, one KPI or profile of a scheme."""
    entry = draft(collection, definition, version)
    form_class, rows = PARTS[entry.kind].get(part) or abort(404), entry.table.get(part, ())
    if not 0 < place <= len(rows):
        abort(404)
    editor = SectionEditor(entry, f"definitions/{part}.html", f"{part}[{place}]", rows[place - 1], form_class)
    return answer(editor, part=part, place=place, last=len(rows))


def answer(editor: SectionEditor, **more: object) -> Page | Response:
    form = editor.form()
    if request.method != "POST":
        editor.mark(form)
        return editor.page(form, **more)
    do = request.form.get("do", "save")
    if do != "save":
        return editor.page(form.rearranged(do), **more)
    try:
        store(editor.entry, editor.document(form))
    except ChangedMeanwhile as error:
        form.form_errors.append(gettext(error.sentence))
        return editor.page(form, **more), 409
    flash(gettext("Saved."), "success")
    return redirect(way_on(editor, form), 303)


@blueprint.app_template_global()
def place_of(entry: Version, fault: Fault) -> str:
    """Where a fault can be mended."""
    key, _, rest = fault.path.partition(".")[0].partition("[")
    if key in PARTS[entry.kind] and rest:
        return url_for("drafts.edit_part", **where(entry), part=key, place=int(rest.rstrip("]")))
    section = SECTION_OF.get(key, key)
    known = section in SECTIONS[entry.kind]
    return url_for("drafts.edit", **where(entry), section=section) if known else f"#{key}s"


def way_on(editor: SectionEditor, form: DraftForm) -> str:
    """Back to the whole, unless something is to be mended here first."""
    entry = draft(*where(editor.entry).values())
    mended = not any(editor.owns(fault, form) for fault in entry.faults)
    return address(entry) if mended else request.path


@blueprint.post(f"{EDIT}/{PART}/<int:place>/<any(add, up, down, remove):move>")
@for_roles(*OFFICE)
def move_part(collection: str, definition: str, version: int, part: str, place: int, move: str) -> Response:
    entry = draft(collection, definition, version)
    if part not in PARTS[entry.kind]:
        abort(404)
    rows = list(entry.table.get(part, ()))
    if move == "add":
        place = add(part, rows)
    elif 0 < place <= len(rows):
        MOVES[move](rows, place - 1)
    store(entry, {**entry.table, part: rows})
    if move == "add":
        return redirect(url_for(".edit_part", **where(entry), part=part, place=place), 303)
    return redirect(f"{address(entry)}#{part}s", 303)


def add(part: str, rows: list[Any]) -> int:
    """A new row, and its place: last; but a profile begins as the last one is, and stands before it.

    The last profile is the one for everybody whom the others leave.
    """
    name = {"id": free_name(part, rows)}
    if part == "profile" and rows:
        rows.insert(len(rows) - 1, {**rows[-1], **name, "title": {}})
        return len(rows) - 1
    rows.append(name)
    return len(rows)


def free_name(key: str, rows: list[Mapping[str, Any]]) -> str:
    taken = {row.get("id") for row in rows}
    return next(name for number in range(1, len(rows) + 2) if (name := f"{key}-{number}") not in taken)


def store(entry: Version, table: Mapping[str, Any]) -> None:
    seen = request.form.get("seen", "")
    with transaction() as session:
        definition_drafts.save(session, entry, table, seen=seen, actor=current_user.email, now=current.now())
