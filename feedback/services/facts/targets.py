"""Targets that one side proposes and the other agrees to; each step is a version of its own."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from feedback.models.figures import Figure, FigureKind, FigureSource, TargetState
from feedback.models.people import Person
from feedback.services.facts import figures
from feedback.services.facts.computed import computed, computed_period
from feedback.services.facts.figures import FigureKey, FigureRecord
from feedback.services.facts.profiles import DIVIDED_BY_TARGET, Profiles
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotPossible
from feedback.services.tables import periods
from feedback.services.tables.import_plan import Author
from forms.words import N_

LONGEST_REASON = 500


class TargetSide(StrEnum):
    """Manager and HR are one side; HR alone changes what is over."""

    SUBJECT = "subject"
    MANAGER = "manager"
    HR = "hr"


@dataclass(frozen=True)
class TargetOf:
    person: Person
    period: str
    kpi: str

    @property
    def key(self) -> FigureKey:
        return FigureKey(self.person.id, self.period, self.kpi, FigureKind.TARGET)

    def __str__(self) -> str:
        return f"{self.person.code} {self.period} {self.kpi}"


def propose(
    session: Session, of: TargetOf, value: float, *, side: TargetSide, reason: str = "", author: Author
) -> FigureRecord:
    """A target, or another one than was agreed; it counts once the other side agrees, and before there is any.

    What HR says of an agreed one counts at once. Raises NotPossible.
    """
    row_locks.hold_row(session, of.person)
    before = figures.newest(session, [of.person.id], [of.period]).get(of.key)
    was_agreed = before is not None and before.state is TargetState.AGREED
    is_agreed_upon = _require_kpi(session, of, value)
    if was_agreed and side is not TargetSide.HR:
        _require_not_over(of, author)
    if was_agreed and not reason.strip():
        raise NotPossible(N_("say why the target changes"))
    if not reason.strip() and (period := computed_period(of.key, computed(session, [of.person.id]))):
        raise NotPossible(N_("%(period)s is computed: say why the figure changes (--reason)"), period=period)
    counts = (was_agreed and side is TargetSide.HR) or not is_agreed_upon and side is not TargetSide.SUBJECT
    state = TargetState.AGREED if counts else TargetState.PROPOSED
    return _store(session, of, value, state, side, reason.strip(), author)


def agree(session: Session, of: TargetOf, *, side: TargetSide, author: Author) -> FigureRecord:
    """To what the other side proposes. Raises NotPossible."""
    row_locks.hold_row(session, of.person)
    proposal = figures.proposals(session, [of.person.id], [of.period]).get(of.key)
    if proposal is None or proposal.value is None:
        raise NotPossible(N_("there is no proposal to agree to"))
    if proposal.by_subject == (side is TargetSide.SUBJECT):
        raise NotPossible(N_("whoever proposed it cannot agree to it"))
    if side is not TargetSide.HR and figures.newest(session, [of.person.id], [of.period])[of.key] != proposal:
        _require_not_over(of, author)
    return _store(session, of, proposal.value, TargetState.AGREED, side, proposal.reason or "", author)


def _require_kpi(session: Session, of: TargetOf, value: float) -> bool:
    """Whether targets are agreed upon by the scheme of the period."""
    profiles = Profiles(session, [of.person.id], [of.period], None)
    rules = profiles.scheme(of.period).appraisal
    if of.kpi not in profiles.allowed(of.person.id, of.period):
        ids = ", ".join(profile.id for profile in profiles.profiles(of.person.id, of.period)) or "-"
        facts = {"kpi": of.kpi, "code": of.person.code, "profile": ids, "period": of.period}
        raise NotPossible(N_("%(kpi)s is not a KPI of %(code)s's profile %(profile)s in %(period)s"), **facts)
    if value <= 0 and rules.kpi(of.kpi).method in DIVIDED_BY_TARGET:
        sentence = N_(
            "must be above 0; %(kpi)s is measured as a share of it: use pass_fail, increment, tier or curve"
        )
        raise NotPossible(sentence, kpi=of.kpi)
    return rules.process.targets_agreed


def _require_not_over(of: TargetOf, author: Author) -> None:
    if periods.last_day(of.period) < author.today:
        raise NotPossible(N_("%(period)s is over: its targets are changed by HR"), period=of.period)


def _store(
    session: Session,
    of: TargetOf,
    value: float,
    state: TargetState,
    side: TargetSide,
    reason: str,
    author: Author,
) -> FigureRecord:
    known = figures.versions(session, of.key)
    version = Figure(
        **of.key._asdict(),
        version=known[-1].version + 1 if known else 1,
        value=value,
        state=state,
        by_subject=side is TargetSide.SUBJECT,
        source=FigureSource.MANUAL,
        reason=reason[:LONGEST_REASON] or None,
        at=author.now,
        actor=author.actor,
    )
    session.add(version)
    before = {"target": known[-1].value} if known else None
    audit.record(
        session,
        f"target {state}",
        str(of),
        actor=author.actor,
        now=author.now,
        before=before,
        after={"target": value},
    )
    session.flush()
    return figures.versions(session, of.key)[-1]
