"""The suggestion box (匿名意见箱) as everybody meets it: no link, no account, no cookie; a GET changes nothing."""

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from feedback import current
from feedback.presentation.locales import language
from feedback.services.ground import protection
from feedback.services.messages import suggestions
from feedback.transaction import transaction
from feedback.views.ballot_box import not_stored
from feedback.views.ballot_box.not_stored import REDRAWN
from feedback.views.ballot_box.respond import posted_fields
from feedback.views.ground.rate_limits import box_limiter
from forms.identifying import WORDS
from forms.suggestions import SuggestionForm
from forms.text_lengths import LONGEST_SUGGESTION

blueprint = Blueprint("suggestion_box", __name__)

SENDING = "60 per hour"  # of one address: a whole office may share it

Page = str | tuple[str, int]


@blueprint.get("/suggestions/box")
def show() -> Page:
    return render("sent.html") if "sent" in request.args else render("box.html", form=SuggestionForm())


@blueprint.post("/suggestions/box")
@box_limiter.limit(SENDING)
def send() -> Page | Response:
    form = SuggestionForm(posted_fields())
    if not form.validate():
        return render("box.html", form=form), 422
    if form.new_hints:
        found = form.new_hints
        form.warned.data = " ".join(found)
        return render("box.html", form=form, hints=[WORDS[hint] for hint in found]), 422
    with transaction() as session:
        suggestions.send(session, current.custody(), form.text.data, now=current.now())
    return redirect(url_for(".show", sent=1, lang=language()), 303)


def redraw(posted: MultiDict[str, str]) -> str:
    return render("box.html", form=SuggestionForm(posted))


REDRAWN["suggestion_box.send"] = redraw
not_stored.register(blueprint)


def render(template: str, **facts: object) -> str:
    """Past Flask's context processors, which would read the cookie of whoever is signed in."""
    facts |= {"fewest": protection.SUGGESTIONS_FROM, "longest": LONGEST_SUGGESTION}
    return current_app.jinja_env.get_template(f"messages/suggestions/{template}").render(**facts)
