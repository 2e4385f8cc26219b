"""A signed-in person's own account, and the language in which pages speak to him."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_security import current_user, logout_user
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.presentation.locales import COOKIE_FREE, SESSION_KEY, language
from feedback.services.accounts import sign_ins
from feedback.services.ground.languages import LOCALE_OF
from feedback.transaction import transaction
from feedback.views.ground.guards import EVERYBODY, for_roles
from forms.accounts import ROLE_RIGHTS, ROLE_TITLES, LanguageForm

MUCH_IN_THEIR_HANDS = frozenset({RoleName.ADMIN, RoleName.HR})

PROOF = "proof"  # in the session: what shows that this browser has not been signed out

blueprint = Blueprint("account", __name__)


@blueprint.before_app_request
def remember_language() -> None:
    """?lang= on a page for signed-in people is for all of them, not for this one only."""
    asked = request.args.get("lang", "")
    is_page = request.blueprint is not None  # an address that leads to none gets no cookie either
    if asked in LOCALE_OF and is_page and request.blueprint not in COOKIE_FREE:
        session[SESSION_KEY] = asked


@blueprint.get("/account")
@for_roles(*EVERYBODY)
def show() -> str:
    return account_page(LanguageForm(language=language()))


@blueprint.post("/account/language")
@for_roles(*EVERYBODY)
def choose_language() -> Response | tuple[str, int]:
    form = LanguageForm(request.form)
    if not form.validate():
        return account_page(form), 422
    with transaction():
        current_user.language = session[SESSION_KEY] = form.language.data
    return redirect(url_for(".show"), 303)


@blueprint.post("/account/browsers/<browser>/sign-out")
@for_roles(*EVERYBODY)
def sign_out_browser(browser: str) -> Response:
    with transaction() as database:
        sign_ins.end(database, current_user, browser)
    flash(gettext("That browser is signed out."), "success")
    return redirect(url_for(".show"), 303)


@blueprint.post("/account/sign-out-everywhere")
@for_roles(*EVERYBODY)
def sign_out_everywhere() -> Response:
    with transaction() as database:
        sign_ins.sign_out_everywhere(database, current_user)
    logout_user()
    flash(gettext("You are signed out everywhere."), "success")
    return redirect(url_for("security.login"), 303)


def account_page(form: LanguageForm) -> str:
    return render_template(
        "accounts/own_account/show.html",
        form=form,
        browsers=sign_ins.browsers(db.session(), current_user, now=current.now()),
        this_one=sign_ins.digest_of(session.get(PROOF, "")),
        role_titles=ROLE_TITLES,
        role_rights=ROLE_RIGHTS,
        advise_second_factor=bool(current_user.role_names & MUCH_IN_THEIR_HANDS),
    )
