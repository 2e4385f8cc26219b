"""The library: questionnaires and appraisal schemes in versions. `definition_drafts` changes drafts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.library import DefinitionKind
from feedback.presentation.locales import language
from feedback.services.definitions import definition_drafts, library, scheme_example
from feedback.services.definitions.library import Version
from feedback.services.definitions.scheme_example import Example
from feedback.services.ground.errors import NotPossible
from feedback.services.oversight import audit_wording
from feedback.transaction import transaction
from feedback.views.definitions import scheme_words
from feedback.views.ground.downloads import attachment
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms import scheme as schemes
from forms.appraisals.cautions import cautions
from forms.document import Fault, InvalidDocument, Section, digest_of
from forms.drafting import written_number
from forms.fault_messages import MESSAGES
from forms.library import CopyForm, ImportForm
from forms.new_definitions import NewQuestionnaireForm, NewSchemeForm
from forms.questionnaire import groups_named, in_language
from forms.questionnaire_editor import KINDS
from forms.scheme import Family, Group
from forms.scheme_editor import ABSENT_GROUPS, FAMILIES

blueprint = Blueprint("library", __name__)

KIND_OF = {"questionnaires": DefinitionKind.QUESTIONNAIRE, "schemes": DefinitionKind.SCHEME}
COLLECTION_OF = {kind: collection for collection, kind in KIND_OF.items()}
NEW_FORMS = {"questionnaires": NewQuestionnaireForm, "schemes": NewSchemeForm}
COLLECTION = "/<any(questionnaires, schemes):collection>"
VERSION = f"{COLLECTION}/<definition>/<int:version>"

WORDS = {str(choice.value): choice.label for choice in (*KINDS, *FAMILIES, *ABSENT_GROUPS)}

Page = str | tuple[str, int]


@blueprint.get("/questionnaires")
@for_roles(*OFFICE)
def index() -> str:
    collections = {collection: library.versions(db.session(), kind) for collection, kind in KIND_OF.items()}
    return render_template("definitions/index.html", collections=collections)


@blueprint.route(f"{COLLECTION}/new", methods=["GET", "POST"])
@for_roles(*OFFICE)
def new(collection: str) -> Page | Response:
    form = NEW_FORMS[collection](posted())
    if request.method != "POST" or not form.validate():
        page = render_template("definitions/new.html", form=form, collection=collection)
        return (page, 422) if request.method == "POST" else page
    try:
        with transaction() as session:
            made = definition_drafts.start(
                session, KIND_OF[collection], form.table(), actor=current_user.email, now=current.now()
            )
    except NotPossible as error:
        form.code.errors = [gettext(error.sentence, **error.facts)]
        return render_template("definitions/new.html", form=form, collection=collection), 422
    flash(gettext("The draft is saved. Add what is still missing."), "success")
    return redirect(address(made), 303)


@blueprint.get(VERSION)
@for_roles(*OFFICE)
def show(collection: str, definition: str, version: int) -> str:
    entry = find(collection, definition, version)
    table = library.complete(entry.kind, entry.table)
    shown = facts(entry) | {"table": table}
    if entry.kind is DefinitionKind.SCHEME:
        shown |= scheme_words.words(table) | {"cautions": cautions_of(entry)}
    return render_template(
        f"definitions/{entry.kind}.html",
        **shown,
        history=definition_drafts.history(db.session(), entry),
        title_of=audit_wording.title,
        totals=totals(entry.table),
        words=WORDS,
        example=example(entry),
    )


@blueprint.get(f"{VERSION}.toml")
@for_roles(*OFFICE)
def export(collection: str, definition: str, version: int) -> Response:
    entry = find(collection, definition, version)
    return attachment(library.to_toml(entry).encode(), f"{entry.kind}-{entry.code}-{entry.version}.toml")


@blueprint.route(f"{VERSION}/copy", methods=["GET", "POST"])
@for_roles(*OFFICE)
def copy(collection: str, definition: str, version: int) -> Page | Response:
    entry = find(collection, definition, version)
    form = CopyForm(posted(), code=entry.code)
    if request.method == "POST":
        try:
            with transaction() as session:
                made = definition_drafts.copy(
                    session, entry, form.code.data, actor=current_user.email, now=current.now()
                )
        except NotPossible as error:
            form.code.errors = [gettext(error.sentence, **error.facts)]
            return render_template("definitions/copy.html", **facts(entry), form=form), 422
        flash(gettext("The copy is a draft: change it until a campaign opens with it."), "success")
        return redirect(address(made), 303)
    return render_template("definitions/copy.html", **facts(entry), form=form)


@blueprint.route(f"{VERSION}/delete", methods=["GET", "POST"])
@for_roles(*OFFICE)
def delete(collection: str, definition: str, version: int) -> str | Response:
    entry = draft(collection, definition, version)
    if request.method != "POST":
        return render_template("definitions/delete.html", **facts(entry))
    with transaction() as session:
        definition_drafts.discard(session, entry, actor=current_user.email, now=current.now())
    flash(gettext("The draft is deleted."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.route("/questionnaires/import", methods=["GET", "POST"])
@for_roles(*OFFICE)
def take() -> Page | Response:
    form = ImportForm(posted(), collection=request.args.get("collection", "questionnaires"))
    if request.method != "POST":
        return render_template("definitions/import.html", form=form, wrong=())
    try:
        with transaction() as session:
            taken = definition_drafts.take(
                session,
                KIND_OF.get(form.collection.data) or abort(400),
                uploaded() or form.text.data,
                as_next=form.as_next.data,
                actor=current_user.email,
                now=current.now(),
            )
    except InvalidDocument as error:
        return render_template("definitions/import.html", form=form, wrong=error.faults), 422
    except NotPossible as error:
        form.as_next.errors = [gettext(error.sentence, **error.facts)]
        return render_template("definitions/import.html", form=form, wrong=()), 422
    return redirect(address(taken), 303)


def posted() -> MultiDict[str, str] | None:
    """The names of our fields are ASCII; WTForms stumbles over other digits in a name."""
    if request.method != "POST":
        return None
    return MultiDict(pair for pair in request.form.items(multi=True) if pair[0].isascii())


def uploaded() -> bytes:
    file = request.files.get("file")
    return file.read() if file else b""


def find(collection: str, definition: str, version: int) -> Version:
    return library.find(db.session(), KIND_OF[collection], definition, version)


def draft(collection: str, definition: str, version: int) -> Version:
    """A version that may still change. Raises NotPossible, saying why it may not."""
    entry = find(collection, definition, version)
    definition_drafts.check(entry)
    return entry


def facts(entry: Version) -> dict[str, object]:
    """What every page about a version shows."""
    return {
        "entry": entry,
        "table": entry.table,
        "where": where(entry),
        "seen": digest_of(entry.table),
        "groups": rater_groups(entry) if entry.kind is DefinitionKind.QUESTIONNAIRE else (),
    }


def cautions_of(entry: Version) -> tuple[Fault, ...]:
    return () if entry.faults else cautions(schemes.parse(Section(entry.table)).appraisal)


def example(entry: Version) -> Example | None:
    if entry.kind is not DefinitionKind.SCHEME or entry.faults:
        return None
    return scheme_example.of_scheme(schemes.parse(Section(entry.table)))


def totals(table: Mapping[str, Any]) -> dict[str, float]:
    """Of weights that should add up to 100, by the table they stand in."""
    return {"group": sum(total(row, ("weight",)) for row in table.get("group", ()))}


def total(row: Mapping[str, Any], names: tuple[str, ...]) -> float:
    return sum(value for name in names if isinstance(value := row.get(name), int | float))


def where(entry: Version) -> dict[str, Any]:
    """What stands in the addresses of a version."""
    return {"collection": COLLECTION_OF[entry.kind], "definition": entry.code, "version": entry.version}


def address(entry: Version) -> str:
    return url_for("library.show", **where(entry))


@dataclass(frozen=True)
class PreviewGroup:
    id: str
    title: str
    attributed: bool = False
    is_self: bool = False


def rater_groups(entry: Version) -> list[PreviewGroup]:
    """Those of all schemes, and whoever else the questionnaire names."""
    groups = {group.id: rater_group(group) for group in library.rater_groups(db.session())}
    named = [name for item in entry.table.get("item", ()) for name in groups_named(item)]
    return [
        *groups.values(),
        *(PreviewGroup(name, name) for name in dict.fromkeys(named) if name not in groups),
    ]


def rater_group(group: Group) -> PreviewGroup:
    title = in_language(group.title, language()) or group.id
    return PreviewGroup(group.id, title, group.attributed, group.family is Family.SELF)


@blueprint.app_template_filter()
def told(fault: Fault) -> str:
    """What is wrong, in the reader's language."""
    params = {
        name: gettext(str(value)) if name == "expected" else value for name, value in fault.params.items()
    }
    return gettext(MESSAGES[fault.code]) % params


@blueprint.app_template_filter()
def worded(texts: Mapping[str, str]) -> str:
    return in_language(texts, language())


blueprint.add_app_template_filter(written_number, "written")
