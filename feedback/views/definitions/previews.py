"""A questionnaire as each rater group sees it on a phone: a page of its own, made to be shown in a frame."""

from flask import Blueprint, render_template, request
from flask_babel import force_locale, gettext

from feedback.presentation.locales import language
from feedback.services.definitions.library import Version
from feedback.services.ground.languages import LOCALE_OF
from feedback.views.definitions.library import PreviewGroup, find, posted, rater_groups
from feedback.views.ground.guards import for_roles
from feedback.views.ground.navigation import OFFICE
from forms import preview, questionnaire
from forms.builder import BallotForm, Respondent
from forms.document import InvalidDocument, Section
from forms.questionnaire import Questionnaire
from forms.questionnaire_editor import ItemForm

blueprint = Blueprint("previews", __name__)

QUESTIONNAIRE = "/questionnaires/<definition>/<int:version>/preview"


@blueprint.get(QUESTIONNAIRE)
@for_roles(*OFFICE)
def whole(definition: str, version: int) -> str:
    entry = find("questionnaires", definition, version)
    try:
        return page(entry, questionnaire.parse(Section(entry.table)))
    except InvalidDocument as error:
        return render_template("definitions/preview.html", wrong=error.faults)


@blueprint.post(f"{QUESTIONNAIRE}/item")
@for_roles(*OFFICE)
def item(definition: str, version: int) -> str:
    """The item as it is typed, saved or not."""
    entry = find("questionnaires", definition, version)
    try:
        return page(entry, preview.of_item(entry.table, ItemForm(posted()).written()))
    except InvalidDocument as error:
        return render_template("definitions/preview.html", wrong=error.faults)


def page(entry: Version, shown: Questionnaire) -> str:
    groups = {group.id: group for group in rater_groups(entry)}
    asked = next((name for name in groups if shown.items_for(name)), "")
    wanted = request.values.get("seen_by", asked)
    group = groups.get(wanted) or PreviewGroup(wanted, wanted)
    with force_locale(LOCALE_OF.get(request.values.get("seen_in", ""), LOCALE_OF[language()])):
        subject = gettext("I") if group.is_self else gettext("Alex Chen")
        form = BallotForm(shown, Respondent(group.id, language(), subject, gettext))
        title = shown.title_for(language()).replace("{subject}", subject)
        return render_template("definitions/preview.html", form=form, group=group, title=title, wrong=())
