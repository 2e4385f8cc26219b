from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.clients import Client, Contact
from feedback.services.ground.errors import InvalidFile
from feedback.services.people import client_edits, clients
from feedback.transaction import transaction
from feedback.views.ground.faults import show_in
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.clients import ContactForm

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

Page = str | tuple[str, int]


@blueprint.route("/new/<path:client>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def add(client: str) -> Page | Response:
    session = db.session()
    found = clients.find(session, client)
    form = ContactForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                client_edits.add_contact(
                    session, found, form.cells, actor=current_user.email, now=current.now()
                )
        except InvalidFile as error:
            show_in(form, error)
        else:
            return saved(found)
    return edit_page(form, found, None)


@blueprint.route("/<int:contact>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def edit(contact: int) -> Page | Response:
    session = db.session()
    found = clients.find_contact(session, contact)
    form = ContactForm(request.form, data=None if request.form else stored(found))
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                client_edits.change_contact(
                    session, found, form.cells, actor=current_user.email, now=current.now()
                )
        except InvalidFile as error:
            show_in(form, error)
        else:
            return saved(found.client)
    return edit_page(form, found.client, found)


@blueprint.route("/<int:contact>/activity", methods=["GET", "POST"])
@for_roles(*OFFICE)
def activity(contact: int) -> str | Response:
    """Confirm, then switch a contact off or on again."""
    session = db.session()
    found = clients.find_contact(session, contact)
    if request.method != "POST":
        return render_template("people/clients/activity.html", contact=found)
    client, wanted = found.client, request.form.get("active") == "yes"
    with transaction():
        client_edits.set_contact_active(session, found, wanted, actor=current_user.email, now=current.now())
    return saved(client)


def stored(contact: Contact) -> dict[str, str | None]:
    columns = {name: getattr(contact, name) for name in ("email", "phone", "language")}
    return columns | {"contact_name": contact.name, "contact_name_en": contact.name_en}


def saved(client: Client) -> Response:
    flash(gettext("Your changes are saved."), "success")
    return redirect(url_for("clients.show", client=client.code), 303)


def edit_page(form: ContactForm, client: Client, contact: Contact | None) -> Page:
    page = render_template("people/clients/contact.html", form=form, client=client, contact=contact)
    return (page, 422) if form.errors else page
