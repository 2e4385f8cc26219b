"""What the demo company shows, and that each of its numbers holds."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from feedback.cli.ground.application import opened
from feedback.extensions import db
from feedback.models.assignments import Assignment
from feedback.models.calibrations import CalibrationChange, CalibrationPlace, CalibrationSession
from feedback.models.confirmed_results import AnswerOutcome, AppraisalReply, ConfirmedResult, Handover
from feedback.models.decisions import AppraisalInterview, Deputy, Review, ReviewerContribution
from feedback.models.figures import Figure, FigureImport, FigureKind, TargetState
from feedback.models.goals import Goal, GoalState, Milestone
from feedback.models.incidents import Incident
from feedback.models.people import Person
from feedback.models.plans import DevelopmentPlan
from feedback.models.register import RegisterEntry
from feedback.models.rounds import (
    Appraisal,
    AppraisalState,
    AppraisalVersion,
    Round,
    RoundState,
    VersionCause,
)
from feedback.services.appraisals import offline_check, versions
from feedback.services.assessment.appraisal_document import AppraisalDocument, Held
from feedback.services.assessment.derivation_lines import put_in
from feedback.services.decisions import objections
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.demo import demo_company, demo_story
from feedback.services.plans import records
from feedback.services.plans.records import SeriesStanding
from scoring.appraisal import displayed
from tests.services.demo.recomputing import Recomputation

Documents = dict[str, AppraisalDocument]
S = AppraisalState
ARITHMETIC = {"max": max, "min": min, "__builtins__": {}}


def every_version(session: Session) -> Iterator[tuple[str, Appraisal, AppraisalVersion]]:
    query = (
        select(Appraisal, AppraisalVersion)
        .join(AppraisalVersion, AppraisalVersion.appraisal_id == Appraisal.id)
        .options(joinedload(Appraisal.person), joinedload(Appraisal.round))
    )
    for appraisal, version in session.execute(query):
        yield f"{appraisal.round.period} {appraisal.person.code} {version.number}", appraisal, version


@pytest.fixture(scope="module")
def documents(demo_application: Flask) -> Documents:
    """Of every version, by its name, with its derivation: read once for all tests."""
    with opened(demo_application):
        session = db.session()
        found = list(every_version(session))
        return {name: versions.document(session, one, version.number) for name, one, version in found}


def test_every_total_band_and_bonus_is_what_another_implementation_makes_of_the_inputs(session: Session):
    found = list(every_version(session))
    assert len(found) > 140
    for name, appraisal, version in found:
        document = json.loads(version.document)
        again = Recomputation(read_scheme(appraisal.round.scheme).appraisal, document["inputs"]).result()
        official = document["official"] or {"shown": None, "band": None, "bonus": None}
        band = official["band"]["id"] if official["band"] else None
        assert (again.shown, again.band) == (official["shown"], band), name
        assert again.bonus == official["bonus"], name


def test_every_line_with_an_equals_sign_recomputes_from_the_lines_above_it(documents: Documents):
    assert all(document.derivation for document in documents.values())
    for name, document in documents.items():
        values: dict[str, float] = {}
        for line in document.derivation:
            assert line.under != "band" or line.value is None or line.formula, (name, line.id)
            if line.formula is not None:
                text = put_in(line, values)
                assert eval(text, ARITHMETIC) == pytest.approx(line.value, rel=1e-9, abs=1e-9), (name, text)
            if line.value is not None:
                values[line.id] = line.value


def test_parts_add_up_to_the_total_as_printed_or_it_says_that_they_do_not(documents: Documents):
    said = 0
    for name, document in documents.items():
        notes = [
            note
            for line in document.derivation
            for note in line.notes
            if note.text.startswith("rounded parts")
        ]
        said += bool(notes)
        for segment in document.segments:
            if segment.overall is None:
                continue
            parts = sum(
                displayed(part.contribution) for part in segment.components if part.contribution is not None
            )
            assert parts == displayed(segment.overall) or notes, name
    assert said


def test_an_export_of_each_round_is_computed_again_byte_for_byte_without_a_database(session: Session):
    for of_round in session.scalars(select(Round).where(Round.state != RoundState.PREPARING)):
        appraisals = session.scalars(select(Appraisal).where(Appraisal.round_id == of_round.id)).all()
        exported = json.loads(json.dumps(offline_check.export(session, of_round, appraisals)))
        differing = [checked for checked in offline_check.check(exported) if not checked.is_same]
        assert not differing, of_round.period


def kinds(session: Session, *columns: object) -> set[object]:
    return {row[0] if len(row) == 1 else tuple(row) for row in session.execute(select(*columns).distinct())}  # type: ignore[call-overload]


def test_every_state_is_there_and_a_round_in_every_state(session: Session):
    """A round that is being prepared has nobody in it yet: that state is the round's."""
    assert kinds(session, Appraisal.state) == set(AppraisalState) - {S.PREPARING}
    assert kinds(session, Round.state) == set(RoundState)
    reasons = kinds(session, Appraisal.held)
    assert {Held.INCIDENT, Held.FEEDBACK, Held.GOALS} <= reasons
    in_progress = select(Appraisal.state).join(Round).where(Round.period == demo_story.RUNNING).distinct()
    assert set(session.scalars(in_progress)) == set(AppraisalState) - {S.PREPARING}


def of(session: Session, code: str, period: str) -> AppraisalDocument:
    query = select(Appraisal).join(Appraisal.round).join(Person, Person.id == Appraisal.person_id)
    appraisal = session.scalars(query.where(Person.code == code, Round.period == period)).one()
    return versions.document(session, appraisal)


def band(document: AppraisalDocument) -> str | None:
    return document.official.band.id if document.official and document.official.band else None


def test_every_band_is_there_and_a_gate_in_both_directions(session: Session, documents: Documents):
    assert {band(document) for document in documents.values()} == {"A", "B", "C", None}
    reached = of(session, "A03", "2025Q3")
    assert band(reached) == "A" and all(gate.reached for gate in reached.gates)
    for code, missed in (("A04", "feedback.top2box"), ("A11", "kpi.attainment")):
        document = of(session, code, "2025Q2")
        assert document.official and document.official.score > 90 and band(document) == "B"
        assert [gate.figure for gate in document.gates if not gate.reached] == [missed]


def test_a_series_of_three_is_reached(session: Session):
    person = session.scalars(select(Person.id).where(Person.code == "A03")).one()
    rules = read_scheme(session.scalars(select(Round.scheme).where(Round.period == "2025Q4")).one()).appraisal
    past = records.past(session, [person], "2025Q4")[person]
    assert rules.series and records.series(past, rules.series, rules).standing is SeriesStanding.REACHED


def test_incidents_of_every_severity_one_pending_and_one_rejected(session: Session):
    found = kinds(session, Incident.severity, Incident.state)
    decided = {
        ("minor", "expired"),
        ("minor", "confirmed"),
        ("major", "confirmed"),
        ("critical", "confirmed"),
    }
    assert found >= decided | {("critical", "reported"), ("major", "rejected")}
    assert of(session, "A16", "2025Q2").incidents[0].points == 5
    assert band(of(session, "A22", "2025Q4")) == "C" and band(of(session, "A20", "2025Q3")) is None
    assert str(of(session, "A20", "2025").status) == "not qualified"


def test_objections_upheld_rejected_and_open_and_plans_met_and_extended(session: Session):
    outcomes = kinds(session, AppraisalReply.kind, AppraisalReply.outcome)
    assert outcomes >= {
        ("objected", AnswerOutcome.UPHELD),
        ("objected", AnswerOutcome.REJECTED),
        ("objected", None),
    }
    plans = kinds(session, DevelopmentPlan.kind, DevelopmentPlan.state)
    assert plans >= {("improvement", "met"), ("improvement", "extended"), ("improvement", "draft")}
    assert ("training", "acknowledged") in plans


def test_a_second_objection_is_the_last_one_and_is_answered_above_the_reviewer(session: Session):
    query = select(Appraisal).join(Appraisal.round).join(Person, Person.id == Appraisal.person_id)
    appraisal = session.scalars(query.where(Person.code == "A05", Round.period == "2025Q1")).one()
    first, second = objections.of(session, appraisal)
    assert (first.outcome, second.outcome) == (AnswerOutcome.UPHELD, AnswerOutcome.REJECTED)
    assert first.answered_by != second.answered_by
    assert second.answered_by == f"{demo_company.DIRECTOR_CODE.lower()}@demo.example"
    assert (appraisal.objections, appraisal.state) == (2, S.FINAL)


def test_a_goal_over_several_periods_is_rated_in_each_by_the_milestones_due_until_then(session: Session):
    query = select(Goal).join(Goal.person).where(Person.code == "A09", Goal.last_period.is_not(None))
    past, running = session.scalars(query.order_by(Goal.period))
    rated = {rating.period: rating.rating for goal in (past, running) for rating in goal.ratings}
    assert rated == {"2025Q2": 100, "2025Q3": 100, "2025Q4": 75, demo_story.RUNNING: 100}
    assert (past.state, running.state) == (GoalState.RATED, GoalState.AGREED)
    assert (running.period, running.last_period) == (demo_story.RUNNING, demo_story.OPEN_QUARTER)
    for period, rating in rated.items():
        (counted,) = of(session, "A09", period).inputs.goals
        assert counted.rating == rating, period


def test_facts_change_and_what_was_stays(session: Session):
    """Two figures were corrected: one for an objection, one of a final result; each version says what differs."""
    causes = kinds(session, AppraisalVersion.cause)
    assert causes >= {VersionCause.FIRST, VersionCause.FIGURE, VersionCause.OBJECTION}
    for code, period in (("A05", "2025Q1"), ("A04", "2025Q4")):
        query = select(Appraisal).join(Appraisal.round).join(Person, Person.id == Appraisal.person_id)
        appraisal = session.scalars(query.where(Person.code == code, Round.period == period)).one()
        made = [
            versions.document(session, appraisal, number) for number in range(1, (appraisal.version or 0) + 1)
        ]
        assert len(made) == 2 and all(versions.difference(*pair) for pair in pairwise(made))
        confirmed = select(func.count()).where(ConfirmedResult.appraisal_id == appraisal.id)
        assert session.scalar(confirmed) == 2 and appraisal.state == S.FINAL


def test_people_come_go_are_away_and_move(session: Session):
    assert of(session, "A25", "2025Q2").inputs.presence.days == 50
    assert of(session, "A26", "2025Q3").inputs.presence.days == 77
    assert of(session, "A19", "2025Q3").inputs.presence.days == 51
    assert [part.profile for part in of(session, "A13", "2025Q3").segments] == ["junior", "senior"]
    assert ("A08", "M02") in set(_contributions(session))
    kinds_of = kinds(session, Assignment.kind)
    assert kinds_of == {"work", "leave"}
    reasons = select(Appraisal.not_appraised).where(Appraisal.state == S.NOT_APPRAISED)
    assert len(set(session.scalars(reasons))) >= 3


def _contributions(session: Session) -> Iterator[tuple[str, str]]:
    about = {id: code for id, code in session.execute(select(Person.id, Person.code))}
    query = select(Appraisal.person_id, ReviewerContribution.person_id)
    joined = query.join(Appraisal, Appraisal.id == ReviewerContribution.appraisal_id)
    yield from ((about[one], about[other]) for one, other in session.execute(joined))


def test_figures_have_their_sources_and_months_and_targets_are_agreed_and_proposed(session: Session):
    assert {"crm", "finance", "manual"} <= kinds(session, Figure.source)
    assert any(name.startswith("finance-") for name in kinds(session, FigureImport.file_name))
    months = select(func.count()).where(Figure.period == "2025-05", Figure.kind == FigureKind.ACTUAL)
    assert (session.scalar(months) or 0) > 100
    assert kinds(session, Figure.state) == {None, TargetState.AGREED, TargetState.PROPOSED}
    assert kinds(session, RegisterEntry.kind) == {"visit", "complaint"}
    junior = of(session, "A06", "2025Q2")
    assert [each.kpi for each in junior.inputs.register] == ["visits"]
    assert next(line for line in junior.segments[0].kpis if line.id == "visits").actual


def test_goals_reviews_interviews_and_calibrations(session: Session):
    assert kinds(session, Goal.state) >= {
        GoalState.DRAFT,
        GoalState.PROPOSED,
        GoalState.AGREED,
        GoalState.RATED,
    }
    assert session.scalar(select(func.count()).select_from(Milestone).where(Milestone.done_on.is_not(None)))
    assert session.scalar(select(func.count()).where(Review.handed_in_at.is_(None)))
    assert kinds(session, Review.on_behalf_of) == {None, "M02"} and session.scalar(
        select(func.count(Deputy.id))
    )
    for table in (AppraisalInterview, Handover):
        assert session.scalar(select(func.count()).select_from(table))
    sizes = select(func.count()).select_from(CalibrationPlace).group_by(CalibrationPlace.session_id)
    assert max(session.scalars(sizes)) == 26
    closed = {at is None for at in session.scalars(select(CalibrationSession.closed_at))}
    assert closed == {True, False} and ("B", "A") in kinds(
        session, CalibrationChange.before, CalibrationChange.after
    )
