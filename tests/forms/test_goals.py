"""Forms of goals."""

import pytest
from werkzeug.datastructures import MultiDict

from forms.appraisal_targets import TargetForm
from forms.goals import NUMBER, GoalForm


def test_spaces_are_no_number_where_one_is_required():
    goal, target = GoalForm(MultiDict({"weight": "  "})), TargetForm(MultiDict({"value": "  "}))
    target.kpi.choices = target.period.choices = []
    assert (goal.validate(), target.validate()) == (False, False)
    assert goal.errors["weight"] == ["Say how much the goal weighs."]
    assert target.errors["value"] == [NUMBER]


@pytest.mark.parametrize("text", ["x", "nan", "1e999"])
def test_what_is_no_finite_number_is_refused_once(text: str):
    form = GoalForm(MultiDict({"weight": text}))
    assert not form.validate()
    assert form.errors["weight"] == [NUMBER]
