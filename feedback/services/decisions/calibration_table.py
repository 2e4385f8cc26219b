"""The pool of a calibration side by side: in the order of shrunken totals, with what a total does not decide marked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.calibrations import (
    CalibrationChange,
    CalibrationOpinion,
    CalibrationPlace,
    CalibrationSession,
    Stance,
)
from feedback.models.confirmed_results import ConfirmedResult
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.appraisals import versions
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.pool_order import (
    ManagerLine,
    PoolRow,
    managers,
    ordered,
    separable,
)
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.row_locks import among
from feedback.services.tables import periods
from forms.words import N_

EARLIER = 2


@dataclass(frozen=True)
class PoolTable:
    """bands: ids, best first. counts: of the bands as they stand with the session's changes."""

    rows: tuple[PoolRow, ...]
    managers: tuple[ManagerLine, ...]
    bands: tuple[str, ...]
    counts: Mapping[str, int]
    not_reviewed: tuple[str, ...]

    def rank(self, band: str | None) -> int | None:
        """0 for the best band."""
        return self.bands.index(band) if band in self.bands else None


def of(session: Session, sitting: CalibrationSession, by: Decider) -> PoolTable:
    """A constant number of statements. Rows in the order of shrunken totals, those without one last, by code."""
    appraisals, rules = _appraisals(session, sitting), read_scheme(sitting.round.scheme).appraisal
    bands = tuple(band.id for band in rules.bands or rules.profiles[0].bands)
    figures, words = versions.summaries(session, appraisals), _words(session, sitting, by)
    rows = [_with_words(_bare(one, figures.get(one.id)), words) for one in appraisals]
    rows = ordered(rows, rules, bands)
    past = _past(session, sitting.round.period, [one.person_id for one in appraisals])
    rows = [replace(row, past=past.get(row.appraisal.person_id, ())) for row in rows]
    early = (AppraisalState.PREPARING, AppraisalState.RUNNING, AppraisalState.COMPUTED)
    return PoolTable(
        tuple(rows),
        tuple(managers(rows)),
        bands,
        Counter(row.band_now for row in rows if row.band_now is not None),
        tuple(one.person.code for one in appraisals if one.state in early),
    )


def _appraisals(session: Session, sitting: CalibrationSession) -> list[Appraisal]:
    query = (
        select(Appraisal)
        .join(CalibrationPlace, CalibrationPlace.appraisal_id == Appraisal.id)
        .join(Person, Person.id == Appraisal.person_id)
        .where(CalibrationPlace.session_id == sitting.id, Appraisal.state != AppraisalState.NOT_APPRAISED)
        .options(joinedload(Appraisal.person), joinedload(Appraisal.reviewer), joinedload(Appraisal.round))
        .order_by(Person.code)
    )
    return list(session.scalars(query))


def _bare(appraisal: Appraisal, figures: AppraisalSummary | None) -> PoolRow:
    return PoolRow(
        appraisal=appraisal,
        reviewer=appraisal.reviewer,
        figures=figures,
        place=None,
        shrunken=None,
        error=0.0,
        tied=False,
        change=None,
        opinions={},
        own_opinion=None,
        past=(),
        guideline=None,
    )


@dataclass(frozen=True)
class _Words:
    changes: Mapping[int, CalibrationChange]
    opinions: Mapping[int, Sequence[CalibrationOpinion]]
    reader: int | None


def _words(session: Session, sitting: CalibrationSession, by: Decider) -> _Words:
    of_session = select(CalibrationChange).where(CalibrationChange.session_id == sitting.id)
    changes = {row.appraisal_id: row for row in session.scalars(of_session.order_by(CalibrationChange.id))}
    opinions: dict[int, list[CalibrationOpinion]] = {}
    said = select(CalibrationOpinion).where(CalibrationOpinion.session_id == sitting.id)
    for opinion in session.scalars(said):
        opinions.setdefault(opinion.appraisal_id, []).append(opinion)
    return _Words(changes, opinions, by.person_id)


def _with_words(row: PoolRow, words: _Words) -> PoolRow:
    said = words.opinions.get(row.appraisal.id, ())
    own = next((Stance(one.opinion) for one in said if one.person_id == words.reader), None)
    counts = Counter(Stance(one.opinion) for one in said)
    return replace(row, change=words.changes.get(row.appraisal.id), opinions=counts, own_opinion=own)


def _past(session: Session, period: str, people: Sequence[int]) -> dict[int, tuple[str | None, ...]]:
    """Bands of the last final results of the same kind of period; None: not qualified."""
    query = (
        select(Appraisal.person_id, Round.period, ConfirmedResult.band)
        .join(Appraisal.round)
        .join(ConfirmedResult, ConfirmedResult.appraisal_id == Appraisal.id)
        .where(among(Appraisal.person_id, people), Appraisal.state == AppraisalState.FINAL)
        .where(ConfirmedResult.fell_at.is_(None), Round.period < period)
        .order_by(Round.period.desc(), ConfirmedResult.number.desc())
    )
    kind = periods.kind_of(period)
    found: dict[int, dict[str, str | None]] = {}
    for person_id, earlier, band in session.execute(query):
        if periods.kind_of(earlier) is kind:
            found.setdefault(person_id, {}).setdefault(earlier, band)
    return {person_id: tuple(bands.values())[:EARLIER] for person_id, bands in found.items()}


def check_swap(
    session: Session, sitting: CalibrationSession, appraisal: Appraisal, band: str, by: Decider
) -> None:
    """Raises NotPossible where a change without a fact would put one of two before the other whom figures cannot
    tell apart."""
    table = of(session, sitting, by)
    row = next((one for one in table.rows if one.appraisal.id == appraisal.id), None)
    if row is None or row.place is None:
        return
    after = table.rank(band)
    for other in table.rows:
        if other is row or other.place is None or separable(row, other):
            continue
        its = table.rank(other.band_now)
        if after is None or its is None:
            continue
        overtakes = other.place < row.place and after < its
        falls_behind = other.place > row.place and after > its
        if overtakes or falls_behind:
            raise NotPossible(
                N_("figures cannot tell %(code)s and %(other)s apart: name a fact that decides"),
                code=appraisal.person.code,
                other=other.appraisal.person.code,
            )
