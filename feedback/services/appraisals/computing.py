"""Computing the appraisals of a round: a version for everybody whose inputs are not those of the newest one."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from feedback.models.audit import AuditEntry
from feedback.models.people import Person
from feedback.models.rounds import (
    Appraisal,
    AppraisalMove,
    AppraisalState,
    AppraisalVersion,
    Round,
    RoundState,
    VersionCause,
)
from feedback.services.appraisals import enrolment, gathering
from feedback.services.appraisals.comparing import Change, Computation, VersionComparison
from feedback.services.appraisals.gathering import REASONS
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment import assessing
from feedback.services.assessment.appraisal_document import FORMULA, AppraisalDocument
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import documents, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.row_locks import among
from forms.words import N_

NOT_STARTED = N_("the round of %(period)s is %(state)s: start it first")


def preview(
    session: Session,
    round_: Round,
    people: Sequence[Person] | None = None,
    *,
    now: datetime,
    cause: VersionCause | None = None,
    decided: bool | None = None,
) -> Computation:
    """What `compute` would do; writes nothing.

    decided: whether appraisals that are reviewed and further on get a version, too; where people are named, they do.
    """
    _check(round_)
    appraisals = _appraisals(session, round_, people)
    named = [appraisal.person for appraisal in appraisals]
    scheme = read_scheme(round_.scheme)
    decided = people is not None if decided is None else decided
    with collector_at_rest():
        gathered = gathering.gather(session, scheme, round_.period, named, now.date())
        return VersionComparison(session, scheme, round_.period, gathered, cause, decided).of(appraisals)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Hundreds of thousands of small objects, none of them in a circle: to look for circles among them again and again
    takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def compute(
    session: Session,
    round_: Round,
    people: Sequence[Person] | None = None,
    *,
    reason: str = "",
    actor: str,
    now: datetime,
    cause: VersionCause | None = None,
    decided: bool | None = None,
) -> Computation:
    """A new version for everybody whose inputs are new, with its cause; the same inputs make none.

    cause None: told from what differs. Appraisals that were running are computed from here on.
    """
    row_locks.hold_row(session, round_)
    _check(round_)
    if people is None:
        enrolment.enrol(session, round_, actor=actor, now=now)
    found = preview(session, round_, people, now=now, cause=cause, decided=decided)
    log = _Log(actor, now, reason.strip())
    with collector_at_rest():
        for change in found.made:
            log.version(round_.period, change)
        for appraisal, why in found.left_out:
            log.leave_out(round_.period, appraisal, why)
        log.write(session)
    return found


def documents_of(
    session: Session, round_: Round, people: Sequence[Person], period: str, *, now: datetime
) -> dict[int, AppraisalDocument]:
    """By person: what another period, such as a month that is running, comes to by the scheme of the round.

    Without derivations.
    """
    scheme = read_scheme(round_.scheme)
    gathered = gathering.gather(session, scheme, period, people, now.date())
    made = assessing.assess(scheme, period, list(gathered.people.values()))
    return dict(zip(gathered.people, made, strict=True))


def _check(round_: Round) -> None:
    if round_.state == RoundState.PREPARING:
        raise NotPossible(NOT_STARTED, period=round_.period, state=round_.state)


def _appraisals(session: Session, round_: Round, people: Sequence[Person] | None) -> list[Appraisal]:
    query = select(Appraisal).where(Appraisal.round_id == round_.id).join(Appraisal.person)
    if people is not None:
        query = query.where(among(Appraisal.person_id, [person.id for person in people]))
    rows = session.scalars(query.options(joinedload(Appraisal.person)).order_by(Person.code))
    wanted = None if people is None else {person.id for person in people}
    return [
        each for each in rows if (wanted is None or each.person_id in wanted) and not _left_out_by_hand(each)
    ]


def _left_out_by_hand(appraisal: Appraisal) -> bool:
    """Not appraised by a decision of HR, which no computation takes back."""
    reason = appraisal.not_appraised
    return reason is not None and reason not in REASONS.values()


class _Log:
    """What is written, in a few statements for everybody."""

    def __init__(self, actor: str, now: datetime, reason: str) -> None:
        self.actor, self.now, self.reason = actor, now, reason
        self.versions: list[dict[str, Any]] = []
        self.appraisals: list[dict[str, Any]] = []
        self.moves: list[dict[str, Any]] = []
        self.audit: list[dict[str, Any]] = []

    def version(self, period: str, change: Change) -> None:
        appraisal, summary = change.appraisal, AppraisalSummary.of(change.document)
        self.versions.append(
            {
                "appraisal_id": appraisal.id,
                "number": change.number,
                "document": change.document.to_text(),
                "summary": documents.numbered(summary.to_document()),
                "digest": summary.digest,
                "formula": FORMULA,
                "cause": change.cause,
                "reason": self.reason,
                "at": self.now,
                "actor": self.actor,
            }
        )
        state = AppraisalState(appraisal.state)
        starts = state in (AppraisalState.RUNNING, AppraisalState.NOT_APPRAISED)
        after = AppraisalState.COMPUTED if starts else state
        held = str(summary.held[0]) if summary.held and summary.total is None else None
        self.appraisals.append(
            {
                "id": appraisal.id,
                "version": change.number,
                "held": held,
                "state": after,
                "not_appraised": None,
            }
        )
        if after != state:
            self._move(period, appraisal, after, self.reason)
        facts = {"version": change.number, "digest": summary.digest, "cause": str(change.cause)}
        self._audit("appraisal computed", period, appraisal, facts)

    def leave_out(self, period: str, appraisal: Appraisal, why: str) -> None:
        after = AppraisalState.NOT_APPRAISED
        self.appraisals.append(
            {
                "id": appraisal.id,
                "version": appraisal.version,
                "held": None,
                "state": after,
                "not_appraised": why,
            }
        )
        self._move(period, appraisal, after, why)

    def _move(self, period: str, appraisal: Appraisal, after: AppraisalState, reason: str) -> None:
        before = AppraisalState(appraisal.state)
        self.moves.append(
            {
                "appraisal_id": appraisal.id,
                "before": before,
                "after": after,
                "at": self.now,
                "actor": self.actor,
                "on_behalf_of": None,
                "reason": reason,
            }
        )
        states = {"before": {"state": str(before)}, "after": {"state": str(after)}}
        self._audit("appraisal moved", period, appraisal, states)

    def _audit(self, act: str, period: str, appraisal: Appraisal, detail: dict[str, Any]) -> None:
        target = f"{period} {appraisal.person.code}"
        self.audit.append(
            {"at": self.now, "actor": self.actor, "act": act, "target": target, "detail": detail}
        )

    def write(self, session: Session) -> None:
        for table, rows in (
            (AppraisalVersion, self.versions),
            (AppraisalMove, self.moves),
            (AuditEntry, self.audit),
        ):
            if rows:
                session.execute(insert(table), rows)
        if self.appraisals:
            session.execute(update(Appraisal), self.appraisals)
            session.expire_all()
