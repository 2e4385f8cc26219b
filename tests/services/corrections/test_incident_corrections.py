"""What an incident does to appraisals at every step of theirs."""

from datetime import date

import pytest
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.incidents import Incident, Severity
from feedback.models.rounds import AppraisalState
from feedback.services.corrections import incident_corrections as corrections
from feedback.services.decisions import (
    calibration,
    calibration_changes,
    confirming,
    objections,
    reopening,
    results,
)
from feedback.services.decisions.deputies import Decider
from feedback.services.ground.errors import NotPossible
from feedback.services.incidents.incidents import on_people
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from tests.factories import Office
from tests.rounds import Bureau


@pytest.fixture
def bureau(office: Office) -> Bureau:
    return Bureau(office, {"A01": 95, "A02": 80, "A03": 60})


def acting(by: Decider) -> Acting:
    return Acting(by.name, by.reader, by.now)


def report(bureau: Bureau, code: str = "A01", severity: Severity = Severity.CRITICAL) -> Incident:
    said = IncidentReport(severity, "gifts", date(2026, 11, 3), "CASE-7", period="2026Q4")
    by = bureau.by("hr")
    made = corrections.report(bureau.session, bureau.people[code], said, acting(by), today=by.today)
    bureau.session.commit()
    return made


def confirm(bureau: Bureau, incident: Incident, **chosen: str) -> list[str]:
    by = bureau.by("hr2")
    found = corrections.confirm(bureau.session, incident, "proved", acting(by), by, **chosen)
    bureau.session.commit()
    return found


def reject(bureau: Bureau, incident: Incident) -> list[str]:
    by = bureau.by("hr2")
    found = corrections.reject(bureau.session, incident, "a mix-up", acting(by), by)
    bureau.session.commit()
    return found


def withdraw(bureau: Bureau, incident: Incident) -> list[str]:
    for name in ("hr", "hr2"):
        by = bureau.by(name)
        found = corrections.withdraw(bureau.session, incident, "overturned", acting(by), by)
    bureau.session.commit()
    return found


def told(bureau: Bureau, code: str = "A01") -> tuple[bool, str | None, str]:
    bureau.session.expire_all()
    newest = results.newest(bureau.session, bureau.of(code))
    return newest.qualified, newest.band, bureau.state(code)


def final(bureau: Bureau, code: str = "A01") -> None:
    bureau.tell(code)
    objections.read(bureau.session, bureau.of(code), bureau.by(code))
    confirming.finish_due(bureau.session, bureau.calendar(days=8))
    bureau.session.commit()
    assert bureau.state(code) == "final"


def test_a_critical_report_holds_without_a_version_and_a_rejection_lets_go(bureau: Bureau):
    incident = report(bureau)
    appraisal = bureau.of("A01")
    assert (appraisal.held, appraisal.version) == ("incident", 1)
    with pytest.raises(NotPossible, match="held"):
        bureau.review("A01")
    bureau.session.rollback()
    assert reject(bureau, incident) == []
    assert (bureau.of("A01").held, bureau.of("A01").version) == (None, 1)
    bureau.tell("A01")


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MAJOR])
def test_other_reports_hold_nothing(bureau: Bureau, severity: Severity):
    report(bureau, severity=severity)
    assert (bureau.of("A01").held, bureau.of("A01").version) == (None, 1)


def test_of_two_reports_the_second_keeps_it_held(bureau: Bureau):
    first, second = report(bureau), report(bureau)
    reject(bureau, first)
    assert bureau.of("A01").held == "incident"
    reject(bureau, second)
    assert bureau.of("A01").held is None


def test_a_confirmed_one_makes_a_version_and_a_withdrawal_another(bureau: Bureau):
    incident = report(bureau)
    assert confirm(bureau, incident) == ["2026Q4"]
    assert (bureau.of("A01").version, bureau.of("A01").held) == (2, None)
    assert bureau.of("A02").version == 1
    bureau.tell("A01")
    assert told(bureau)[0] is False
    assert withdraw(bureau, incident) == ["2026Q4"]
    assert told(bureau) == (True, "A", "notified")
    assert len(results.history(bureau.session, bureau.of("A01"))) == 2  # what was told before stays readable


def test_what_was_told_is_told_anew_with_all_the_time_to_object(bureau: Bureau):
    bureau.tell("A01")
    objections.read(bureau.session, bureau.of("A01"), bureau.by("A01"))
    incident = report(bureau)
    assert (bureau.of("A01").held, bureau.of("A01").version) == (None, 1)  # nobody told him of it
    confirm(bureau, incident)
    assert told(bureau)[::2] == (False, "notified")
    assert bureau.of("A01").reply_until == date(2027, 1, 11)


def test_a_final_one_is_opened_if_the_confirmer_says_so_and_else_the_next_period_is_hit(bureau: Bureau):
    final(bureau)
    first, second = report(bureau), report(bureau)
    with pytest.raises(NotPossible, match="is final"):
        confirm(bureau, first)
    bureau.session.rollback()
    assert confirm(bureau, first, period="2027Q1") == []
    assert (told(bureau), bureau.of("A01").version) == ((True, "A", "final"), 1)
    assert confirm(bureau, second, period="2026Q4") == ["2026Q4"]
    assert told(bureau)[::2] == (False, "notified")


def test_a_confirmed_result_that_nobody_was_told_of_is_confirmed_anew(bureau: Bureau):
    bureau.decide("A01")
    confirm(bureau, report(bureau))
    assert told(bureau)[::2] == (False, "confirmed")


def test_an_open_objection_stays_open(bureau: Bureau):
    bureau.tell("A01")
    himself = bureau.by("A01")
    objections.object_to(bureau.session, bureau.of("A01"), ["band"], "not so", "", himself)
    bureau.session.commit()
    confirm(bureau, report(bureau))
    assert told(bureau)[::2] == (False, "objected")


def lift(bureau: Bureau) -> None:
    """A02 from B to A, by a calibration."""
    bureau.review("A01", "A02")
    sitting = bureau.calibrate("A01", "A02")
    by = bureau.by("hr")
    calibration_changes.change(bureau.session, sitting, bureau.of("A02"), "A", "close to it", "a fact", by)
    calibration.close(bureau.session, sitting, by)
    bureau.session.commit()
    assert bureau.of("A02").calibrated_band == "A"


def test_a_calibrated_band_that_is_better_than_the_incident_leaves_falls_until_it_is_withdrawn(
    bureau: Bureau,
):
    lift(bureau)
    incident = report(bureau, "A02")
    confirm(bureau, incident)
    assert bureau.of("A02").calibrated_band is None
    assert bureau.state("A02") == AppraisalState.CALIBRATED
    withdraw(bureau, incident)
    assert bureau.of("A02").calibrated_band == "A"
    (entry,) = bureau.session.scalars(select(AuditEntry).where(AuditEntry.act == "calibrated band restored"))
    assert (entry.target, entry.detail["after"]["band"]) == ("2026Q4 A02", "A")


def test_what_was_told_is_told_with_the_calibrated_band_again_after_a_withdrawal(bureau: Bureau):
    lift(bureau)
    bureau.talk("A02")
    confirming.confirm(bureau.session, bureau.of("A02"), bureau.by("hr"))
    confirming.notify(bureau.session, bureau.round, bureau.by("hr"), codes=["A02"])
    bureau.session.commit()
    incident = report(bureau, "A02")
    confirm(bureau, incident)
    assert told(bureau, "A02")[:2] == (False, None)
    withdraw(bureau, incident)
    assert told(bureau, "A02")[:2] == (True, "A")


def test_of_two_incidents_the_calibration_comes_back_with_the_last(bureau: Bureau):
    lift(bureau)
    first, second = report(bureau, "A02"), report(bureau, "A02")
    for incident in (first, second):
        confirm(bureau, incident)
    withdraw(bureau, first)
    assert bureau.of("A02").calibrated_band is None
    withdraw(bureau, second)
    assert bureau.of("A02").calibrated_band == "A"


def test_a_calibration_that_was_lost_by_reopening_does_not_come_back(bureau: Bureau):
    lift(bureau)
    incident = report(bureau, "A02")
    confirm(bureau, incident)
    reopening.reopen(bureau.session, bureau.of("A02"), "to look again", bureau.by("hr"))
    bureau.session.commit()
    withdraw(bureau, incident)
    assert bureau.of("A02").calibrated_band is None


def test_a_rejected_one_leaves_no_trace_in_a_later_document(bureau: Bureau):
    incident = report(bureau)
    bureau.compute()  # while it waits
    reject(bureau, incident)
    person = bureau.people["A01"]
    assert on_people(bureau.session, [person.id], "2026Q4", date(2027, 1, 4)) == {}
    bureau.tell("A01")
    assert told(bureau) == (True, "A", "notified")


def test_what_was_told_is_not_touched_while_another_report_waits(bureau: Bureau):
    bureau.tell("A01")
    first, second = report(bureau), report(bureau)
    assert confirm(bureau, first) == []
    assert told(bureau) == (True, "A", "notified")
    assert reject(bureau, second) == ["2026Q4"]
    assert told(bureau)[0] is False
