"""On which side somebody stands of the goals of a person: his own, or the company's. Who stands on none sees none."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.models.accounts import RoleName
from feedback.models.goals import Goal, GoalState, GoalVersion
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader
from feedback.services.goals import teams
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from forms.words import N_


class Side(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    READING = "reading"


@dataclass(frozen=True)
class Actor:
    """Who does something at which moment, and on which side he stands."""

    side: Side
    actor: str
    now: datetime

    @property
    def is_person(self) -> bool:
        return self.side is Side.PERSON


def side_of(session: Session, reader: Reader, person: Person) -> Side | None:
    """On himself everybody is the person, whatever his roles."""
    if reader.person_id == person.id:
        return Side.PERSON
    if RoleName.HR in reader.roles:
        return Side.COMPANY
    if reader.leads and reader.person_id is not None and teams.leads(session, reader.person_id, person.id):
        return Side.COMPANY
    return Side.READING if RoleName.AUDITOR in reader.roles else None


def find_person(session: Session, reader: Reader, code: str) -> tuple[Person, Side]:
    person = session.scalar(select(Person).where(Person.code == code))
    side = side_of(session, reader, person) if person else None
    if person is None or side is None:
        raise NotFound(N_("there is no person %(code)s"), code=code)
    return person, side


def find_goal(
    session: Session, reader: Reader, goal_id: int, *, to_change: bool = False
) -> tuple[Goal, Side]:
    """to_change: of two who change it at once, the second finds what the first has done."""
    goal = session.get(Goal, goal_id)
    side = side_of(session, reader, goal.person) if goal else None
    if goal is None or side is None or not is_shown(goal, side):
        raise NotFound(N_("there is no such goal"))
    if to_change:
        if side is Side.READING:
            raise NotPossible(N_("you may read this, and not change it"))
        row_locks.hold_row(session, goal)
    return goal, side


def goals_of(session: Session, person: Person, side: Side) -> list[Goal]:
    """Newest period first."""
    query = select(Goal).where(Goal.person_id == person.id).order_by(Goal.period.desc(), Goal.id)
    return [goal for goal in session.scalars(query) if is_shown(goal, side)]


def to_agree(session: Session, reader: Reader) -> int:
    """How many proposals wait for the reader: about himself, and as a manager about his team."""
    if reader.person_id is None:
        return 0
    mine = and_(Goal.person_id == reader.person_id, Goal.by_subject.is_(False))
    if reader.leads:
        team = select(Person.id).where(teams.reports_to(reader.person_id))
        mine = or_(mine, and_(Goal.person_id.in_(team), Goal.by_subject))
    other = aliased(GoalVersion)
    newest = select(func.max(other.number)).where(other.goal_id == Goal.id).correlate(Goal).scalar_subquery()
    query = select(func.count(Goal.id)).join(Goal.versions).where(mine, GoalVersion.number == newest)
    query = query.where(
        GoalVersion.agreed_at.is_(None), Goal.state.in_((GoalState.PROPOSED, GoalState.AGREED))
    )
    return session.scalar(query) or 0


def is_shown(goal: Goal, side: Side) -> bool:
    """A draft is for the side that writes it."""
    return goal.state != GoalState.DRAFT or side is (Side.PERSON if goal.by_subject else Side.COMPANY)
