"""Files of people, clients, dated facts and goals: handed in, looked at, confirmed."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectChoice

from feedback import current
from feedback.extensions import db
from feedback.models.library import DefinitionKind
from feedback.models.uploads import Upload
from feedback.presentation.locales import language
from feedback.services.definitions import library
from feedback.services.definitions.library import VersionChoice
from feedback.services.fact_files import figure_imports
from feedback.services.fact_files.figure_imports import Undone
from feedback.services.ground import pagination
from feedback.services.ground.errors import DomainError, InvalidFile, NotPossible
from feedback.services.imports import people_exports, uploads
from feedback.services.imports.people_exports import Format
from feedback.services.imports.uploads import Gone, ImportKind, ImportScope, OutcomeChanged
from feedback.services.tables.import_plan import Imported, Noun
from feedback.services.tables.periods import quarter_of
from feedback.transaction import transaction
from feedback.views.ground.current_reader import author
from feedback.views.ground.downloads import attachment
from feedback.views.ground.faults import told
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from feedback.views.imports import import_cells
from forms.imports import FiguresUploadForm, ScoresUploadForm, UploadForm
from forms.texts import stripped
from forms.words import N_

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

LARGEST_FILE = 10 * 1024 * 1024
KIND = f"/<any({', '.join(ImportKind)}):kind>"
TITLES = {
    ImportKind.PEOPLE: N_("People"),
    ImportKind.CLIENTS: N_("Clients"),
    ImportKind.HISTORY: N_("Posts and leave"),
    ImportKind.TARGETS: N_("Targets"),
    ImportKind.KPI: N_("KPI figures"),
    ImportKind.VISITS: N_("Return visits"),
    ImportKind.COMPLAINTS: N_("Complaints"),
    ImportKind.GOALS: N_("Development goals"),
    ImportKind.SCORES: N_("Scores of goals"),
}
MENU_ENTRIES = dict.fromkeys(ImportKind, "people") | {  # of the top navigation
    ImportKind.CLIENTS: "clients",
    **dict.fromkeys((ImportKind.VISITS, ImportKind.COMPLAINTS), "register"),
}
NOUNS = {
    Noun.PERSON: N_("People"),
    Noun.CLIENT: N_("Clients"),
    Noun.CONTACT: N_("Contacts"),
    Noun.ASSIGNMENT: N_("Posts and leave"),
    Noun.TARGET: N_("Targets"),
    Noun.ACTUAL: N_("KPI figures"),
    Noun.VISIT: N_("Return visits"),
    Noun.COMPLAINT: N_("Complaints"),
    Noun.GOAL: N_("Development goals"),
    Noun.GOAL_SCORE: N_("Scores of goals"),
}

Page = str | tuple[str, int]


@blueprint.url_value_preprocessor
def allow_a_file(endpoint: str | None, values: object) -> None:
    """Before anybody looks into the request."""
    if endpoint == "imports.upload":
        request.max_content_length = LARGEST_FILE


@blueprint.route(KIND, methods=["GET", "POST"])
@for_roles(*OFFICE)
def upload(kind: str) -> Page | Redirect:
    wanted = ImportKind(kind)
    g.menu_entry = MENU_ENTRIES[wanted]
    form = upload_form(wanted)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                received = receive(wanted, form)
        except InvalidFile as error:
            form.file.errors = [told(fault) for fault in error.faults]
        except DomainError as error:
            form.form_errors.append(told(error))
        else:
            return redirect(url_for("imports.preview", upload=received.token), 303)
    figures = uploads.FIGURES.get(wanted)
    page = render_template(
        "imports/upload.html",
        form=form,
        kind=wanted,
        titles=TITLES,
        columns=uploads.COLUMNS[wanted],
        latest=figure_imports.latest(db.session(), figures) if figures else (),
    )
    return (page, 422) if form.errors else page


def upload_form(kind: ImportKind) -> UploadForm:
    posted = with_file(request.form, request.files.get("file"))
    if kind is ImportKind.SCORES:
        return ScoresUploadForm(posted, period=quarter_of(current.today()))
    if kind not in uploads.FIGURES:
        return UploadForm(posted)
    form = FiguresUploadForm(posted)
    schemes = library.choices(db.session(), DefinitionKind.SCHEME)
    form.scheme.choices = [
        SelectChoice("", gettext("that of the period's round, or the default")),
        *map(scheme_choice, schemes),
    ]
    return form


def scheme_choice(choice: VersionChoice) -> SelectChoice:
    named = f"{choice.title_in(language())} ({choice.code} {choice.version})"
    return SelectChoice(f"{choice.code} {choice.version}", named)


def with_file(fields: MultiDict[str, str], file: FileStorage | None) -> MultiDict[str, str | FileStorage]:
    """Where a file is asked for, no text is taken for one; where text is asked for, no file."""
    posted = MultiDict[str, str | FileStorage](
        (name, text) for name, text in fields.items(multi=True) if name != "file"
    )
    if file:
        posted["file"] = file
    return posted


def receive(kind: ImportKind, form: UploadForm) -> Upload:
    file = form.file.data
    scope = ImportScope()
    if isinstance(form, ScoresUploadForm):
        scope = ImportScope(form.period.data)
    if isinstance(form, FiguresUploadForm):
        code, _, version = form.scheme.data.partition(" ")
        scope = ImportScope(
            form.period.data or None,
            code or None,
            int(version) if version else None,
            form.reason.data or None,
        )
    return uploads.receive(
        db.session(), kind, file.filename, file.read(), scope, user_id=current_user.id, now=current.now()
    )


@blueprint.get(f"{KIND}/template.<any(csv, xlsx):format>")
@for_roles(*OFFICE)
def template(kind: str, format: str) -> Response:
    data = people_exports.template(uploads.COLUMNS[ImportKind(kind)], Format(format), language())
    return attachment(data, f"{kind}-template.{format}")


@blueprint.post("/figures/<int:number>/undo")
@for_roles(*OFFICE)
def undo(number: int) -> Redirect:
    """The figures of a file are again what they were before it."""
    reason = stripped(request.form.get("reason")) or None
    kind = request.form.get("kind", "")
    try:
        with transaction() as session:
            done = figure_imports.undo(session, number, author(), reason=reason, own=current_user.person_id)
    except NotPossible as error:
        flash(told(error), "error")
    else:
        flash(undone(done), "success")
    wanted = kind if kind in map(str, uploads.FIGURES) else ImportKind.KPI
    return redirect(url_for("imports.upload", kind=wanted), 303)


def undone(done: Undone) -> str:
    """What came back, and what somebody has changed since."""
    if not done.left:
        return gettext("%(count)s figures are again what they were before.", count=done.restored)
    return gettext(
        "%(count)s figures are again what they were before; %(left)s were changed since and stay as they are.",
        count=done.restored,
        left=done.left,
    )


@blueprint.get("/files/<upload>")
@for_roles(*OFFICE)
def preview(upload: str) -> Page:
    session = db.session()
    return preview_page(session, uploads.find(session, upload))


@blueprint.post("/files/<upload>")
@for_roles(*OFFICE)
def confirm(upload: str) -> Page | Redirect:
    """Confirming twice is no fault: the second time there is nothing left to do."""
    session = db.session()
    try:
        with transaction():
            found = uploads.find(session, upload)
            kind, digest = ImportKind(found.kind), request.form.get("digest", "")
            counts = uploads.confirm(session, found, digest, author())
    except Gone as error:
        flash(told(error), "error")
        return redirect(url_for("people.index"), 303)
    except (OutcomeChanged, InvalidFile):
        return preview_page(session, found, changed=True), 409
    flash(summary(counts), "success")
    return redirect(done_at(kind), 303)


@blueprint.post("/files/<upload>/discard")
@for_roles(*OFFICE)
def discard(upload: str) -> Redirect:
    session = db.session()
    found = uploads.find(session, upload)
    kind = found.kind
    with transaction():
        uploads.discard(session, found)
    flash(gettext("The file was not imported. Nothing was changed."))
    return redirect(url_for("imports.upload", kind=kind), 303)


def preview_page(session: Session, upload: Upload, *, changed: bool = False) -> str:
    kind, number = ImportKind(upload.kind), request.args.get("page", 1, type=int)
    g.menu_entry = MENU_ENTRIES[kind]
    headings = {column.name: column.heading for column in uploads.COLUMNS[kind]}
    known = {"upload": upload, "kind": kind, "titles": TITLES, "headings": headings, "changed": changed}
    try:
        plan = uploads.plan(session, upload, author())
    except InvalidFile as error:
        faults = pagination.part(error.faults, number)
        return render_template("imports/faults.html", page=faults, told=told, **known)
    return render_template(
        "imports/preview.html",
        plan=plan,
        page=pagination.part(plan.changes, number),
        nouns=NOUNS,
        warnings=pagination.part(plan.warnings, 1),
        told=told,
        written=import_cells.writer(session),
        **known,
    )


def summary(counts: dict[Noun, Imported]) -> str:
    sentences = [
        gettext(
            "%(noun)s: %(added)s added, %(changed)s changed, %(unchanged)s left as they were.",
            noun=gettext(NOUNS[noun]),
            **imported.facts,
        )
        for noun, imported in counts.items()
    ]
    return " ".join(sentences)


def done_at(kind: ImportKind) -> str:
    match kind:
        case ImportKind.PEOPLE:
            return url_for("people.index")
        case ImportKind.CLIENTS:
            return url_for("clients.index")
        case ImportKind.VISITS | ImportKind.COMPLAINTS:
            return url_for("register.index")
    return url_for("imports.upload", kind=kind)
