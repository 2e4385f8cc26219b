"""Accounts, for administrators. They never type or see a password: its owner sets it through a link."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from werkzeug.wrappers import Response

from feedback import account_mail, current
from feedback.extensions import db
from feedback.models.accounts import RoleName, User
from feedback.services.accounts import account_changes, accounts
from feedback.services.ground.errors import DomainError
from feedback.transaction import transaction
from feedback.views.ground.guards import for_roles
from forms.accounts import ROLE_TITLES, AccountPersonForm, AccountSearchForm, NewAccountForm, RolesForm
from forms.texts import stripped
from forms.words import N_

Page = str | tuple[str, int]

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")
administrators = for_roles(RoleName.ADMIN)
render = partial(render_template, role_titles=ROLE_TITLES)


@dataclass(frozen=True)
class AccountAct:
    """What an administrator does to an account, in the words of its button, its warning and its outcome."""

    perform: Callable[[User], None]
    title: str
    warning: str
    done: str


def send_link(user: User) -> None:
    account_mail.send_link(user, actor=actor(), now=current.now())


def changing(change: Callable[..., None]) -> Callable[[User], None]:
    return lambda user: change(db.session(), user, actor=actor(), now=current.now())


ACTS = {
    "unlink": AccountAct(
        changing(account_changes.unlink),
        N_("Take the person from the account"),
        N_("It no longer reads that person's reports, nor those of the person's team. The roles stay."),
        N_("The account belongs to nobody in the list of people."),
    ),
    "disable": AccountAct(
        changing(account_changes.disable),
        N_("Disable the account"),
        N_(
            "Its owner is signed out everywhere at once and cannot sign in until the account is enabled again."
        ),
        N_("The account is disabled."),
    ),
    "enable": AccountAct(
        changing(account_changes.enable),
        N_("Enable the account"),
        N_("Its owner can sign in again, with the password and the roles he had."),
        N_("The account is enabled."),
    ),
    "unlock": AccountAct(
        changing(account_changes.unlock),
        N_("Unlock the account"),
        N_("Failed sign-ins are forgotten, and its owner need not wait any longer."),
        N_("The account is unlocked."),
    ),
    "reset-factor": AccountAct(
        changing(account_changes.reset_factor),
        N_("Reset the second factor"),
        N_(
            "Make sure that it is the owner who asks: afterwards the password alone signs in. The app and the recovery "
            "codes are worth nothing any more, and the owner is signed out everywhere."
        ),
        N_("The second factor is reset."),
    ),
    "send-link": AccountAct(
        send_link,
        N_("Send a link to set a password"),
        N_("The link goes to the address of the account and is valid for a day."),
        N_("A link is on its way to the owner."),
    ),
}


@blueprint.get("")
@administrators
def index() -> str:
    form = AccountSearchForm(request.args)
    filters = {"search": form.search.data or "", "role": form.role.data or ""}
    number = request.args.get("page", 1, type=int)
    if "\0" in "".join(filters.values()):
        abort(404)
    page = accounts.listed(db.session(), **filters, number=number)
    return render("accounts/index.html", page=page, form=form, filters=filters)


@blueprint.get("/new")
@administrators
def new() -> str:
    return render("accounts/new.html", form=NewAccountForm())


@blueprint.post("/new")
@administrators
def create() -> Page | Response:
    form = NewAccountForm(request.form)
    if not form.validate():
        return render("accounts/new.html", form=form), 422
    roles = [RoleName(role) for role in form.roles.data]
    try:
        with transaction() as session:
            user = accounts.create(
                session,
                form.email.data,
                None,
                *roles,
                person=(form.person.data or "").strip() or None,
                actor=actor(),
                now=current.now(),
            )
            account_mail.welcome(user)
    except DomainError as error:
        form.form_errors.append(gettext(error.sentence, **error.facts))
        return render("accounts/new.html", form=form), 422
    flash(gettext("The account is made, and a link to set a password is on its way to its owner."), "success")
    return redirect(url_for(".show", account=user.id), 303)


@blueprint.get("/<int:account>")
@administrators
def show(account: int) -> str:
    return page_of(find(account))


@blueprint.post("/<int:account>")
@administrators
def change_roles(account: int) -> Page | Response:
    user, form = find(account), RolesForm(request.form)
    if not form.validate():
        return page_of(user, roles=form), 422
    roles = [RoleName(role) for role in form.roles.data]
    try:
        with transaction() as session:
            account_changes.change_roles(session, user, roles, actor=actor(), now=current.now())
    except DomainError as error:
        form.form_errors.append(gettext(error.sentence, **error.facts))
        return page_of(user, roles=form), 422
    flash(gettext("The roles are changed."), "success")
    return redirect(url_for(".show", account=account), 303)


@blueprint.post("/<int:account>/person")
@administrators
def link(account: int) -> Page | Response:
    user, form = find(account), AccountPersonForm(request.form)
    code = stripped(form.person.data) or None
    try:
        with transaction() as session:
            account_changes.link(session, user, code, actor=actor(), now=current.now())
    except DomainError as error:
        form.person.errors = [gettext(error.sentence, **error.facts)]
        return page_of(user, person=form), 422
    flash(gettext("The account is linked."), "success")
    return redirect(url_for(".show", account=account), 303)


@blueprint.get("/<int:account>/<act>")
@administrators
def confirm(account: int, act: str) -> str:
    return render("accounts/confirm.html", account=find(account), act=find_act(act), name=act)


@blueprint.post("/<int:account>/<act>")
@administrators
def perform(account: int, act: str) -> Response:
    chosen = find_act(act)
    with transaction():
        chosen.perform(find(account))
    flash(gettext(chosen.done), "success")
    return redirect(url_for(".show", account=account), 303)


@blueprint.app_template_test("locked")
def is_locked(user: User) -> bool:
    return user.is_locked_at(current.now())


def actor() -> str:
    return str(current_user.email)


def find(number: int) -> User:
    return accounts.by_id(db.session(), number)


def find_act(name: str) -> AccountAct:
    return ACTS.get(name) or abort(404)


def page_of(user: User, *, roles: RolesForm | None = None, person: AccountPersonForm | None = None) -> str:
    """With the forms that come back as they were typed; nothing of them is stored."""
    return render(
        "accounts/show.html",
        account=user,
        form=roles or RolesForm(roles=sorted(user.role_names)),
        person=person or AccountPersonForm(),
    )
