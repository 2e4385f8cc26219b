"""The application without its pages, for commands and workers: they start in half the time."""

from flask import Flask
from flask_babel import get_locale

from feedback import models  # noqa: F401  (registers every table)
from feedback.extensions import babel, db
from feedback.jobs import waking
from feedback.presentation import locales
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.tokens import Tokens
from feedback.settings import Settings

NAME = "feedback"


def create_core(settings: Settings) -> Flask:
    app = Flask(NAME, template_folder="../templates")
    app.logger.setLevel(settings.log_level)
    hold_keys(app, settings)
    connect_database(app, settings)
    waking.register(app, settings)
    speak_languages(app, settings)
    return app


def hold_keys(app: Flask, settings: Settings) -> None:
    app.extensions["feedback.settings"] = settings
    app.extensions["feedback.tokens"] = Tokens(settings.secret_keys)
    app.extensions["feedback.custody"] = Custody(settings.data_dir / "keys", settings.secret_keys)


def connect_database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)


def speak_languages(app: Flask, settings: Settings) -> None:
    babel.init_app(
        app,
        default_locale=settings.default_locale,
        default_timezone=settings.timezone,
        locale_selector=locales.select,
    )
    app.jinja_env.globals.update(get_locale=get_locale, language=locales.language)
