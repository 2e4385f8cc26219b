"""The application factory: a table of contents."""

import os

from flask import Flask, request
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback import models  # noqa: F401  (registers every table)
from feedback.extensions import babel, csrf, db, migrate
from feedback.jobs import tasks
from feedback.presentation import locales
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens
from feedback.settings import Settings
from feedback.views.accounts import accounts, oidc, own_account, sign_in
from feedback.views.ballot_box import (
    interviews,
    respond,
    side_by_side,  # noqa: F401  (adds to the rooms of respond)
)
from feedback.views.campaigns import campaigns
from feedback.views.closing import trustees
from feedback.views.definitions import definition_drafts, library, previews
from feedback.views.ground import errors, filters, headers, home, navigation
from feedback.views.ground.row_numbers import RowNumberConverter
from feedback.views.imports import uploads
from feedback.views.mail import campaign_mail, mail_templates
from feedback.views.messages import (
    call_back,  # noqa: F401  (adds to the rooms of respond)
    call_backs,
    suggestion_box,
    suggestions,
)
from feedback.views.oversight import audit_log, configuration, privacy
from feedback.views.people import clients, contacts, people
from feedback.views.planning import wizard
from feedback.views.quality import quality
from feedback.views.releases import releases
from feedback.views.reports import comment_moderation, report_files, reports
from feedback.views.rosters import link_sheets, nominations, rosters

ROOMS = (
    respond,
    privacy,
    home,
    reports,
    releases,
    comment_moderation,
    quality,
    report_files,
    own_account,
    accounts,
    configuration,
    audit_log,
    library,
    definition_drafts,
    previews,
    suggestion_box,
    suggestions,
    call_backs,
    interviews,
    trustees,
    people,
    clients,
    contacts,
    uploads,
    campaign_mail,
    link_sheets,
    mail_templates,
    wizard,
    campaigns,
    rosters,
    nominations,
)
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_REQUEST_SIZE = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment(os.environ)
    app = Flask(__name__, template_folder="../templates")
    configure(app, settings)
    believe_proxies(app, settings)
    hold_keys(app, settings)
    connect_database(app, settings)
    tasks.register(app, settings)
    speak_languages(app, settings)
    csrf.init_app(app)
    sign_in.register(app, settings)
    oidc.register(app, settings)
    csrf.exempt(respond.blueprint)
    csrf.exempt(suggestion_box.blueprint)
    app.url_map.converters["int"] = RowNumberConverter
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    headers.register(app)
    filters.register(app)
    navigation.register(app)
    errors.register(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_keys[-1],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[:-1]),
        MAX_CONTENT_LENGTH=MAX_REQUEST_SIZE,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_SIZE,
        SESSION_COOKIE_SECURE=settings.served_over_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.served_over_tls,
        REMEMBER_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.logger.setLevel(settings.log_level)


def believe_proxies(app: Flask, settings: Settings) -> None:
    """Behind a proxy all people come from its address, and would share one limit of sign-ins.

    Links are built from the public address in the settings, whatever a proxy or a browser says the host is.
    """
    if count := int(settings.trusted_proxies):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def hold_keys(app: Flask, settings: Settings) -> None:
    app.extensions["feedback.settings"] = settings
    app.extensions["feedback.tokens"] = Tokens(settings.secret_keys)
    app.extensions["feedback.custody"] = Custody(settings.data_dir / "keys", settings.secret_keys)


def connect_database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)
    migrate.init_app(app, db, directory=os.path.join(app.root_path, "migrations"))
    app.before_request(read_only_unless_posting)


def read_only_unless_posting() -> None:
    db.session.info["read_only"] = request.method in READING_METHODS


def speak_languages(app: Flask, settings: Settings) -> None:
    babel.init_app(
        app,
        default_locale=settings.default_locale,
        default_timezone=settings.timezone,
        locale_selector=locales.select,
    )
    app.jinja_env.globals.update(get_locale=get_locale, language=locales.language)
