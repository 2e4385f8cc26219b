from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response as Redirect

from feedback import current
from feedback.extensions import db
from feedback.models.clients import Client
from feedback.presentation.locales import language
from feedback.services.definitions import titles
from feedback.services.ground.errors import InvalidFile
from feedback.services.imports import people_exports
from feedback.services.imports.people_exports import Format
from feedback.services.people import client_edits, clients, people
from feedback.services.people.clients import ClientFilter
from feedback.transaction import transaction
from feedback.views.ground.downloads import attachment
from feedback.views.ground.faults import show_in
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.clients import ClientForm, MoveForm, NewClientForm
from forms.texts import stripped

blueprint = Blueprint("clients", __name__, url_prefix="/clients")

Page = str | tuple[str, int]


@blueprint.get("")
@for_roles(*OFFICE)
def index() -> str:
    session, wanted = db.session(), asked(request.args)
    page = clients.listed(session, wanted, request.args.get("page", 1, type=int))
    return render_template(
        "people/clients/index.html",
        page=page,
        contacts=clients.contact_counts(session, page),
        wanted=wanted,
        tiers=clients.tiers(session),
        tier_titles=titles.tiers(session),
        account_managers=clients.account_managers(session),
    )


def asked(arguments: Mapping[str, str]) -> ClientFilter:
    given = {name: stripped(arguments.get(name)) for name in vars(ClientFilter())}
    return ClientFilter(**given)


@blueprint.get("/export.<any(csv, xlsx):format>")
@for_roles(*OFFICE)
def export(format: str) -> Response:
    wanted = Format(format)
    return attachment(people_exports.clients(db.session(), wanted, language()), f"clients.{wanted}")


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(*OFFICE)
def add() -> Page | Redirect:
    form = NewClientForm(request.form, data=None if request.form else {"tier": clients.DEFAULT_TIER})
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                client_edits.add(session, form.cells, actor=current_user.email, now=current.now())
        except InvalidFile as error:
            show_in(form, error)
        else:
            flash(gettext("%(name)s has been added.", name=form.client_name.data), "success")
            return redirect(url_for("clients.show", client=form.client.data.strip()), 303)
    return edit_page("people/clients/edit.html", form, None)


@blueprint.get("/<path:client>")
@for_roles(*OFFICE)
def show(client: str) -> str:
    session = db.session()
    found = clients.find(session, client)
    return render_template(
        "people/clients/show.html",
        client=found,
        contacts=clients.contacts(session, found),
        tier_titles=titles.tiers(session),
    )


@blueprint.route("/edit/<path:client>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def edit(client: str) -> Page | Redirect:
    found = clients.find(db.session(), client)
    stored = {"client_name": found.name, "client_name_en": found.name_en, "tier": found.tier}
    form = ClientForm(request.form, data=None if request.form else stored)
    return changed(found, form) or edit_page("people/clients/edit.html", form, found)


@blueprint.route("/move/<path:client>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def move(client: str) -> Page | Redirect:
    """Hand a client over to another account manager."""
    found = clients.find(db.session(), client)
    form = MoveForm(request.form)
    return changed(found, form) or edit_page("people/clients/move.html", form, found)


def changed(client: Client, form: ClientForm | MoveForm) -> Redirect | None:
    """Nothing if the form was only asked for, or has faults."""
    if request.method != "POST" or not form.validate():
        return None
    try:
        with transaction() as session:
            client_edits.change(session, client, form.cells, actor=current_user.email, now=current.now())
    except InvalidFile as error:
        show_in(form, error)
        return None
    flash(gettext("Your changes are saved."), "success")
    return redirect(url_for("clients.show", client=client.code), 303)


def edit_page(template: str, form: ClientForm | MoveForm, client: Client | None) -> Page:
    session = db.session()
    page = render_template(
        template,
        form=form,
        client=client,
        tiers=clients.tiers(session),
        account_managers=people.rated(session),
    )
    return (page, 422) if form.errors else page
