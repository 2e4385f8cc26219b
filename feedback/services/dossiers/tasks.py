"""Whose turn it is: what waits for somebody in appraisals, for the start page. A constant number of statements."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.calibrations import (
    CalibrationMember,
    CalibrationOpinion,
    CalibrationPlace,
    CalibrationSession,
)
from feedback.models.confirmed_results import AppraisalReply, AppraisalReplyKind
from feedback.models.decisions import AppraisalInterview, ReviewerContribution
from feedback.models.incidents import Incident, IncidentState
from feedback.models.measures import DimensionMeasure
from feedback.models.people import Person
from feedback.models.plans import DevelopmentPlan, PlanFollowUp, PlanState
from feedback.models.rounds import (
    Appraisal,
    AppraisalLine,
    AppraisalMove,
    AppraisalReviewer,
    AppraisalState,
    Round,
    RoundState,
)
from feedback.services.appraisals import rights
from feedback.services.decisions import confirming, deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.reminders import LOOKED_AT
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.dossiers.turns import Turn, TurnTask
from feedback.services.quality import measures

S = AppraisalState


def of(session: Session, by: Decider) -> list[TurnTask]:
    """The most urgent first."""
    found: list[TurnTask] = []
    if by.person_id is not None:
        found += [*_own(session, by, by.person_id), *_written_by(session, by, by.person_id)]
        found += [*_asked_of(session, by, by.person_id)]
    if by.person_id is not None or RoleName.HR in by.reader.roles:
        ready = confirming.ready(session)
        found += _to_confirm(session, by, ready)
    if RoleName.HR in by.reader.roles:
        found += [*_of_hr(session, by, ready), *_answers_of_hr(session, by)]
    if by.reader.roles & {RoleName.HR, RoleName.COMPLIANCE}:
        found += _incidents(session, by)
    found += _measures(session, by)
    return sorted(found, key=lambda task: (task.until or date.max, task.period, task.turn))


def _own(session: Session, by: Decider, person_id: int) -> Iterator[TurnTask]:
    own = Appraisal.person_id == person_id
    replies = _by_period(Appraisal.reply_until).where(own, Appraisal.state == S.NOTIFIED)
    yield from _tasks(session, Turn.READ, replies.where(Appraisal.reply_until >= by.today))
    recorded = _by_period().join(AppraisalInterview, AppraisalInterview.appraisal_id == Appraisal.id)
    unconfirmed = AppraisalInterview.person_confirmed_at.is_(None)
    yield from _tasks(
        session,
        Turn.CONFIRM_INTERVIEW,
        recorded.where(own, unconfirmed, Appraisal.state.not_in((S.FINAL, S.COMPUTED))),
    )
    plans = _by_period().join(DevelopmentPlan, DevelopmentPlan.appraisal_id == Appraisal.id)
    unknown = DevelopmentPlan.state.in_((PlanState.PUBLISHED, PlanState.EXTENDED))
    yield from _tasks(session, Turn.ACKNOWLEDGE_PLAN, plans.where(own, unknown))


def _written_by(session: Session, by: Decider, person_id: int) -> Iterator[TurnTask]:
    """What a reviewer does, for himself and for those whose deputy he is."""
    principals = {person.id: person.code for person in deputies.principals(session, by)}
    reviewers = {person_id: None, **principals}
    mine = (Appraisal.reviewer_id.in_(reviewers), Appraisal.person_id != person_id)
    query = _by_period(Round.review_by, Appraisal.reviewer_id).where(*mine, Appraisal.state == S.COMPUTED)
    yield from _tasks(session, Turn.REVIEW, query.where(Appraisal.held.is_(None)), reviewers)
    said = _by_period(AppraisalReply.answer_until, Appraisal.reviewer_id).join(
        AppraisalReply, AppraisalReply.appraisal_id == Appraisal.id
    )
    open_ones = (*_unanswered(), AppraisalReply.statement == "")
    yield from _tasks(session, Turn.STATE, said.where(*mine, *open_ones), reviewers)
    looked_at = (
        _by_period(func.min(PlanFollowUp.due), Appraisal.reviewer_id, grouped=False)
        .join(DevelopmentPlan, DevelopmentPlan.appraisal_id == Appraisal.id)
        .join(PlanFollowUp, PlanFollowUp.plan_id == DevelopmentPlan.id)
        .where(*mine, DevelopmentPlan.state.in_(LOOKED_AT), PlanFollowUp.at.is_(None))
        .where(PlanFollowUp.due <= by.today)
        .group_by(Round.period, Appraisal.reviewer_id)
    )
    yield from _tasks(session, Turn.FOLLOW_UP, looked_at, reviewers)
    yield from _to_prepare(session, and_(*mine), reviewers)


def _to_prepare(
    session: Session, mine: ColumnElement[bool], reviewers: Mapping[int, str | None]
) -> Iterator[TurnTask]:
    """Interviews before people are told, and plans before results are final; some statements for each round."""
    states = (S.CONFIRMED, S.NOTIFIED, *confirming.SAID)
    found = session.scalars(rights.with_person().where(mine, Appraisal.state.in_(states))).all()
    decided = [one for one in found if one.state == S.CONFIRMED]
    lacking = [(Turn.PLAN, one) for one in confirming.without_plan(session, [*{*found} - {*decided}])]
    for of_round in {one.round for one in decided}:
        rules, own = read_scheme(of_round.scheme).appraisal, [one for one in decided if one.round is of_round]
        lacking += [(Turn.TALK, one) for one in confirming.without_interview(session, own, rules)]
    counted = Counter(
        (turn, one.round.period, one.reviewer_id) for turn, one in lacking if one.reviewer_id is not None
    )
    for (turn, period, reviewer), number in sorted(counted.items()):
        yield TurnTask(turn, period, number, None, reviewers[reviewer])


def _asked_of(session: Session, by: Decider, person_id: int) -> Iterator[TurnTask]:
    """Contributions, opinions before a calibration, and answers that somebody was named for."""
    written = (
        select(ReviewerContribution.person_id)
        .where(ReviewerContribution.appraisal_id == Appraisal.id, ReviewerContribution.person_id == person_id)
        .exists()
    )
    asked = _by_period(Round.review_by).join(
        AppraisalReviewer, AppraisalReviewer.appraisal_id == Appraisal.id
    )
    mine = (AppraisalReviewer.reviewer_id == person_id, AppraisalReviewer.contributes, ~written)
    yield from _tasks(session, Turn.CONTRIBUTE, asked.where(*mine, Appraisal.state == S.COMPUTED))
    yield from _tasks(session, Turn.CALIBRATE, _to_look_at(person_id))
    named = _by_period(AppraisalReply.answer_until).join(
        AppraisalReply, AppraisalReply.appraisal_id == Appraisal.id
    )
    appointed = (AppraisalReply.appointed_id == person_id, Appraisal.objections < 2)
    yield from _tasks(session, Turn.ANSWER, named.where(*_unanswered(), *appointed))
    above = named.join(AppraisalLine, AppraisalLine.appraisal_id == Appraisal.id)
    above = above.where(AppraisalLine.person_id == person_id, Appraisal.objections > 1)
    yield from _tasks(session, Turn.ANSWER_FINALLY, above.where(*_unanswered()))


def _to_look_at(person_id: int) -> Select[Any]:
    """Of open sessions in which he sits, those whom he has not looked at, but for himself."""
    looked = (
        select(CalibrationOpinion.person_id)
        .where(CalibrationOpinion.session_id == CalibrationPlace.session_id)
        .where(CalibrationOpinion.appraisal_id == CalibrationPlace.appraisal_id)
        .where(CalibrationOpinion.person_id == person_id)
        .exists()
    )
    return (
        _by_period(Round.calibrate_by)
        .join(CalibrationPlace, CalibrationPlace.appraisal_id == Appraisal.id)
        .join(CalibrationSession, CalibrationSession.id == CalibrationPlace.session_id)
        .join(CalibrationMember, CalibrationMember.session_id == CalibrationSession.id)
        .where(CalibrationMember.person_id == person_id, CalibrationSession.closed_at.is_(None))
        .where(~looked, Appraisal.person_id != person_id)
    )


def _to_confirm(session: Session, by: Decider, ready: ColumnElement[bool]) -> Iterator[TurnTask]:
    """For HR and those above a reviewer, but for what they handed in for him."""
    handed_in = (
        select(AppraisalMove.id)
        .where(AppraisalMove.appraisal_id == Appraisal.id, AppraisalMove.after == S.REVIEWED)
        .where(AppraisalMove.actor == by.name)
        .exists()
    )
    decided = _by_period().where(ready, rights.decided_by(by.reader), ~handed_in)
    yield from _tasks(session, Turn.CONFIRM, decided)


def _of_hr(session: Session, by: Decider, ready: ColumnElement[bool]) -> Iterator[TurnTask]:
    """From the numbers of appraisals by state; own ones are another HR account's."""
    late = _by_period(Round.figures_by).where(Appraisal.state == S.RUNNING, Round.figures_by < by.today)
    yield from _tasks(session, Turn.COMPUTE, late)
    others = Appraisal.person_id != by.person_id if by.person_id is not None else Appraisal.id > 0
    states = ((Appraisal.state == S.REVIEWED) & ~ready) | (Appraisal.state == S.CONFIRMED)
    for period, number, until, state in session.execute(
        _by_period(Round.calibrate_by, Appraisal.state).where(others, states)
    ):
        if state == S.REVIEWED:
            yield TurnTask(Turn.CLOSE_CALIBRATION, period, number, until)
        else:
            yield TurnTask(Turn.NOTIFY, period, number)
    paper = _by_period().where(others, Appraisal.state == S.NOTIFIED, Appraisal.reply_until.is_(None))
    yield from _tasks(session, Turn.HAND_OVER, paper)
    gone = _by_period().join(Person, Person.id == Appraisal.reviewer_id).where(~Person.active)
    open_states = (S.PREPARING, S.RUNNING, S.COMPUTED)
    running = (Appraisal.state.in_(open_states), Round.state == RoundState.RUNNING)
    yield from _tasks(session, Turn.REPLACE_REVIEWER, gone.where(others, *running))


def _answers_of_hr(session: Session, by: Decider) -> Iterator[TurnTask]:
    others = Appraisal.person_id != by.person_id if by.person_id is not None else Appraisal.id > 0
    said = _by_period(func.min(AppraisalReply.answer_until), grouped=False)
    said = said.join(AppraisalReply, AppraisalReply.appraisal_id == Appraisal.id).where(
        *_unanswered(), others
    )
    yield from _tasks(session, Turn.ANSWER, said.group_by(Round.period))


def _incidents(session: Session, by: Decider) -> Iterator[TurnTask]:
    """Whoever reported one cannot decide it."""
    query = select(Incident.period).where(
        Incident.state == IncidentState.REPORTED, Incident.reported_by != by.name
    )
    if by.person_id is not None:
        query = query.where(Incident.person_id != by.person_id)
    for period, number in sorted(Counter(session.scalars(query)).items()):
        yield TurnTask(Turn.DECIDE_INCIDENT, period, number)


def _measures(session: Session, by: Decider) -> Iterator[TurnTask]:
    """To be followed up by whoever sees to them, and by HR."""
    waiting = measures.due(by.today)
    if RoleName.HR not in by.reader.roles:
        waiting = waiting.where(DimensionMeasure.owner_id == by.person_id)
    found: dict[str, list[date]] = {}
    for measure in session.scalars(waiting):
        found.setdefault(measure.campaign.period, []).append(measure.due)
    for period, days in found.items():
        yield TurnTask(Turn.MEASURE, period, len(days), min(days))


def _unanswered() -> tuple[ColumnElement[bool], ...]:
    return (
        Appraisal.state == S.OBJECTED,
        AppraisalReply.kind == AppraisalReplyKind.OBJECTED,
        AppraisalReply.outcome.is_(None),
    )


def _by_period(*columns: Any, grouped: bool = True) -> Select[Any]:
    """Period, number of appraisals, and further columns that tell tasks apart: first the day until when."""
    counted = select(Round.period, func.count(func.distinct(Appraisal.id)), *columns).select_from(Appraisal)
    query: Select[Any] = counted.join(Round, Round.id == Appraisal.round_id)
    return query.group_by(Round.period, *columns) if grouped else query


def _tasks(
    session: Session, turn: Turn, query: Select[Any], reviewers: Mapping[int, str | None] | None = None
) -> Iterator[TurnTask]:
    for period, number, *more in session.execute(query):
        until = more[0] if more else None
        on_behalf_of = reviewers[more[1]] if reviewers and len(more) > 1 else None
        yield TurnTask(turn, period, number, until, on_behalf_of)
