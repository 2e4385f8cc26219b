from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from feedback.extensions import db
from feedback.models.people import Person
from feedback.presentation.locales import language
from feedback.services.definitions import titles
from feedback.services.fact_files import spans
from feedback.services.ground.errors import InvalidFile
from feedback.services.imports import people_exports
from feedback.services.imports.people_exports import Format
from feedback.services.people import people, people_edits
from feedback.services.people.people import PersonFilter
from feedback.transaction import transaction
from feedback.views.ground.current_reader import author
from feedback.views.ground.downloads import attachment
from feedback.views.ground.faults import show_in
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.people import NewPersonForm, PersonForm
from forms.texts import stripped

blueprint = Blueprint("people", __name__, url_prefix="/people")

Page = str | tuple[str, int]


@blueprint.get("")
@for_roles(*OFFICE)
def index() -> str:
    session, wanted = db.session(), asked(request.args)
    return render_template(
        "people/index.html",
        page=people.listed(session, wanted, request.args.get("page", 1, type=int)),
        wanted=wanted,
        departments=people.departments(session),
        levels=people.levels(session),
        level_titles=titles.levels(session),
    )


def asked(arguments: Mapping[str, str]) -> PersonFilter:
    given = {name: stripped(arguments.get(name)) for name in vars(PersonFilter())}
    return PersonFilter(**{name: value for name, value in given.items() if value})


@blueprint.get("/export.<any(csv, xlsx):format>")
@for_roles(*OFFICE)
def export(format: str) -> Response:
    wanted = Format(format)
    return attachment(people_exports.people(db.session(), wanted, language()), f"people.{wanted}")


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(*OFFICE)
def add() -> Page | Redirect:
    form = NewPersonForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                people_edits.add(session, form.cells, **vars(author()))
        except InvalidFile as error:
            show_in(form, error)
        else:
            flash(gettext("%(name)s has been added.", name=form.name.data), "success")
            return redirect(url_for("people.show", person=form.code.data.strip()), 303)
    return edit_page(form, None)


@blueprint.get("/<path:person>")
@for_roles(*OFFICE)
def show(person: str) -> str:
    session = db.session()
    profile = people.profile(session, people.find(session, person))
    return render_template(
        "people/show.html",
        profile=profile,
        person=profile.person,
        history=spans.stored(session, [profile.person.code]),
        post_titles=titles.posts(session),
        level_titles=titles.levels(session),
        tier_titles=titles.tiers(session),
    )


@blueprint.route("/edit/<path:person>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def edit(person: str) -> Page | Redirect:
    session = db.session()
    found = people.find(session, person)
    form = PersonForm(request.form, data=None if request.form else stored(found))
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                people_edits.change(session, found, form.cells, **vars(author()))
        except InvalidFile as error:
            show_in(form, error)
        else:
            flash(gettext("Your changes are saved."), "success")
            return redirect(url_for("people.show", person=person), 303)
    return edit_page(form, found)


def stored(person: Person) -> dict[str, str | None]:
    columns = {
        name: getattr(person, name) for name in ("name", "name_en", "email", "language", "post", "level")
    }
    manager = person.manager.code if person.manager else None
    return columns | {"department": person.department.code, "manager": manager}


def edit_page(form: PersonForm, person: Person | None) -> Page:
    session = db.session()
    page = render_template(
        "people/edit.html",
        form=form,
        person=person,
        departments=people.departments(session),
        posts=people.posts(session),
        levels=people.levels(session),
        managers=people.leading(session),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/activity/<path:person>", methods=["GET", "POST"])
@for_roles(*OFFICE)
def activity(person: str) -> str | Redirect:
    """Confirm, then switch somebody off or on again."""
    session = db.session()
    found = people.find(session, person)
    if request.method != "POST":
        return render_template("people/activity.html", person=found, profile=people.profile(session, found))
    wanted = request.form.get("active") == "yes"
    with transaction():
        people_edits.set_active(session, found, wanted, **vars(author()))
    flash(gettext("Your changes are saved."), "success")
    return redirect(url_for("people.show", person=person), 303)
