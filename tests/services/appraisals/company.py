"""A company whose people are appraised: a released campaign, figures by month, goals, incidents, and a round."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from feedback.models.assignments import Assignment
from feedback.models.campaigns import Campaign, CampaignKind
from feedback.models.figures import Figure, FigureKind, FigureSource, TargetState
from feedback.models.goals import Goal, GoalMeasure, GoalRating, GoalState, GoalVersion
from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, Round, RoundState
from feedback.services.appraisals import computing, rounds, versions
from feedback.services.appraisals.computing import Computation
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.campaigns import campaigns
from feedback.services.campaigns.campaigns import CampaignPlan
from feedback.services.releases import releases
from feedback.services.rosters.rosters import Request
from feedback.services.tables import periods
from forms.scheme import Scheme
from tests.factories import ACTOR, AFTER, Office, shipped_scheme

LATER = datetime(2027, 1, 10, 9, tzinfo=UTC)
PERIOD = "2026Q4"
# Of the KPIs of the shipped scheme: a month's actual and target, or part and whole.
MONTHS: dict[str, tuple[float, float]] = {
    "sales-revenue": (400_000, 380_000),
    "new-clients": (3, 4),
    "retention": (92, 95),
    "conversion": (27, 30),
    "profit": (90_000, 100_000),
    "visits": (20, 18),
    "sales-cycle": (44, 40),
    "average-order": (52_000, 50_000),
}


class Company:
    def __init__(self, office: Office) -> None:
        self.office, self.session = office, office.session

    def campaign(
        self,
        *raters: dict[str, int],
        people: Sequence[Person] = (),
        kind: CampaignKind = CampaignKind.BOTH,
        rating: int = 4,
        release: bool = True,
        **plan: object,
    ) -> Campaign:
        """About these people, or new ones, with so many raters in each group, all of whom answer the same."""
        made = self._plan(raters, people, kind, plan)
        campaign = campaigns.create(self.session, made, actor=ACTOR, now=self.office.now)
        self.session.commit()
        campaigns.open(self.session, self.office.custody, campaign, actor=ACTOR, now=self.office.now)
        self.session.commit()
        for subject, sizes in enumerate(raters):
            for group in sizes:
                for nonce in self.office.nonces(campaign, group, subject):
                    self.office.answer(nonce, rating)
        self.office.close(campaign)
        if release:
            releases.release(self.session, campaign, actor=ACTOR, now=AFTER)
        self.session.commit()
        return campaign

    def _plan(
        self,
        raters: Sequence[dict[str, int]],
        people: Sequence[Person],
        kind: CampaignKind,
        given: dict[str, object],
    ) -> CampaignPlan:
        plan = replace(self.office.plan(*raters, **given), kind=kind)
        if not people:
            return plan
        stands_for = dict(zip(plan.subjects, people, strict=True))
        for extra in plan.subjects:
            extra.level = None
        requests = [
            Request(stands_for[each.subject], each.group, stands_for.get(each.rater, each.rater))
            for each in plan.requests
        ]
        return replace(plan, subjects=tuple(people), requests=tuple(requests))

    def subjects(self, campaign: Campaign) -> list[Person]:
        return [subject.person for subject in sorted(campaign.subjects, key=lambda each: each.person.code)]

    def figure(self, person: Person, kpi: str, period: str, kind: str = "actual", **fields: object) -> None:
        """The next version of it."""
        of = (Figure.person_id == person.id, Figure.kpi == kpi, Figure.period == period, Figure.kind == kind)
        known = self.session.scalars(select(Figure.version).where(*of)).all()
        given = {"source": FigureSource.CRM, "at": AFTER, "actor": ACTOR}
        state = TargetState.AGREED if kind == "target" else None
        figure = Figure(person_id=person.id, kpi=kpi, period=period, kind=FigureKind(kind), state=state)
        for name, value in (given | {"version": max(known, default=0) + 1} | fields).items():
            setattr(figure, name, value)
        self.session.add(figure)
        self.session.flush()

    def figures(self, people: Sequence[Person], period: str = PERIOD, times: float = 1.0) -> None:
        """Every KPI in every month, the actuals so many times as in the table."""
        for person in people:
            for kpi, (actual, target) in MONTHS.items():
                for month in periods.months_of(period):
                    self.figure(person, kpi, month, value=actual * times)
                    self.figure(person, kpi, month, "target", value=target)
            for month in periods.months_of(period):
                self.figure(person, "key-account-coverage", month, part=8.0, whole=10.0)
            self.figure(person, "key-account-coverage", period, "target", value=80.0)
            self.figure(person, "client-growth", periods.before(period), value=50.0)
            self.figure(person, "client-growth", period, value=60.0)
            self.figure(person, "client-growth", period, "target", value=20.0)

    def goal(
        self, person: Person, rating: float | None = 85.0, weight: float = 100.0, period: str = PERIOD
    ) -> Goal:
        state = GoalState.AGREED if rating is None else GoalState.RATED
        goal = Goal(person_id=person.id, period=period, state=state, by_subject=True)
        self.session.add(goal)
        self.session.flush()
        version = GoalVersion(
            goal_id=goal.id, number=1, title="Learn to negotiate", weight=weight, measure=GoalMeasure.RATING,
            at=AFTER, actor=ACTOR, agreed_at=AFTER, agreed_by=ACTOR,
        )  # fmt: skip
        self.session.add(version)
        if rating is not None:
            self.session.add(
                GoalRating(
                    goal_id=goal.id, period=period, rating=rating, reason="shown", at=AFTER, actor=ACTOR
                )
            )
        self.session.flush()
        return goal

    def incident(
        self, person: Person, severity: str, state: str = "confirmed", period: str = PERIOD
    ) -> Incident:
        effects = {
            "minor": {"points": 5.0, "cap": None, "score": None, "most_points": 20.0},
            "major": {"points": 0.0, "cap": "C", "score": None, "most_points": 20.0},
            "critical": {"points": 0.0, "cap": None, "score": 0.0, "most_points": 20.0},
        }
        decided = state != IncidentState.REPORTED and state != IncidentState.REJECTED
        incident = Incident(
            person_id=person.id, period=period, severity=Severity(severity), category="data",
            occurred=date(2026, 11, 2), evidence="CASE-1", state=IncidentState(state), reported_at=AFTER,
            reported_by=ACTOR, **({"effect": effects[severity]} if decided else {}),
        )  # fmt: skip
        self.session.add(incident)
        self.session.flush()
        return incident

    def assignment(self, person: Person, starts: date, ends: date | None = None, **fields: object) -> None:
        given = {"kind": "work", "post": person.post, "level": person.level, "manager_id": person.manager_id}
        given["department_id"] = person.department_id
        self.session.add(Assignment(person_id=person.id, starts=starts, ends=ends, **given | fields))
        self.session.flush()

    def round(self, scheme: Scheme | None = None, period: str = PERIOD) -> Round:
        """A started one."""
        made = rounds.create(self.session, period, scheme or shipped_scheme(), actor=ACTOR, now=AFTER)
        rounds.start(self.session, made, actor=ACTOR, now=AFTER)
        return made

    def compute(
        self, period: str = PERIOD, people: Sequence[Person] | None = None, reason: str = ""
    ) -> Computation:
        """In the round of the period, which is made if there is none."""
        made = self.session.scalars(select(Round).where(Round.period == period)).one_or_none()
        made = made or self.round(period=period)
        assert made.state == RoundState.RUNNING
        return computing.compute(self.session, made, people, reason=reason, actor=ACTOR, now=LATER)

    def appraisal(self, person: Person, period: str = PERIOD) -> Appraisal:
        query = select(Appraisal).join(Appraisal.round)
        return self.session.scalars(
            query.where(Appraisal.person_id == person.id, Round.period == period)
        ).one()

    def document(self, person: Person, period: str = PERIOD, number: int | None = None) -> AppraisalDocument:
        return versions.document(self.session, self.appraisal(person, period), number)
