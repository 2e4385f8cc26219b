"""Making a campaign in three steps; each one stores the draft."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from feedback import current
from feedback.extensions import db
from feedback.models.campaigns import Campaign, CampaignKind, KeyCustody
from feedback.models.library import DefinitionKind
from feedback.models.people import Person
from feedback.presentation.locales import language
from feedback.services.accounts import accounts
from feedback.services.campaigns import campaigns
from feedback.services.definitions import library, titles
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import days
from feedback.services.planning import stored_plans, wizard
from feedback.services.planning.wizard import Basics, Terms
from feedback.services.rosters import rosters
from feedback.services.tables import periods
from feedback.transaction import transaction
from feedback.views.ground.current_reader import by
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms.campaigns import BasicsForm, NewForm, SubjectsForm, TermsForm, terms_form
from forms.document import InvalidDocument
from forms.questionnaire import in_language
from forms.texts import without_nul

blueprint = Blueprint("campaign_drafts", __name__, url_prefix="/campaigns")

Page = str | tuple[str, int] | Response


@blueprint.route("/new", methods=["GET", "POST"])
@for_roles(*OFFICE)
def new() -> Page:
    today = current.today()
    form = NewForm(request.form or None, kind="both", period=periods.quarter_of(today), starts_on=today)
    offer_definitions(form)
    if not (request.method == "POST" and form.validate()):
        return basics_page(form, None)
    try:
        with transaction() as session:
            campaign = wizard.start(
                session, basics_of(form), form.starts_on.data, current.settings().zone, **by()
            )
    except InvalidDocument as error:
        return refused(form, None, error)
    return redirect(url_for(".subjects", campaign=campaign.code), 303)


@blueprint.route("/<campaign>/basics", methods=["GET", "POST"])
@for_roles(*OFFICE)
def basics(campaign: str) -> Page:
    found = find(campaign)
    form = BasicsForm(request.form or None, **stored_basics(found))
    offer_definitions(form)
    if not (request.method == "POST" and form.validate()):
        return basics_page(form, found)
    try:
        with transaction() as session:
            wizard.change_basics(session, found, basics_of(form), **by())
    except InvalidDocument as error:
        return refused(form, found, error)
    return redirect(url_for("campaigns.show", campaign=campaign), 303)


@blueprint.route("/<campaign>/subjects", methods=["GET", "POST"])
@for_roles(*OFFICE)
def subjects(campaign: str) -> Page:
    found, session = find(campaign), db.session()
    choices = people_to_choose(found)
    form = SubjectsForm(request.form or None, selection="people" if choices["partial"] else "all")
    if request.method == "POST" and form.validate():
        people = wizard.select_people(session, form.selection.data, form.chosen)
        if people:
            with transaction():
                wizard.choose_subjects(session, found, people, **by())
            return redirect(url_for(".terms", campaign=campaign), 303)
        form.selection.errors = [gettext("Nobody is selected: a campaign needs somebody to be about.")]
    page = render_template("planning/subjects.html", campaign=found, form=form, **choices)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<campaign>/terms", methods=["GET", "POST"])
@for_roles(*OFFICE)
def terms(campaign: str) -> Page:
    found, session = find(campaign), db.session()
    scheme = wizard.unraised(session, found)
    groups = rosters.groups(scheme, CampaignKind(found.kind))
    form = terms_form(groups)(request.form or None, today=current.today(), **stored_terms(found))
    offer_trustees(form)
    if request.method == "POST" and form.validate():
        with transaction():
            wizard.set_terms(session, found, terms_of(form), current.settings().zone, **by())
        flash(gettext("Saved."), "success")
        return redirect(url_for("campaigns.show", campaign=campaign), 303)
    group_titles = {group.id: in_language(group.title, language()) or group.id for group in groups}
    page = render_template("planning/terms.html", campaign=found, form=form, titles=group_titles)
    return (page, 422) if request.method == "POST" else page


def find(code: str) -> Campaign:
    found = campaigns.find(db.session(), code)
    campaigns.require_before_opening(found)
    return found


def offer_definitions(form: BasicsForm) -> None:
    for field, kind in (
        (form.questionnaire, DefinitionKind.QUESTIONNAIRE),
        (form.scheme, DefinitionKind.SCHEME),
    ):
        field.choices = [
            SelectChoice(
                f"{choice.code}/{choice.version}",
                gettext(
                    "%(title)s, version %(version)s",
                    title=choice.title_in(language()),
                    version=choice.version,
                ),
            )
            for choice in library.choices(db.session(), kind)
        ]


def basics_of(form: BasicsForm) -> Basics:
    return Basics(
        kind=CampaignKind(form.kind.data),
        period=form.period.data,
        title_zh=form.title_zh.data,
        title_en=form.title_en.data,
        questionnaire=definition(form.questionnaire.data),
        scheme=definition(form.scheme.data),
        languages=form.languages.data,
        recurring=form.recurring.data,
    )


def definition(choice: str) -> tuple[str, int]:
    code, _, version = choice.rpartition("/")
    return code, int(version)


def stored_basics(campaign: Campaign) -> dict[str, Any]:
    names = ("kind", "period", "title_zh", "title_en", "languages", "recurring")
    return {name: getattr(campaign, name) for name in names} | {
        "questionnaire": f"{campaign.questionnaire_code}/{campaign.questionnaire_version}",
        "scheme": f"{campaign.scheme_code}/{campaign.scheme_version}",
    }


def basics_page(form: BasicsForm, campaign: Campaign | None) -> Page:
    page = render_template("planning/basics.html", form=form, campaign=campaign)
    return (page, 422) if request.method == "POST" else page


def refused(form: BasicsForm, campaign: Campaign | None, error: InvalidDocument) -> Page:
    form.questionnaire.errors = [fault.message for fault in error.faults]
    return basics_page(form, campaign)


def people_to_choose(campaign: Campaign) -> dict[str, Any]:
    """Everybody who could be a subject, as far as the search finds them; who is one but is not found stays one."""
    words = without_nul(request.values.get("q"))
    about = [subject.person for subject in campaigns.subjects(db.session(), campaign)]
    chosen = {person.code for person in about}
    if request.method == "POST":
        chosen = set(request.form.getlist("people"))
    everybody = wizard.select_people(db.session(), "all", ())
    others = [person for person in about if not person.level]
    found = [person for person in (*everybody, *others) if matches(person, words)]
    return {
        "people": found,
        "words": words,
        "chosen": chosen,
        "partial": chosen != {person.code for person in everybody} or bool(words),
        "kept": sorted(chosen - {person.code for person in found}),
        "departments": {person.department.code: person.department for person in everybody},
        "levels": sorted({person.level for person in everybody if person.level}),
        "level_titles": titles.levels(db.session()),
    }


def matches(person: Person, words: str) -> bool:
    texts = (person.code, person.name, person.name_en, person.department.name, person.department.name_en)
    text = " ".join(text for text in texts if text).casefold()
    return all(word in text for word in words.casefold().split())


def offer_trustees(form: TermsForm) -> None:
    form.trustees.choices = [
        SelectChoice(str(user.id), user.email) for user in accounts.enabled(db.session())
    ]


def stored_terms(campaign: Campaign) -> dict[str, Any]:
    dates = {
        "nominations_until": campaign.nominations_until,
        "approvals_until": campaign.approvals_until,
        "closes_on": campaign.closes_at,
    }
    zone, session = current.settings().zone, db.session()
    groups = rosters.groups(read_scheme(campaign.scheme), CampaignKind(campaign.kind))
    raisable = [group for group in groups if not group.attributed]
    return {name: moment and days.day_of(moment, zone) for name, moment in dates.items()} | {
        "key_custody": campaign.key_custody,
        "trustees": [str(user_id) for user_id in stored_plans.trustees(session, campaign)],
        **{f"minimum_{place}": group.minimum for place, group in enumerate(raisable)},
    }


def terms_of(form: TermsForm) -> Terms:
    by_trustees = form.key_custody.data == KeyCustody.TRUSTEES
    return Terms(
        nominations_until=form.nominations_until.data,
        approvals_until=form.approvals_until.data,
        closes_on=form.closes_on.data,
        minimum=form.minimum,
        trustees=tuple(map(int, form.trustees.data)) if by_trustees else (),
    )
