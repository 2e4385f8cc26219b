"""Who may take which step of an appraisal, and what is said to who may not; who may read which."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.accounts.reading_rights import Reader
from feedback.services.appraisals import moves, rights
from feedback.services.appraisals.moves import CALENDAR, Mover
from feedback.services.appraisals.rights import Relation
from feedback.services.ground.errors import NotFound, NotPossible
from tests.services.appraisals.company import LATER, PERIOD, Company

S = AppraisalState


class Cast:
    """A person, who reviews him, who stands above, and HR."""

    def __init__(self, company: Company) -> None:
        office, self.company = company.office, company
        self.director = office.person("D1")
        self.manager = office.person("M1", manager=self.director)
        self.person = office.person("A1", manager=self.manager, level="senior")
        self.other = office.person("M2", manager=self.director)
        self.clerk = office.person("H1")
        company.session.flush()
        company.compute()
        self.appraisal: Appraisal = company.appraisal(self.person)
        self.appraisal.held = None

    def mover(self, person: Person, *roles: RoleName) -> Mover:
        return Mover(f"{person.code}@example.com", Reader(person.id, frozenset(roles or (RoleName.MANAGER,))))

    @property
    def hr(self) -> Mover:
        return self.mover(self.clerk, RoleName.HR)

    def move(self, after: AppraisalState, by: Mover, reason: str = "", **more: object) -> None:
        moves.move(self.company.session, self.appraisal, after, by=by, now=LATER, reason=reason, **more)  # type: ignore[arg-type]

    def refused(self, after: AppraisalState, by: Mover, words: str, reason: str = "") -> None:
        with pytest.raises(NotPossible) as refusal:
            self.move(after, by, reason)
        assert str(refusal.value) == words


@pytest.fixture
def cast(company: Company) -> Cast:
    return Cast(company)


def test_the_whole_way_is_written_down_with_who_and_when(cast: Cast):
    cast.move(S.REVIEWED, cast.mover(cast.manager))
    cast.move(S.CALIBRATED, cast.hr)
    cast.move(S.CONFIRMED, cast.mover(cast.director))
    cast.move(S.NOTIFIED, cast.hr)
    cast.move(S.READ, cast.mover(cast.person, RoleName.EMPLOYEE))
    cast.move(S.FINAL, CALENDAR)
    cast.company.session.flush()
    steps = moves.history(cast.company.session, cast.appraisal)
    assert [(str(step.after), step.actor) for step in steps] == [
        ("computed", "hr@example.com"),
        ("reviewed", "M1@example.com"),
        ("calibrated", "H1@example.com"),
        ("confirmed", "D1@example.com"),
        ("notified", "H1@example.com"),
        ("read", "A1@example.com"),
        ("final", "calendar"),
    ]
    entry = cast.company.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and (entry.act, entry.target, entry.detail["after"]) == (
        "appraisal moved",
        "2026Q4 A1",
        {"state": "final"},
    )


def test_refusals_are_in_the_words_of_the_table(cast: Cast):
    cast.refused(S.REVIEWED, cast.mover(cast.person), "nobody reviews himself")
    cast.refused(S.REVIEWED, cast.mover(cast.other), "this step is not yours to take")
    cast.appraisal.held = "incident"
    cast.refused(S.REVIEWED, cast.mover(cast.manager), "the appraisal is held: a decision is pending")
    cast.appraisal.held = None
    cast.move(S.REVIEWED, cast.mover(cast.manager))
    cast.refused(
        S.CONFIRMED, cast.mover(cast.director), "the scheme has a calibration: close the session first"
    )
    cast.move(S.CALIBRATED, cast.hr)
    as_hr = cast.mover(cast.manager, RoleName.HR)
    cast.refused(S.CONFIRMED, as_hr, "who reviewed it cannot confirm it")
    own = cast.mover(cast.person, RoleName.HR)
    cast.refused(S.CONFIRMED, own, "this is about yourself; another HR account has to do it")
    cast.refused(S.FINAL, cast.hr, "the appraisal of A1 is calibrated: it cannot become final")
    cast.move(S.CONFIRMED, cast.hr)
    cast.move(S.NOTIFIED, cast.hr)
    cast.appraisal.reply_until = LATER.date() - timedelta(days=1)
    employee, until = cast.mover(cast.person, RoleName.EMPLOYEE), cast.appraisal.reply_until
    cast.refused(S.OBJECTED, employee, f"the time to object ended on {until}; ask HR to reopen it")
    cast.move(S.DEEMED_READ, CALENDAR)
    cast.refused(S.COMPUTED, cast.hr, "this needs a reason")


def test_reopening_needs_a_reason_and_loses_the_calibration(cast: Cast):
    cast.move(S.REVIEWED, cast.mover(cast.manager))
    cast.appraisal.calibrated_band = "B"
    cast.move(S.COMPUTED, cast.hr, "a figure was wrong")
    assert (cast.appraisal.state, cast.appraisal.calibrated_band) == (S.COMPUTED, None)
    cast.move(S.NOT_APPRAISED, cast.hr, "on leave since")
    assert cast.appraisal.not_appraised == "on leave since"
    assert cast.company.compute().changes == ()


def test_a_deputy_acts_with_the_rights_of_whom_he_stands_for_and_never_on_himself(cast: Cast):
    with pytest.raises(NotPossible, match="nobody reviews himself"):
        cast.move(S.REVIEWED, cast.mover(cast.person), on_behalf_of=cast.manager)
    cast.move(S.REVIEWED, cast.mover(cast.other), on_behalf_of=cast.manager)
    cast.company.session.flush()
    assert moves.history(cast.company.session, cast.appraisal)[-1].on_behalf_of == "M1"


def test_rights_follow_who_reviewed_then_and_not_today_s_line(cast: Cast):
    session = cast.company.session
    cast.person.manager = cast.other
    session.flush()
    reader = cast.mover(cast.manager).reader
    assert rights.find(session, reader, PERIOD, "A1") is cast.appraisal
    with pytest.raises(NotFound):
        rights.find(session, cast.mover(cast.other).reader, PERIOD, "A1")
    assert rights.relations(session, cast.mover(cast.director).reader, cast.appraisal) == {Relation.LINE}
    assert [each.person.code for each in rights.team(session, reader, PERIOD)] == ["A1"]


def test_the_person_reads_the_result_once_he_is_told_and_hr_is_nothing_more_on_its_own(cast: Cast):
    session = cast.company.session
    own = rights.relations(session, cast.mover(cast.person, RoleName.HR).reader, cast.appraisal)
    assert own == {Relation.PERSON}
    assert not rights.reads_result(own, S.CONFIRMED) and rights.reads_result(own, S.NOTIFIED)
    assert rights.reads_figures(own)
    auditor = rights.relations(session, Reader(None, frozenset({RoleName.AUDITOR})), cast.appraisal)
    assert rights.reads_log(auditor) and not rights.reads_result(auditor, S.FINAL)


def test_a_former_reviewer_keeps_what_he_reviewed_and_a_contributor_reads_no_figure(company: Company):
    office = company.office
    first, second = office.person("M1"), office.person("M2")
    person = office.person("A1", manager=second, level="senior")
    company.session.flush()
    company.assignment(person, date(2026, 1, 1), date(2026, 11, 30), manager_id=first.id)
    company.assignment(person, date(2026, 12, 1), manager_id=second.id)
    company.compute()
    reader = Reader(first.id, frozenset({RoleName.MANAGER}))
    found = rights.relations(company.session, reader, company.appraisal(person))
    assert found == {Relation.CONTRIBUTOR}
    assert not rights.reads_figures(found) and not rights.reads_result(found, S.FINAL)
