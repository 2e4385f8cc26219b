"""A scheme in the browser: rater groups and rules of rating. The appraisal's parts: ``appraisal_editors``."""

from wtforms import BooleanField, FieldList, Form, FormField, SelectChoice, SelectField

from forms.drafting import DraftForm, NumberField, TextField, Words
from forms.scheme import AbsentGroup, Family
from forms.words import N_

FAMILIES = [
    SelectChoice(Family.CLIENTS, N_("Clients")),
    SelectChoice(Family.COLLEAGUES, N_("Colleagues")),
    SelectChoice(Family.SUPERVISOR, N_("Supervisor")),
    SelectChoice(Family.OBSERVER, N_("Observer, such as a mystery shopper")),
    SelectChoice(Family.SELF, N_("Self")),
]
ABSENT_GROUPS = [
    SelectChoice(AbsentGroup.LEVEL, N_("Weigh the other groups up")),
    SelectChoice(AbsentGroup.DEVIATION, N_("Take the group's mean over all subjects (from 30 subjects)")),
]


class GroupRow(Form):  # type: ignore[misc]
    id = TextField(N_("Identifier"))
    family = SelectField(N_("Family"), choices=FAMILIES)
    weight = NumberField(N_("Weight, in per cent"))
    minimum = NumberField(
        N_("Least answers to be shown"), description=N_("3 or more; 1 for attributed groups")
    )
    title = FormField(Words, N_("Title"))
    attributed = BooleanField(N_("Attributed: answers can be told to be this rater's, and he is told so"))
    required = BooleanField(N_("Required: no official score without this group, where it was invited"))


class GroupsForm(DraftForm):
    group = FieldList(FormField(GroupRow), N_("Rater groups"))


class Rating(Form):  # type: ignore[misc]
    minimum_coverage = NumberField(N_("Least weight of the groups shown for an official score (0 to 1)"))
    absent_group = SelectField(N_("When a group is not shown"), choices=ABSENT_GROUPS)
    trim = BooleanField(N_("Leave out the highest and the lowest rating of each item"))
    gap = NumberField(N_("Points between self and others that make a blind spot"))
    strength_from = NumberField(N_("Points from which an agreed view is a strength"))


class SatisfactionFields(Form):  # type: ignore[misc]
    goal = NumberField(N_("Goal of the satisfaction rate, in per cent"))


class RatingForm(DraftForm):
    rating = FormField(Rating, N_("Rules of rating"))
    satisfaction = FormField(SatisfactionFields, N_("Satisfaction"))
