"""The appraisal of everybody in a period: created with a scheme, started, looked at from above."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models.figures import FigureKind
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round, RoundState
from feedback.services.appraisals import enrolment
from feedback.services.appraisals.enrolment import People
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import frozen, read_scheme
from feedback.services.facts import figures
from feedback.services.goals import goals
from feedback.services.ground import audit, row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.tables import periods
from forms.scheme import Scheme
from forms.words import N_


@dataclass(frozen=True)
class Calendar:
    """By when what has to be there. None: no day is set."""

    targets_by: date | None = None
    figures_by: date | None = None
    review_by: date | None = None
    calibrate_by: date | None = None


@dataclass(frozen=True)
class Warnings:
    """Codes of people: whom no profile fits, who has no target, for whom no goal was agreed, who has no reviewer."""

    no_profile: tuple[str, ...]
    no_targets: tuple[str, ...]
    no_goals: tuple[str, ...]
    no_reviewer: tuple[str, ...]


@dataclass(frozen=True)
class TeamStatus:
    """One reviewer, None for nobody: how many of his people are in which state. left: he is no longer active."""

    reviewer: str | None
    left: bool
    states: Mapping[str, int]


@dataclass(frozen=True)
class RoundStatus:
    period: str
    state: str
    scheme: str
    scheme_version: int
    scheme_digest: str
    calendar: Calendar
    states: Mapping[str, int]
    held: tuple[str, ...]
    overdue: tuple[str, ...]
    teams: tuple[TeamStatus, ...]
    warnings: Warnings


def create(
    session: Session,
    period: str,
    scheme: Scheme,
    calendar: Calendar | None = None,
    *,
    actor: str,
    now: datetime,
) -> Round:
    """One per period. Raises NotPossible for a second, and for a scheme by which nobody is appraised."""
    period = periods.require(period)
    row_locks.hold(session, Round)
    if session.scalar(select(Round.id).where(Round.period == period)):
        raise NotPossible(N_("there is a round of %(period)s already"), period=period)
    if not scheme.appraisal.appraises:
        raise NotPossible(
            N_("nobody is appraised by the scheme %(scheme)s: it has no profile"), scheme=scheme.id
        )
    made = Round(period=period, state=RoundState.PREPARING, **vars(calendar or Calendar()))
    _take(made, scheme)
    session.add(made)
    session.flush()
    facts = {"scheme": f"{scheme.id}:{scheme.version}"}
    audit.record(session, "round created", period, actor=actor, now=now, after=facts)
    return made


def _take(round_: Round, scheme: Scheme) -> None:
    round_.scheme_code, round_.scheme_version = scheme.id, scheme.version
    round_.scheme, round_.scheme_digest = frozen(scheme), scheme.digest


def find(session: Session, period: str) -> Round:
    found = session.scalars(select(Round).where(Round.period == periods.require(period))).one_or_none()
    if found is None:
        raise NotFound(N_("there is no round of %(period)s"), period=period)
    return found


def listed(session: Session) -> list[Round]:
    """Newest first."""
    return list(session.scalars(select(Round).order_by(Round.period.desc())))


def start(session: Session, round_: Round, *, actor: str, now: datetime) -> Warnings:
    """Freeze the scheme, as the library has it now, and make an appraisal for everybody whom a profile fits."""
    row_locks.hold_row(session, round_)
    if round_.state != RoundState.PREPARING:
        raise NotPossible(N_("the round of %(period)s has started already"), period=round_.period)
    chosen = read_scheme(round_.scheme)
    if not library.is_current(session, chosen):
        _take(round_, library.load_scheme(session, chosen.id, chosen.version))
    round_.state = RoundState.RUNNING
    session.flush()
    people = enrolment.enrol(session, round_, actor=actor, now=now)
    facts = {"scheme": f"{round_.scheme_code}:{round_.scheme_version}", "digest": round_.scheme_digest}
    audit.record(
        session,
        "round started",
        round_.period,
        actor=actor,
        now=now,
        after=facts,
        people=len(people.presence),
    )
    return _warnings(session, round_, people)


def status(session: Session, round_: Round, today: date) -> RoundStatus:
    """Of the whole round: a number of statements that does not depend on how many people there are."""
    people = People.read(session, read_scheme(round_.scheme).appraisal, round_.period)
    appraisals = session.scalars(
        select(Appraisal)
        .where(Appraisal.round_id == round_.id)
        .join(Person, Person.id == Appraisal.person_id)
        .options(joinedload(Appraisal.person), joinedload(Appraisal.reviewer))
        .order_by(Person.code)
    ).all()
    return RoundStatus(
        period=round_.period,
        state=str(round_.state),
        scheme=round_.scheme_code,
        scheme_version=round_.scheme_version,
        scheme_digest=round_.scheme_digest,
        calendar=Calendar(*(getattr(round_, field.name) for field in fields(Calendar))),
        states=_counted(appraisals),
        held=tuple(each.person.code for each in appraisals if each.held),
        overdue=tuple(each.person.code for each in appraisals if _is_overdue(round_, each, today)),
        teams=tuple(_teams(appraisals)),
        warnings=_warnings(session, round_, people),
    )


def _counted(appraisals: Iterable[Appraisal]) -> dict[str, int]:
    """In the order of the states, those that somebody is in."""
    counts = Counter(str(each.state) for each in appraisals)
    return {str(state): counts[str(state)] for state in AppraisalState if counts[str(state)]}


def _is_overdue(round_: Round, appraisal: Appraisal, today: date) -> bool:
    """Whether the step that its state waits for had to be taken by now."""
    until = {
        AppraisalState.RUNNING: round_.figures_by,
        AppraisalState.COMPUTED: round_.review_by,
        AppraisalState.REVIEWED: round_.calibrate_by,
    }.get(AppraisalState(appraisal.state))
    return until is not None and today > until


def _teams(appraisals: Sequence[Appraisal]) -> Iterable[TeamStatus]:
    reviewers = {each.reviewer for each in appraisals}
    for reviewer in sorted(reviewers, key=lambda person: person.code if person else ""):
        own = [each for each in appraisals if each.reviewer is reviewer]
        yield TeamStatus(
            reviewer=reviewer.code if reviewer else None,
            left=reviewer is not None and not reviewer.active,
            states=_counted(own),
        )


def _warnings(session: Session, round_: Round, people: People) -> Warnings:
    ids = list(people.presence)
    known = figures.newest(session, ids, periods.within(round_.period))
    with_targets = {key.person_id for key in known if key.kind == FigureKind.TARGET}
    with_goals = set(goals.of_people(session, ids, round_.period))
    return Warnings(
        no_profile=tuple(person.code for person in people.without_profile),
        no_targets=tuple(people.people[id].code for id in ids if id not in with_targets),
        no_goals=tuple(
            people.people[id].code for id in ids if id not in with_goals and _wants_goals(people, id)
        ),
        no_reviewer=tuple(people.people[id].code for id in ids if people.reviewer(id) is None),
    )


def _wants_goals(people: People, id: int) -> bool:
    profiles = {profile.id: profile for profile in people.rules.profiles}
    return any(profiles[segment.profile_id].components.goals for segment in people.presence[id].segments)
