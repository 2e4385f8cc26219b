"""The application factory: a table of contents."""

import os

from flask import Flask, request
from flask_babel import get_locale
from flask_security import SQLAlchemyUserDatastore

from feedback import models  # noqa: F401  (registers every table)
from feedback.extensions import babel, bootstrap, csrf, db, migrate, security
from feedback.models.accounts import Role, User
from feedback.services.custody import Custody
from feedback.services.tokens import Tokens
from feedback.settings import Settings
from feedback.views import account, errors, filters, headers, home, locales, navigation, reports, respond

ROOMS = (
    respond,
    home,
    reports,
    account,
)
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_REQUEST_SIZE = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment(os.environ)
    app = Flask(__name__, template_folder="../templates")
    configure(app, settings)
    hold_keys(app, settings)
    connect_database(app, settings)
    speak_languages(app, settings)
    sign_people_in(app)
    bootstrap.init_app(app)
    csrf.init_app(app)
    csrf.exempt(respond.blueprint)
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
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.logger.setLevel(settings.log_level)


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


def sign_people_in(app: Flask) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_SALT="unused: argon2 salts each password",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="home.start",
        SECURITY_POST_LOGOUT_VIEW="security.login",
        SECURITY_LOGIN_USER_TEMPLATE="account/sign_in.html",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    security.init_app(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=True)
