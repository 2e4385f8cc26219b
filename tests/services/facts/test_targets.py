"""Targets that one side proposes and the other agrees to."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.figures import FigureKind, TargetState
from feedback.models.people import Person
from feedback.models.rounds import Round
from feedback.services.definitions.frozen_definitions import frozen
from feedback.services.facts import figures, targets
from feedback.services.facts.figures import FigureKey
from feedback.services.facts.targets import TargetOf, TargetSide
from feedback.services.ground.errors import NotPossible
from feedback.services.tables.import_plan import Author
from forms import scheme as schemes
from tests.factories import Office
from tests.services.facts.scheme_of_facts import SCHEME, TOML

AUTHOR = Author("m1@example.com", datetime(2026, 11, 30, 9, tzinfo=UTC), date(2026, 11, 30))


@pytest.fixture
def subject(office: Office, session: Session) -> Person:
    person = office.person("A1", post="manager", level="junior")
    rounds(session, SCHEME)
    session.commit()
    return person


def rounds(session: Session, scheme: schemes.Scheme) -> None:
    session.add(
        Round(
            period="2026",
            scheme_code=scheme.id,
            scheme_version=1,
            scheme=frozen(scheme),
            scheme_digest="0" * 64,
        )
    )


def target(person: Person, period: str = "2026-12", kpi: str = "sales") -> TargetOf:
    return TargetOf(person, period, kpi)


def counting(session: Session, of: TargetOf) -> tuple[float | None, str]:
    found = figures.newest(session, [of.person.id], [of.period])[of.key]
    return found.value, str(found.state)


def propose(session: Session, of: TargetOf, value: float, side: TargetSide, reason: str = "") -> None:
    targets.propose(session, of, value, side=side, reason=reason, author=AUTHOR)


def test_what_one_side_proposes_the_other_agrees_to(session: Session, subject: Person) -> None:
    of = target(subject)
    propose(session, of, 100.0, TargetSide.SUBJECT)
    propose(session, of, 120.0, TargetSide.MANAGER)
    assert counting(session, of) == (120.0, "proposed")
    with pytest.raises(NotPossible, match="whoever proposed it cannot agree to it"):
        targets.agree(session, of, side=TargetSide.HR, author=AUTHOR)
    targets.agree(session, of, side=TargetSide.SUBJECT, author=AUTHOR)
    assert counting(session, of) == (120.0, "agreed")
    with pytest.raises(NotPossible, match="no proposal"):
        targets.agree(session, of, side=TargetSide.SUBJECT, author=AUTHOR)
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.target == "A1 2026-12 sales"))
    assert list(acts) == ["target proposed", "target proposed", "target agreed"]


def test_an_agreed_target_counts_until_the_change_is_agreed_and_both_values_stay(
    session: Session, subject: Person
) -> None:
    of = target(subject)
    propose(session, of, 100.0, TargetSide.MANAGER)
    targets.agree(session, of, side=TargetSide.SUBJECT, author=AUTHOR)
    with pytest.raises(NotPossible, match="say why the target changes"):
        propose(session, of, 80.0, TargetSide.SUBJECT)
    propose(session, of, 80.0, TargetSide.SUBJECT, "a client left")
    assert counting(session, of) == (100.0, "agreed")
    targets.agree(session, of, side=TargetSide.MANAGER, author=AUTHOR)
    assert counting(session, of) == (80.0, "agreed")
    key = FigureKey(subject.id, "2026-12", "sales", FigureKind.TARGET)
    assert [(v.value, v.reason) for v in figures.versions(session, key) if v.state is TargetState.AGREED] == [
        (100.0, None),
        (80.0, "a client left"),
    ]


def test_what_is_over_is_changed_by_hr_alone(session: Session, subject: Person) -> None:
    of = target(subject, "2026-10")
    propose(session, of, 100.0, TargetSide.MANAGER)
    targets.agree(session, of, side=TargetSide.SUBJECT, author=AUTHOR)
    for side in (TargetSide.SUBJECT, TargetSide.MANAGER):
        with pytest.raises(NotPossible, match="2026-10 is over: its targets are changed by HR"):
            propose(session, of, 80.0, side, "late")
    propose(session, of, 80.0, TargetSide.HR, "a client left in September")
    assert counting(session, of) == (80.0, "agreed")


def test_a_proposal_is_not_agreed_to_by_a_manager_once_the_month_is_over(
    session: Session, subject: Person
) -> None:
    of, then = target(subject, "2026-11"), Author(AUTHOR.actor, AUTHOR.now, date(2026, 12, 1))
    propose(session, of, 100.0, TargetSide.MANAGER)
    targets.agree(session, of, side=TargetSide.SUBJECT, author=then)
    propose(session, of, 80.0, TargetSide.SUBJECT, "a client left")
    with pytest.raises(NotPossible, match="2026-11 is over"):
        targets.agree(session, of, side=TargetSide.MANAGER, author=then)
    targets.agree(session, of, side=TargetSide.HR, author=then)
    assert counting(session, of) == (80.0, "agreed")


def test_only_kpis_of_the_profile_and_numbers_that_can_be_divided_by_are_targets(
    session: Session, subject: Person
) -> None:
    with pytest.raises(NotPossible, match="churn is not a KPI of A1's profile manager in 2026-12"):
        propose(session, target(subject, kpi="churn"), 5.0, TargetSide.HR)
    with pytest.raises(NotPossible, match="must be above 0"):
        propose(session, target(subject), 0.0, TargetSide.HR)


def test_where_targets_are_not_agreed_upon_the_company_sets_them(session: Session, subject: Person) -> None:
    session.query(Round).delete()
    rounds(session, schemes.load(TOML + "[process]\ntargets_agreed = false\n"))
    of = target(subject)
    propose(session, of, 100.0, TargetSide.MANAGER)
    assert counting(session, of) == (100.0, "agreed")
