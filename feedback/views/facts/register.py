"""Return visits and complaints: listed, entered, closed; by HR, and by managers of those whom they lead."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.register import RegisterKind
from feedback.services.fact_files import register_entries
from feedback.services.fact_files.register_entries import RegisterFilter
from feedback.services.ground.errors import InvalidFile, NotPossible
from feedback.transaction import transaction
from feedback.views.ground.current_reader import author, current_reader
from feedback.views.ground.faults import show_in, told
from feedback.views.ground.guards import for_roles
from forms.register import CloseComplaintForm, ComplaintForm, NewEntryForm, RegisterForm, VisitForm
from forms.texts import stripped

blueprint = Blueprint("register", __name__, url_prefix="/register")

KEEPERS = (RoleName.MANAGER, RoleName.HR, RoleName.ADMIN)
FORMS: dict[RegisterKind, type[NewEntryForm]] = {
    RegisterKind.VISIT: VisitForm,
    RegisterKind.COMPLAINT: ComplaintForm,
}

Page = str | tuple[str, int]


@blueprint.get("")
@for_roles(*KEEPERS)
def index() -> str:
    reader, wanted = current_reader(), asked(request.args)
    return render_template(
        "facts/register/index.html",
        page=register_entries.listed(db.session(), reader, wanted, request.args.get("page", 1, type=int)),
        wanted=wanted,
        today=current.today(),
        own=reader.person_id,
    )


def asked(arguments: Mapping[str, str]) -> RegisterFilter:
    return RegisterFilter(**{name: stripped(arguments.get(name)) for name in vars(RegisterFilter())})


@blueprint.route("/new/<any(visit, complaint):entry_kind>", methods=["GET", "POST"])
@for_roles(*KEEPERS)
def add(entry_kind: str) -> Page | Response:
    kind = RegisterKind(entry_kind)
    form = FORMS[kind](request.form)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                register_entries.add(session, current_reader(), kind, form.cells, author())
        except InvalidFile as error:
            show_in(form, error)
        except NotPossible as error:
            form.form_errors.append(told(error))
        else:
            flash(gettext("The entry is saved."), "success")
            return redirect(url_for(".index"), 303)
    return form_page(
        "new", form, kind=kind, suggested=register_entries.suggested(db.session(), current_reader())
    )


@blueprint.route("/<int:entry>/close", methods=["GET", "POST"])
@for_roles(*KEEPERS)
def close(entry: int) -> Page | Response:
    """A complaint that was dealt with."""
    found = register_entries.find(db.session(), current_reader(), entry)
    form = CloseComplaintForm(request.form, data=None if request.form else {"done": current.today()})
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                register_entries.close(session, current_reader(), found, form.cells, author())
        except InvalidFile as error:
            show_in(form, error)
        except NotPossible as error:
            form.form_errors.append(told(error))
        else:
            flash(gettext("The complaint is closed."), "success")
            return redirect(url_for(".index"), 303)
    return form_page("close", form, entry=found)


@blueprint.post("/<int:entry>/remove")
@for_roles(*KEEPERS)
def remove(entry: int) -> Response:
    reader = current_reader()
    try:
        with transaction() as session:
            found = register_entries.find(session, reader, entry)
            register_entries.remove(session, reader, found, author())
    except NotPossible as error:
        flash(told(error), "error")
    else:
        flash(gettext("The entry is removed."), "success")
    return redirect(url_for(".index"), 303)


def form_page(name: str, form: RegisterForm, **known: object) -> Page:
    page = render_template(f"facts/register/{name}.html", form=form, **known)
    return (page, 422) if form.errors else page
