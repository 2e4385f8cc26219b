"""Who is appraised in a round, by whom, and under whom the reviewer stands: as of the end of the period."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalLine, AppraisalReviewer, AppraisalState, Round
from feedback.services.definitions import appraising
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.facts import assignments, presence
from feedback.services.facts.assignments import History
from feedback.services.facts.presence import NotAppraised, Presence
from feedback.services.tables import periods
from forms.appraisals.rules import AppraisalRules

LEAST_DAYS_TO_CONTRIBUTE = 30
ENROLS = (AppraisalState.PREPARING, AppraisalState.RUNNING)


@dataclass(frozen=True)
class People:
    """Everybody with his dated posts. presence: of those whom a profile fits at some time of the period."""

    period: str
    rules: AppraisalRules
    people: Mapping[int, Person]
    histories: Mapping[int, History]

    @classmethod
    def read(cls, session: Session, rules: AppraisalRules, period: str) -> "People":
        people = {person.id: person for person in session.scalars(select(Person).order_by(Person.code))}
        first, last = periods.first_day(period), periods.last_day(period)
        histories = assignments.histories(session, list(people), first, last)
        return cls(period, rules, people, histories)

    @cached_property
    def presence(self) -> dict[int, Presence]:
        first, last = periods.first_day(self.period), periods.last_day(self.period)
        found = {
            id: presence.segments(history, first, last, self.rules)
            for id, history in self.histories.items()
            if any(appraising.profile_of(self.rules, span.post, span.level) for span in history.posts)
        }
        return {id: each for id, each in found.items() if each.segments}

    @cached_property
    def without_profile(self) -> list[Person]:
        """Who has a post, which no profile fits."""
        return [
            person
            for id, person in self.people.items()
            if id not in self.presence
            and any(span.post or span.level for span in self.histories[id].posts)
            and self._reason(id) is NotAppraised.NO_PROFILE
        ]

    def _reason(self, id: int) -> NotAppraised | None:
        first, last = periods.first_day(self.period), periods.last_day(self.period)
        return presence.segments(self.histories[id], first, last, self.rules).reason_not_appraised

    def last_day(self, id: int) -> date:
        """Of the person's presence, the end of the period for most."""
        return self.presence[id].segments[-1].ends

    def reviewer(self, id: int) -> int | None:
        span = self.histories[id].on(self.last_day(id))
        return span.manager_id if span else None

    def department(self, id: int) -> int | None:
        span = self.histories[id].on(self.last_day(id))
        return span.department_id if span else None

    def above(self, reviewer: int | None) -> list[int]:
        """Who stands above a reviewer at the end of the period, the nearest first; a circle ends."""
        day, found = periods.last_day(self.period), []
        at = self._manager(reviewer, day)
        while at is not None and at not in found and at != reviewer:
            found.append(at)
            at = self._manager(at, day)
        return found

    def _manager(self, id: int | None, day: date) -> int | None:
        history = self.histories.get(id) if id is not None else None
        span = history.on(day) if history else None
        return span.manager_id if span else None

    def contributors(self, id: int) -> Iterator[int]:
        """Who led the person for 30 days of the period and more, and does not review."""
        first, last = periods.first_day(self.period), periods.last_day(self.period)
        days: dict[int, int] = {}
        for span in self.histories[id].posts:
            if span.manager_id is not None:
                overlap = min(span.ends or last, last) - max(span.starts, first)
                days[span.manager_id] = days.get(span.manager_id, 0) + max(overlap.days + 1, 0)
        reviewer = self.reviewer(id)
        yield from (
            each for each, own in days.items() if own >= LEAST_DAYS_TO_CONTRIBUTE and each != reviewer
        )


def enrol(session: Session, round_: Round, *, actor: str, now: datetime) -> People:
    """An appraisal for everybody whom a profile fits; reviewers as they stand now, as long as nothing is computed.

    A number of statements that does not depend on how many people there are.
    """
    people = People.read(session, read_scheme(round_.scheme).appraisal, round_.period)
    known = set(session.scalars(select(Appraisal.person_id).where(Appraisal.round_id == round_.id)))
    rows = [
        {"round_id": round_.id, "person_id": id, "state": AppraisalState.RUNNING, "objections": 0}
        for id in people.presence
        if id not in known
    ]
    if rows:
        session.execute(insert(Appraisal), rows)
    _refresh(session, round_, people, actor, now)
    return people


def _refresh(session: Session, round_: Round, people: People, actor: str, now: datetime) -> None:
    """A reviewer who was set with a reason stays."""
    replaced = select(AppraisalReviewer.appraisal_id).where(AppraisalReviewer.reason != "")
    open_ = (
        Appraisal.round_id == round_.id,
        Appraisal.state.in_(ENROLS),
        Appraisal.id.not_in(replaced),
    )
    rows = session.execute(select(Appraisal.id, Appraisal.person_id).where(*open_))
    appraisals = {id: person for id, person in rows if person in people.presence}
    for table in (AppraisalLine, AppraisalReviewer):
        session.execute(delete(table).where(table.appraisal_id.in_(select(Appraisal.id).where(*open_))))
    held = [
        {"id": id, "reviewer_id": people.reviewer(person), "department_id": people.department(person)}
        for id, person in appraisals.items()
    ]
    if held:
        session.execute(update(Appraisal), held)
    _write_lines(session, people, appraisals, actor, now)
    session.expire_all()


def _write_lines(
    session: Session, people: People, appraisals: Mapping[int, int], actor: str, now: datetime
) -> None:
    line = [
        {"appraisal_id": id, "person_id": above}
        for id, person in appraisals.items()
        for above in people.above(people.reviewer(person))
        if above != person
    ]
    contributors = [
        {
            "appraisal_id": id,
            "reviewer_id": each,
            "at": now,
            "actor": actor,
            "reason": "",
            "contributes": True,
        }
        for id, person in appraisals.items()
        for each in people.contributors(person)
    ]
    if line:
        session.execute(insert(AppraisalLine), line)
    if contributors:
        session.execute(insert(AppraisalReviewer), contributors)
