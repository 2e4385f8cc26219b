from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from feedback.extensions import db
from feedback.models.appraisals import GoalScore
from feedback.models.figures import FigureImport
from feedback.models.people import Department
from feedback.services.ground.collisions import is_collision
from feedback.settings import Settings
from tests.postgresql.moments import office_of, running


def refusal(*statements: Any) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, db.session.begin_nested():
        for statement in statements:
            db.session.execute(statement)
    return caught.value


def test_a_collision_is_what_two_at_once_bring_about_and_nothing_else(either_engine: Settings):
    with running(either_engine) as app:
        person = office_of(app).person()
        db.session.flush()
        goal = db.insert(GoalScore).values(person_id=person.id, period="2026Q4", score=80)
        assert is_collision(refusal(goal, goal))
        assert is_collision(refusal(delete(Department)))
        assert not is_collision(refusal(goal.values(score=101)))
        assert not is_collision(
            refusal(db.insert(FigureImport).values(kind="actual", file_name="a.csv", digest="0"))
        )
    assert not is_collision(KeyError())
