"""Who can see what, and the guides: public, without a cookie."""

from flask import Blueprint, abort, current_app

from feedback import current
from feedback.extensions import db
from feedback.presentation.locales import language
from feedback.services.mail import reminders
from feedback.services.messages import call_backs
from feedback.services.oversight import guides, privacy

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
def show() -> str:
    """From what is configured now."""
    return render(
        "show.html",
        privacy=privacy.in_force(db.session()),
        reminder_days=reminders.DAYS_BEFORE,
        quiet_days=reminders.QUIET_DAYS,
        card_days=call_backs.KEPT_AFTER_CALL.days,
        by_mail=not current.settings().mail_url.startswith(("file:", "console:")),
    )


@blueprint.get("/help")
def help_index() -> str:
    return render("guides.html", guides=[(name, guides.read(name, language())) for name in guides.NAMES])


@blueprint.get("/help/<guide>")
def help_page(guide: str) -> str:
    if guide not in guides.NAMES:
        abort(404)
    return render("guide.html", guide=guides.read(guide, language()))


def render(template: str, **facts: object) -> str:
    """Past Flask's context processors, which would read the cookie of whoever is signed in."""
    return current_app.jinja_env.get_template(f"oversight/privacy/{template}").render(**facts)
