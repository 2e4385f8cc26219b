"""By which rules an incident is weighed: those of the period's round, or as long as there is none the library's."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from feedback.models.rounds import Round
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import read_scheme
from forms.appraisals.rules import IncidentRules


def of_period(session: Session, period: str) -> IncidentRules:
    found = session.scalar(select(Round).where(Round.period == period).options(undefer(Round.scheme)))
    scheme = read_scheme(found.scheme) if found else library.load_scheme(session, library.DEFAULT)
    return scheme.appraisal.incidents
