"""A calibration: people who look at the results of a pool side by side, say what they think, and change a band with a
reason that the person may read. What they decide counts when the session closes.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.models.accounts import RoleName
from feedback.models.calibrations import (
    CalibrationChange,
    CalibrationMember,
    CalibrationOpinion,
    CalibrationPlace,
    CalibrationSession,
    Stance,
)
from feedback.models.people import Department, Person
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.appraisals import moves, rights, versions
from feedback.services.decisions import calibration_changes as changes
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import ABOUT_YOURSELF, NotFound, NotPossible
from forms.text_lengths import LONGEST_LINE
from forms.words import N_

NOT_REVIEWED = (AppraisalState.PREPARING, AppraisalState.RUNNING, AppraisalState.COMPUTED)


def pool(session: Session, of_round: Round, departments: Sequence[str], by: Decider) -> list[Appraisal]:
    """Of these departments, or all, as far as he may read them. Raises NotFound for a department that there is not."""
    found = rights.team(session, by.reader, of_round.period)
    if not departments:
        return found
    query = select(Department.code, Department.id).where(Department.code.in_(departments))
    known = {code: id for code, id in session.execute(query)}
    for code in departments:
        if code not in known:
            raise NotFound(N_("there is no department %(code)s"), code=code)
    return [appraisal for appraisal in found if appraisal.department_id in known.values()]


def open_session(
    session: Session,
    of_round: Round,
    pool: str,
    appraisals: Sequence[Appraisal],
    members: Collection[Person],
    chairs: Collection[Person],
    by: Decider,
) -> CalibrationSession:
    """By HR. Everybody of the pool who is not calibrated yet is in it, reviewed or not."""
    if RoleName.HR not in by.reader.roles:
        raise NotPossible(moves.NOT_YOURS)
    if not read_scheme(of_round.scheme).appraisal.process.calibration:
        raise NotPossible(moves.NO_CALIBRATION)
    row_locks.hold(session, CalibrationSession)
    placed = [appraisal for appraisal in appraisals if appraisal.state in changes.OPEN_TO_CHANGE]
    if not placed:
        raise NotPossible(N_("there is nobody to calibrate in this pool"))
    _check_free(session, placed)
    row = CalibrationSession(
        round_id=of_round.id, pool=pool.strip() or of_round.period, opened_at=by.now, opened_by=by.name
    )
    row.places = [CalibrationPlace(appraisal_id=appraisal.id) for appraisal in placed]
    sitting = {person.id for person in (*members, *chairs)}
    leading = {person.id for person in chairs}
    row.members = [CalibrationMember(person_id=id, chairs=id in leading) for id in sorted(sitting)]
    session.add(row)
    session.flush()
    _log(session, row, "calibration opened", by, subjects=len(placed))
    return row


def _check_free(session: Session, placed: Sequence[Appraisal]) -> None:
    """Nobody is in two sessions at once."""
    query = (
        select(Person.code)
        .join(Appraisal, Appraisal.person_id == Person.id)
        .join(CalibrationPlace, CalibrationPlace.appraisal_id == Appraisal.id)
        .join(CalibrationSession, CalibrationSession.id == CalibrationPlace.session_id)
        .where(CalibrationSession.closed_at.is_(None))
        .where(Appraisal.id.in_([appraisal.id for appraisal in placed]))
    )
    if taken := session.scalars(query.order_by(Person.code)).all():
        raise NotPossible(N_("in a session already: %(codes)s"), codes=", ".join(taken))


def visible(session: Session, by: Decider, *, period: str | None = None) -> list[CalibrationSession]:
    """All for HR, for others those in which they sit; the open ones first."""
    query = _with_all().order_by(CalibrationSession.closed_at.is_not(None), CalibrationSession.id.desc())
    if period is not None:
        query = query.join(CalibrationSession.round).where(Round.period == period)
    if not by.reader.reads_everything:
        query = query.where(CalibrationSession.members.any(CalibrationMember.person_id == by.person_id))
    return list(session.scalars(query))


def find(session: Session, number: int, by: Decider) -> CalibrationSession:
    """Raises NotFound for who does not sit in it and is not HR."""
    row = session.scalars(_with_all().where(CalibrationSession.id == number)).one_or_none()
    sits = row is not None and any(member.person_id == by.person_id for member in row.members)
    if row is None or not (sits or by.reader.reads_everything):
        raise NotFound(N_("there is no such calibration"))
    return row


def _with_all() -> Select[CalibrationSession]:
    return select(CalibrationSession).options(
        joinedload(CalibrationSession.round),
        selectinload(CalibrationSession.members).joinedload(CalibrationMember.person),
        selectinload(CalibrationSession.places),
    )


def say(
    session: Session,
    sitting: CalibrationSession,
    appraisal: Appraisal,
    opinion: Stance,
    note: str,
    by: Decider,
) -> None:
    """What a member thinks of the band as it stands; he may think otherwise later."""
    changes.hold_open(session, sitting)
    changes.check_in_pool(session, sitting, appraisal)
    if by.person_id == appraisal.person_id:
        raise NotPossible(ABOUT_YOURSELF)
    if all(member.person_id != by.person_id for member in sitting.members):
        raise NotPossible(moves.NOT_YOURS)
    if len(note) > LONGEST_LINE:
        raise NotPossible(N_("this is too long"))
    row = session.get(CalibrationOpinion, (sitting.id, appraisal.id, by.person_id))
    row = row or CalibrationOpinion(session_id=sitting.id, appraisal_id=appraisal.id, person_id=by.person_id)
    row.opinion, row.note, row.at = opinion, note.strip(), by.now
    session.add(row)


def take_out(session: Session, sitting: CalibrationSession, appraisal: Appraisal, by: Decider) -> None:
    """One who is held keeps the others no longer from being calibrated; he comes into a later session."""
    changes.hold_open(session, sitting)
    deputies.check_hr(appraisal, by)
    place = session.get(CalibrationPlace, (sitting.id, appraisal.id))
    if place is None:
        raise NotFound(N_("%(code)s is not in this pool"), code=appraisal.person.code)
    session.delete(place)
    _log(session, sitting, "taken out of a calibration", by, subject=appraisal.person.code)


def close(session: Session, sitting: CalibrationSession, by: Decider) -> None:
    """By HR or a chair. From here on the changes count. Everybody of the pool has to be reviewed; who is not appraised
    is left out, and a pool of nobody closes without a change."""
    changes.hold_open(session, sitting)
    changes.check_leads(sitting, by)
    pool = _pool(session, sitting)
    missing = [one.person.code for one in pool if one.state in NOT_REVIEWED]
    if missing:
        raise NotPossible(moves.NOT_REVIEWED, n=len(missing), codes=", ".join(missing))
    decided = changes.newest(session, sitting)
    for appraisal in pool:  # a chair need not stand above everybody in it
        if appraisal.state == AppraisalState.REVIEWED:
            moves.move(session, appraisal, AppraisalState.CALIBRATED, by=by.mover, now=by.now, entitled=True)
            change = decided.get(appraisal.id)
            appraisal.calibrated_band = change.after if change and _differs(session, change) else None
    sitting.closed_at, sitting.closed_by = by.now, by.name
    _log(session, sitting, "calibration closed", by, subjects=len(pool), changed=len(decided))


def _differs(session: Session, change: CalibrationChange) -> bool:
    """A change that was turned back leaves the computed band."""
    appraisal = session.get_one(Appraisal, change.appraisal_id)
    return change.after != changes.band_of(versions.document(session, appraisal))


def _pool(session: Session, sitting: CalibrationSession) -> list[Appraisal]:
    """Held in one order, so that two who hold several never wait for one another."""
    query = (
        select(Appraisal)
        .join(CalibrationPlace, CalibrationPlace.appraisal_id == Appraisal.id)
        .where(CalibrationPlace.session_id == sitting.id)
        .options(selectinload(Appraisal.person), selectinload(Appraisal.round))
        .order_by(Appraisal.id)
        .with_for_update(of=Appraisal)
        .execution_options(populate_existing=True)
    )
    return sorted(session.scalars(query), key=lambda appraisal: appraisal.person.code)


def _log(session: Session, sitting: CalibrationSession, act: str, by: Decider, **after: int | str) -> None:
    target = f"{sitting.round.period} {sitting.pool}"
    audit.record(session, act, target, actor=by.name, now=by.now, after=after)
