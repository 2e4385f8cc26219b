"""What goes along with being recommended by clients, and the measures that are taken about it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.presentation import influence_words
from feedback.presentation.reasons import local
from feedback.services.accounts import reading_rights
from feedback.services.ground.errors import NotFound
from feedback.services.people import people
from feedback.services.quality import campaign_quality, influence_factors, measures
from feedback.services.quality.influence_document import InfluenceFactors, TooFewToTell
from feedback.transaction import transaction
from feedback.views.ground.current_reader import by, current_reader
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.measures import MeasureForm
from forms.words import N_

blueprint = Blueprint("influence", __name__, url_prefix="/influence")

Page = str | tuple[str, int] | Response


@blueprint.get("/<campaign>")
@for_roles(*OFFICE)
def show(campaign: str) -> Page:
    found, factors = _found(campaign)
    return _page(found, factors, _form(factors))


@blueprint.post("/<campaign>")
@for_roles(*OFFICE)
def add(campaign: str) -> Page:
    found, factors = _found(campaign)
    form = _form(factors)
    if not form.validate() or not _is_somebody(form):
        return _page(found, factors, form), 422
    asked = form.dimension.data, form.text.data, form.owner.data, form.due.data
    with transaction() as session:
        measures.add(session, found, *asked, **by())
    flash(gettext("The measure is noted. The next campaign shows what became of it."), "success")
    return redirect(url_for(".show", campaign=campaign), 303)


@blueprint.post("/<campaign>/<int:measure>/remove")
@for_roles(*OFFICE)
def remove(campaign: str, measure: int) -> Page:
    found, _factors = _found(campaign)
    with transaction() as session:
        measures.remove(session, found, measure, **by())
    flash(gettext("The measure is removed."), "success")
    return redirect(url_for(".show", campaign=campaign), 303)


def _found(campaign: str) -> tuple[Campaign, InfluenceFactors | TooFewToTell]:
    found = reading_rights.find_campaign(db.session(), current_reader(), campaign)
    return found, campaign_quality.of_campaign(db.session(), found).influence


def _form(factors: InfluenceFactors | TooFewToTell) -> MeasureForm:
    form = MeasureForm(request.form)
    known = factors.factors if isinstance(factors, InfluenceFactors) else ()
    form.dimension.choices = [(factor.id, local(factor.title)) for factor in known]
    return form


def _is_somebody(form: MeasureForm) -> bool:
    try:
        people.find(db.session(), form.owner.data)
    except NotFound:
        form.owner.errors = [N_("There is nobody with this personnel number.")]
        return False
    return True


def _page(campaign: Campaign, factors: InfluenceFactors | TooFewToTell, form: MeasureForm) -> str:
    session = db.session()
    return render_template(
        "quality/influence.html",
        campaign=campaign,
        found=factors,
        picture=influence_words.of_factors(factors) if isinstance(factors, InfluenceFactors) else None,
        year=influence_factors.of_year(session, campaign),
        measures=measures.of_campaign(session, campaign),
        followed=measures.followed(session, campaign, factors),
        titles=dict(form.dimension.choices),
        form=form,
    )
