"""Whose appraisals of which periods are computed already: what a change of facts has to say a reason for."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.people import Person
from feedback.models.rounds import Appraisal, Round
from feedback.services.facts.figures import FigureKey
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.row_locks import among
from feedback.services.tables import periods
from forms.words import N_


def computed(session: Session, person_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """By person the newest version of each period; one statement."""
    query = (
        select(Appraisal.person_id, Round.period, Appraisal.version)
        .join(Appraisal.round)
        .where(Appraisal.version.is_not(None), among(Appraisal.person_id, person_ids))
    )
    found: dict[int, dict[str, int]] = {}
    for person_id, period, version in session.execute(query):
        found.setdefault(person_id, {})[period] = version or 0
    return found


def computed_period(key: FigureKey, versions: Mapping[int, Mapping[str, int]]) -> str | None:
    """The shortest computed period that a figure belongs to."""
    return next((p for p in periods.around(key.period) if p in versions.get(key.person_id, ())), None)


def covering(of: Mapping[str, int], day: date) -> str | None:
    """A computed period that the day lies in."""
    return next((p for p in of if periods.first_day(p) <= day <= periods.last_day(p)), None)


def require_no_version(session: Session, person: Person, day: date) -> None:
    """Raises NotPossible where something is to be deleted that an appraisal was computed from."""
    versions = computed(session, [person.id]).get(person.id, {})
    if period := covering(versions, day):
        sentence = N_("version %(number)s of %(code)s rests on it; enter a correction")
        raise NotPossible(sentence, number=versions[period], code=f"{person.code} {period}")
