"""A company whose appraisals rest on one KPI: a round of it, computed, for tests of what people decide afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName, User
from feedback.models.figures import Figure, FigureKind, FigureSource, TargetState
from feedback.models.people import Person
from feedback.models.plans import PlanKind
from feedback.models.rounds import Appraisal, Round
from feedback.services.accounts import accounts
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import computing, rounds
from feedback.services.appraisals.moves import CALENDAR, Mover
from feedback.services.decisions import calibration, confirming, interviews, reviews
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.interviews import Agreement, InterviewRecord
from feedback.services.decisions.reviews import ReviewText
from feedback.services.plans import plans
from feedback.services.plans.plans import ItemText, PlanText
from forms import scheme as schemes
from forms.scheme import Scheme
from tests.factories import Office

ZONE = ZoneInfo("Asia/Shanghai")
STARTED = datetime(2027, 1, 4, 2, tzinfo=UTC)  # a Monday, ten o'clock in Shanghai
PERIOD = "2026Q4"
ROLES = {
    "hr": (RoleName.HR,),
    "hr2": (RoleName.HR,),
    "D01": (RoleName.MANAGER, RoleName.EMPLOYEE),
    "M01": (RoleName.MANAGER, RoleName.EMPLOYEE),
    "M02": (RoleName.MANAGER, RoleName.EMPLOYEE),
}

SCHEME = """
id = "one-kpi"
version = 1
title = {en = "One KPI", zh = "单一指标"}

[[group]]
id = "client"
family = "clients"
title = {en = "Clients", zh = "客户"}
weight = 100
minimum = 3

[[profile]]
id = "general"
title = {en = "Everybody", zh = "全员"}
components = {kpi = 100, feedback = 0, goals = 0}

[profile.quarter]
revenue = 100

[[kpi]]
id = "revenue"
title = {en = "Revenue", zh = "销售额"}
decimals = 0
method = "ratio"
floor = 0
cap = 120

[[band]]
id = "A"
from = 90
title = {en = "Excellent", zh = "优秀"}
examples = [{en = "Clients ask for this person by name", zh = "客户指名要求其服务"}]

[[band]]
id = "B"
from = 75
title = {en = "Meets expectations", zh = "达到要求"}

[[band]]
id = "C"
from = 0
title = {en = "Needs improvement", zh = "有待改进"}

[[bonus]]
from = 80
share = 1.0

[[bonus]]
from = 0
share = 0.0

[process]
targets_agreed = false
calibration = %(calibration)s
interview = "%(interview)s"
plan_for_last_band = true
adjustment_limit = %(limit)s
review_days = 10
calibrate_days = 5
object_days = 5
answer_days = 5
second_answer_by = "%(second)s"

[guideline]
shares = [20, 70, 10]

[series]
band = "A"
periods = 2

[promotion]
band = "A"
at_least = 1
of_last = 2
months_in_level = 0
no_incident_months = 12
training = false
"""


@cache
def scheme(
    calibration: bool = True, interview: str = "last band", limit: float = 0, second: str = "line"
) -> Scheme:
    facts = {"calibration": str(calibration).lower(), "interview": interview, "limit": limit}
    return schemes.load((SCHEME % (facts | {"second": second})).encode())


@dataclass
class Bureau:
    """D01 leads M01 and M02; the people of the round are M01's, each with the revenue (target 100) given."""

    office: Office
    revenues: Mapping[str, float]
    scheme: Scheme = field(default_factory=scheme)
    period: str = PERIOD
    now: datetime = STARTED

    def __post_init__(self) -> None:
        self.session: Session = self.office.session
        self.people = {code: self.office.person(code) for code in ("D01", "M01", "M02")}
        for code in ("M01", "M02"):
            self.people[code].manager = self.people["D01"]
        for code in self.revenues:
            self.people[code] = self.office.person(code, level="general", manager=self.people["M01"])
        self.session.flush()
        for name in ("hr", "hr2", *self.people):
            self._account(name)
        self.round = self._computed()
        self.session.commit()

    def _account(self, name: str) -> None:
        roles = ROLES.get(name, (RoleName.EMPLOYEE,))
        email = f"{name.lower()}@example.com"
        person = name if name in self.people else None
        accounts.create(
            self.session, email, "a long password", *roles, person=person, actor="test", now=self.now
        )

    def _computed(self) -> Round:
        made = rounds.create(self.session, self.period, self.scheme, actor="hr@example.com", now=self.now)
        rounds.start(self.session, made, actor="hr@example.com", now=self.now)
        for code in [code for code in self.revenues if code.startswith("A")]:
            self.figure(code, self.revenues[code])
        self.compute()
        return made

    def figure(self, code: str, value: float, *, kind: FigureKind = FigureKind.ACTUAL) -> None:
        """A newer version where there is one; a target of 100 comes with the first actual."""
        query = select(Figure).where(
            Figure.person_id == self.people[code].id, Figure.period == self.period, Figure.kind == kind
        )
        version = len(self.session.scalars(query).all()) + 1
        if kind is FigureKind.ACTUAL and version == 1:
            self.figure(code, 100, kind=FigureKind.TARGET)
        self.session.add(
            Figure(
                person_id=self.people[code].id,
                period=self.period,
                kpi="revenue",
                kind=kind,
                version=version,
                value=value,
                source=FigureSource.FINANCE,
                state=TargetState.AGREED if kind is FigureKind.TARGET else None,
                at=self.now,
                actor="hr@example.com",
            )
        )
        self.session.flush()

    def compute(self) -> None:
        found = rounds.find(self.session, self.period)
        computing.compute(self.session, found, actor="hr@example.com", now=self.now, decided=False)

    # -- who acts

    def by(self, name: str, *, days: float = 0) -> Decider:
        """An account, so many days after the start."""
        user = (
            self.session.scalars(select(User).where(User.email == f"{name.lower()}@example.com"))
            .unique()
            .one()
        )
        mover = Mover(user.email, Reader(user.person_id, user.role_names))
        return Decider(mover, self.now + timedelta(days=days), ZONE)

    def calendar(self, *, days: float = 0) -> Decider:
        return Decider(CALENDAR, self.now + timedelta(days=days), ZONE)

    def of(self, code: str) -> Appraisal:
        query = (
            select(Appraisal)
            .join(Person, Person.id == Appraisal.person_id)
            .where(Person.code == code, Appraisal.round_id == self.round.id)
        )
        return self.session.scalars(query).one()

    def state(self, code: str) -> str:
        self.session.flush()
        self.session.expire_all()
        return str(self.of(code).state)

    # -- the way to a result

    def review(self, *codes: str, text: ReviewText | None = None) -> None:
        for code in codes:
            edition = reviews.of(self.session, self.of(code)).edition
            said = text or ReviewText(strengths="reliable")
            reviews.hand_in(self.session, self.of(code), said, edition, self.by("M01"))
        self.session.commit()

    def calibrate(self, *codes: str):  # type: ignore[no-untyped-def]
        pool = [self.of(code) for code in codes]
        chair = [self.people["D01"]]
        members = [self.people["M01"]]
        return calibration.open_session(self.session, self.round, "all", pool, members, chair, self.by("hr"))

    def decide(self, *codes: str) -> None:
        """Reviewed, calibrated without a change, confirmed."""
        self.review(*codes)
        self.settle(*codes)

    def settle(self, *codes: str) -> None:
        if self.scheme.appraisal.process.calibration:
            sitting = self.calibrate(*codes)
            calibration.close(self.session, sitting, self.by("hr"))
        for code in codes:
            confirming.confirm(self.session, self.of(code), self.by("hr"))
        self.session.commit()

    def talk(self, *codes: str) -> None:
        said = InterviewRecord(
            self.now.date(),
            "M01 and the person",
            "the result",
            (Agreement("two visits a week", "M01", None),),
        )
        for code in codes:
            interviews.record(self.session, self.of(code), said, self.by("M01"))
        self.session.commit()

    def tell(self, *codes: str, days: float = 0) -> None:
        """Up to notified."""
        self.review(*codes)
        self.tell_reviewed(*codes, days=days)

    def tell_reviewed(self, *codes: str, days: float = 0) -> None:
        self.settle(*codes)
        self.talk(*codes)
        confirming.notify(self.session, self.round, self.by("hr", days=days), codes=codes)
        self.session.commit()

    def plan(self, code: str) -> None:
        """Told, with an improvement plan that is looked at in five days."""
        self.tell(code)
        day = self.by("hr", days=5).today
        item = ItemText("two visits a week", "visits in the register", day, code)
        text = PlanText(PlanKind.IMPROVEMENT, "below the target", day, (item,), (day,))
        made = plans.draft(self.session, self.of(code), text, self.by("M01"))
        plans.publish(self.session, made, self.by("M01"))
