"""A round as HR looks at it: people by state and team, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from feedback.models.figures import FigureKind
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.appraisals import rounds
from feedback.services.appraisals.rounds import RoundStatus
from feedback.services.decisions import confirming
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.facts import figures
from feedback.services.ground.pagination import Page, mentions, page
from feedback.services.tables import periods

S = AppraisalState
OPEN = (S.PREPARING, S.RUNNING, S.COMPUTED, S.REVIEWED)


@dataclass(frozen=True)
class MovedReviewer:
    """Today somebody else leads the person, or the reviewer has left: then the review may need another one."""

    appraisal: Appraisal
    left: bool
    manager: Person | None


@dataclass(frozen=True)
class RoundOverview:
    """no_figures: codes of those for whom no actual was entered. no_interview: of the confirmed ones, who has to be
    talked to before anybody is told."""

    status: RoundStatus
    moved: tuple[MovedReviewer, ...]
    no_figures: tuple[str, ...]
    no_interview: tuple[str, ...]

    @property
    def to_notify(self) -> int:
        return self._in(S.CONFIRMED)

    @property
    def to_finish(self) -> int:
        """Of some of them the time to object may still run."""
        return self._in(S.READ, S.DEEMED_READ, S.ANSWERED)

    def _in(self, *states: AppraisalState) -> int:
        return sum(self.status.states.get(state, 0) for state in states)

    @property
    def states(self) -> tuple[str, ...]:
        """The columns of the table of teams."""
        return tuple(self.status.states)


@dataclass(frozen=True)
class AppraisalFilter:
    person: str = ""
    state: str = ""
    reviewer: str = ""


def of(session: Session, of_round: Round, by: Decider) -> RoundOverview:
    """A number of statements that does not depend on how many people there are."""
    confirmed = session.scalars(
        select(Appraisal)
        .where(Appraisal.round_id == of_round.id, Appraisal.state == S.CONFIRMED)
        .options(joinedload(Appraisal.person))
    ).all()
    rules = read_scheme(of_round.scheme).appraisal
    return RoundOverview(
        status=rounds.status(session, of_round, by.today),
        moved=tuple(_moved(session, of_round)),
        no_figures=tuple(_without_figures(session, of_round)),
        no_interview=tuple(
            sorted(one.person.code for one in confirming.without_interview(session, confirmed, rules))
        ),
    )


def _moved(session: Session, of_round: Round) -> list[MovedReviewer]:
    query = (
        select(Appraisal)
        .join(Person, Person.id == Appraisal.person_id)
        .where(
            Appraisal.round_id == of_round.id, Appraisal.state.in_(OPEN), Appraisal.reviewer_id.is_not(None)
        )
        .options(contains_eager(Appraisal.person).joinedload(Person.manager), joinedload(Appraisal.reviewer))
        .order_by(Person.code)
    )
    found = []
    for appraisal in session.scalars(query):
        left = appraisal.reviewer is not None and not appraisal.reviewer.active
        moved = appraisal.person.active and appraisal.person.manager_id != appraisal.reviewer_id
        if left or moved:
            found.append(MovedReviewer(appraisal, left, appraisal.person.manager))
    return found


def _without_figures(session: Session, of_round: Round) -> list[str]:
    appraised = (
        select(Person)
        .join(Appraisal, Appraisal.person_id == Person.id)
        .where(Appraisal.round_id == of_round.id, Appraisal.state != S.NOT_APPRAISED)
    )
    people: Sequence[Person] = session.scalars(appraised.order_by(Person.code)).all()
    ids = [person.id for person in people]
    known = figures.newest(session, ids, periods.within(of_round.period))
    there = {key.person_id for key in known if key.kind == FigureKind.ACTUAL}
    return [person.code for person in people if person.id not in there]


def listed(session: Session, of_round: Round, wanted: AppraisalFilter, number: int) -> Page[Appraisal]:
    """Its appraisals by the code of the person."""
    return page(session, _query(of_round, wanted), number)


def _query(of_round: Round, wanted: AppraisalFilter) -> Select[Appraisal]:
    reviewer = aliased(Person)
    conditions: list[ColumnElement[bool]] = [Appraisal.round_id == of_round.id]
    if wanted.person:
        conditions.append(mentions(wanted.person, Person.name, Person.name_en, Person.code))
    if wanted.state:
        conditions.append(Appraisal.state == wanted.state)
    if wanted.reviewer:
        conditions.append(reviewer.code == wanted.reviewer)
    return (
        select(Appraisal)
        .join(Person, Person.id == Appraisal.person_id)
        .outerjoin(reviewer, reviewer.id == Appraisal.reviewer_id)
        .where(*conditions)
        .options(contains_eager(Appraisal.person), contains_eager(Appraisal.reviewer, alias=reviewer))
        .order_by(Person.code)
    )
