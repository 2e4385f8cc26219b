from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from feedback.extensions import db
from feedback.models.figures import FigureImport
from feedback.models.goals import Goal, GoalRating
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
        goal = Goal(person=person, period="2026Q4", by_subject=True)
        db.session.add(goal)
        db.session.flush()
        rating = db.insert(GoalRating).values(goal_id=goal.id, period="2026Q4", rating=80, reason="")
        assert is_collision(refusal(rating, rating))
        assert is_collision(refusal(delete(Department)))
        assert not is_collision(refusal(rating.values(rating=101)))
        assert not is_collision(
            refusal(db.insert(FigureImport).values(kind="actual", file_name="a.csv", digest="0"))
        )
    assert not is_collision(KeyError())
