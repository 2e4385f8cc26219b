"""The demo company at some moment: its people by code, and who acts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.people import Person
from feedback.services.accounts import accounts
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals.moves import CALENDAR, Mover
from feedback.services.ballot_box.custody import Custody
from feedback.services.decisions.deputies import Decider
from feedback.services.demo import demo_company, demo_story
from feedback.services.demo.demo_company import DemoCompany
from feedback.services.goals.sides import Actor, Side
from feedback.services.ground import days
from feedback.services.incidents.rights import Acting
from feedback.services.tables.import_plan import Author

ZONE = ZoneInfo("Asia/Shanghai")
ACTOR = "demo"
MORNING = time(10)
OFFICE_ROLES = (RoleName.HR, RoleName.COMPLIANCE, RoleName.ADMIN, RoleName.AUDITOR)
OFFICES = {role: f"{role}@demo.example" for role in OFFICE_ROLES}


def morning(day: date, after: int = 0) -> datetime:
    """Of so many days after a day."""
    return datetime.combine(day + timedelta(days=after), MORNING, ZONE)


@dataclass
class Stage:
    session: Session
    custody: Custody
    company: DemoCompany

    @cached_property
    def people(self) -> dict[str, Person]:
        return {person.code: person for person in self.session.scalars(select(Person))}

    def open_accounts(self, password: str, now: datetime) -> None:
        """Of the offices, the director, the managers and their account managers; who has left has none."""
        for role, email in OFFICES.items():
            accounts.create(self.session, email, password, role, actor=ACTOR, now=now)
        leading = (demo_company.DIRECTOR_CODE, *demo_company.manager_codes())
        people = dict.fromkeys(leading, RoleName.MANAGER)
        people |= dict.fromkeys(self.company.subject_codes, RoleName.EMPLOYEE)
        for code, role in people.items():
            if code not in demo_story.LEFT:
                email = _email(code)
                accounts.create(self.session, email, password, role, person=code, actor=ACTOR, now=now)

    def author(self, now: datetime) -> Author:
        return Author(OFFICES[RoleName.HR], now, days.day_of(now, ZONE))

    # -- who decides

    def office(self, role: RoleName, now: datetime) -> Acting:
        return Acting(OFFICES[role], Reader(None, frozenset({role})), now)

    def hr(self, now: datetime) -> Decider:
        return Decider(Mover(OFFICES[RoleName.HR], Reader(None, frozenset({RoleName.HR}))), now, ZONE)

    def by(self, code: str, now: datetime) -> Decider:
        leads = code not in self.company.subject_codes
        roles = frozenset({RoleName.MANAGER if leads else RoleName.EMPLOYEE})
        return Decider(Mover(_email(code), Reader(self.people[code].id, roles)), now, ZONE)

    def calendar(self, now: datetime) -> Decider:
        return Decider(CALENDAR, now, ZONE)

    def themselves(self, code: str, now: datetime) -> Actor:
        """On a person's own side of a goal."""
        return Actor(Side.PERSON, _email(code), now)

    def manager_of(self, code: str, now: datetime) -> Actor:
        manager = self.people[code].manager
        return Actor(Side.COMPANY, _email(manager.code) if manager else OFFICES[RoleName.HR], now)


def _email(code: str) -> str:
    return f"{code.lower()}@demo.example"
