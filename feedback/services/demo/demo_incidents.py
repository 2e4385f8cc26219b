"""Breaches of compliance at the demo company: HR reports, compliance confirms or rejects."""

from datetime import datetime, timedelta

from feedback.models.accounts import RoleName
from feedback.services.demo import demo_story as story
from feedback.services.demo import demo_words
from feedback.services.demo.demo_stage import ZONE, Stage
from feedback.services.demo.demo_story import IncidentStory
from feedback.services.ground import days
from feedback.services.incidents import moves, scheme_rules
from feedback.services.incidents.moves import IncidentReport
from feedback.services.tables import periods

DECIDED = timedelta(days=2)


def happen(stage: Stage, period: str, now: datetime) -> None:
    for incident in story.INCIDENTS.get(period, ()):
        if incident.code in stage.people:
            _happen(stage, incident, period, now)


def _happen(stage: Stage, told: IncidentStory, period: str, now: datetime) -> None:
    said = IncidentReport(
        told.severity,
        demo_words.INCIDENT,
        periods.first_day(period) + timedelta(days=20),
        f"AUDIT-{period}-{told.code}",
        period=period,
    )
    session, person, today = stage.session, stage.people[told.code], days.day_of(now, ZONE)
    reported = moves.report(session, person, said, stage.office(RoleName.HR, now), today=today)
    confirmer = stage.office(RoleName.COMPLIANCE, now + DECIDED)
    if told.outcome:
        rules = scheme_rules.of_period(session, period)
        moves.confirm(
            session, reported, rules, demo_words.PROVED, confirmer, today=days.day_of(now + DECIDED, ZONE)
        )
    elif told.outcome is not None:
        moves.reject(session, reported, demo_words.NOT_PROVED, confirmer)
