"""How a decision is asked for on a page: done, or the refusal in the reader's words beside what was filled in."""

from collections.abc import Callable

from flask import flash
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import Form

from feedback.models.plans import PlanState
from feedback.models.rounds import AppraisalState
from feedback.presentation import appraisal_words
from feedback.services.ground.errors import DomainError
from feedback.transaction import transaction
from feedback.views.ground.faults import told

Act = Callable[[Session], object]
SENTENCES = ("reason", "role")  # facts that are sentences of our own


def done(form: Form, act: Act, *lines: Form) -> bool:
    """Whether it was done. lines: further forms that were sent together with this one."""
    checked = [each.validate() for each in (form, *lines)]
    if not all(checked):
        return False
    refusal = refused(act)
    if refusal is not None:
        form.form_errors.append(refusal)
    return refusal is None


def refused(act: Act) -> str | None:
    """The refusal of what could not be done."""
    try:
        with transaction() as session:
            act(session)
    except DomainError as refusal:
        return in_words(refusal)
    return None


def flashed(act: Act, success: str) -> None:
    """Of a button without a form: how it went stands at the top of the next page."""
    refusal = refused(act)
    flash(refusal or success, "error" if refusal else "success")


def in_words(refusal: DomainError) -> str:
    """States and reasons that a refusal names are in the reader's language, too."""
    for name, fact in refusal.facts.items():
        refusal.facts[name] = _fact(name, fact)
    return told(refusal)


def _fact(name: str, fact: object) -> object:
    if isinstance(fact, AppraisalState) or (name in ("state", "after") and fact in appraisal_words.STATES):
        return appraisal_words.named(appraisal_words.STATES, str(fact))
    if isinstance(fact, PlanState) or (name in ("state", "after") and fact in appraisal_words.PLAN_STATES):
        return appraisal_words.named(appraisal_words.PLAN_STATES, str(fact))
    return gettext(str(fact)) if name in SENTENCES else fact
