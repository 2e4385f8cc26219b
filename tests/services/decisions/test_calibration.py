"""Calibration: who sits in it, what a change needs, what figures cannot tell apart, and what is lost or kept."""

import pytest
from sqlalchemy import select

from feedback.extensions import db
from feedback.models.audit import AuditEntry
from feedback.models.calibrations import Stance
from feedback.models.incidents import Incident, IncidentState, Severity
from feedback.models.rounds import AppraisalVersion
from feedback.services.decisions import (
    calibration,
    calibration_changes,
    calibration_table,
    confirming,
    reopening,
    results,
)
from feedback.services.definitions.frozen_definitions import frozen
from feedback.services.ground.errors import NotFound, NotPossible
from tests.factories import Office
from tests.rounds import STARTED, Bureau, scheme
from tests.statements import counted


def change(
    bureau: Bureau, sitting, code: str, band: str, *, who: str = "hr", reason: str = "why", fact: str = ""
):  # type: ignore[no-untyped-def]
    by = bureau.by(who)
    return calibration_changes.change(bureau.session, sitting, bureau.of(code), band, reason, fact, by)


def with_errors(bureau: Bureau, **errors: float) -> None:
    """Totals with a part by chance: as if so much of each came from few answers."""
    for code, error in errors.items():
        one = bureau.of(code)
        version = bureau.session.get(AppraisalVersion, (one.id, one.version))
        total = version.summary["total"]
        score = {"value": total, "low": total - 2 * error, "high": total + 2 * error, "n": 9}
        version.summary = version.summary | {
            "feedback": score,
            "feedback_error": error,
            "feedback_weight": 1.0,
        }
    bureau.session.commit()


def test_a_session_closes_when_all_of_the_pool_are_reviewed(bureau: Bureau):
    bureau.review("A02")
    sitting = bureau.calibrate("A01", "A02", "A03")
    with pytest.raises(NotPossible, match=r"^2 of the pool are not reviewed: A01, A03$"):
        calibration.close(bureau.session, sitting, bureau.by("hr"))
    bureau.review("A01", "A03")
    calibration.close(bureau.session, sitting, bureau.by("hr"))
    assert [bureau.state(code) for code in ("A01", "A02", "A03")] == ["calibrated"] * 3


def test_a_change_needs_a_reason_counts_from_the_end_of_the_session_and_is_shown_to_the_person(
    bureau: Bureau,
):
    bureau.review("A02")
    sitting = bureau.calibrate("A02")
    with pytest.raises(NotPossible, match=r"^a change needs a reason that the person may read$"):
        change(bureau, sitting, "A02", "A", reason=" ")
    change(bureau, sitting, "A02", "A", reason="carried the tender of another team")
    assert bureau.of("A02").calibrated_band is None
    calibration.close(bureau.session, sitting, bureau.by("D01"))
    confirming.confirm(bureau.session, bureau.of("A02"), bureau.by("hr"))
    told = results.standing(bureau.session, bureau.of("A02"))
    assert (told.computed.band.id, told.calibrated.band.id, told.final.band.id) == ("B", "A", "A")
    assert told.calibrated.reason == "carried the tender of another team"
    assert (told.computed.shown, told.final.shown) == ("80.00", "80.00")


def test_hr_or_a_chair_closes_it_and_no_member_also_where_nobody_is_left_or_nobody_chairs(bureau: Bureau):
    bureau.review("A02")
    office, member = bureau.by("hr"), bureau.by("M01")
    sitting = calibration.open_session(
        bureau.session, bureau.round, "no chair", [bureau.of("A02")], [bureau.people["M01"]], [], office
    )
    calibration.take_out(bureau.session, sitting, bureau.of("A02"), office)
    with pytest.raises(NotPossible, match=r"^this step is not yours to take$"):
        calibration.close(bureau.session, sitting, member)
    calibration.close(bureau.session, sitting, office)
    assert sitting.closed_by == "hr@example.com" and bureau.state("A02") == "reviewed"


def test_a_chair_who_does_not_stand_above_the_pool_closes_it(bureau: Bureau):
    bureau.review("A02")
    chair = [bureau.people["M02"]]
    sitting = calibration.open_session(
        bureau.session, bureau.round, "all", [bureau.of("A02")], [], chair, bureau.by("hr")
    )
    calibration.close(bureau.session, sitting, bureau.by("M02"))
    assert bureau.state("A02") == "calibrated"


def test_after_the_end_the_session_is_closed(bureau: Bureau):
    bureau.review("A02")
    sitting = bureau.calibrate("A02")
    calibration.close(bureau.session, sitting, bureau.by("hr"))
    for act in (
        lambda: change(bureau, sitting, "A02", "A"),
        lambda: calibration.close(bureau.session, sitting, bureau.by("hr")),
        lambda: calibration.say(
            bureau.session, sitting, bureau.of("A02"), Stance.AGREE, "", bureau.by("M01")
        ),
    ):
        with pytest.raises(NotPossible, match="^the session is closed$"):
            act()


def test_calibration_cannot_lift_a_veto_nor_pass_the_cap_of_a_major_incident(bureau: Bureau):
    for code, severity, effect in (
        ("A01", Severity.CRITICAL, {"points": 0, "cap": None, "score": 0, "most_points": 20}),
        ("A02", Severity.MAJOR, {"points": 0, "cap": "C", "score": None, "most_points": 20}),
    ):
        bureau.session.add(
            Incident(
                person=bureau.people[code],
                period=bureau.period,
                severity=severity,
                category="gifts",
                occurred=STARTED.date(),
                evidence="CASE-1",
                state=IncidentState.CONFIRMED,
                reported_at=STARTED,
                reported_by="m01@example.com",
                effect=effect,
            )
        )
    bureau.session.flush()
    bureau.compute()
    sitting = bureau.calibrate("A01", "A02")
    for code in ("A01", "A02"):
        with pytest.raises(NotPossible, match=r"^calibration cannot lift a veto: withdraw the incident$"):
            change(bureau, sitting, code, "A")
    bureau.session.rollback()


def test_members_say_what_they_think_hr_and_the_chair_change_and_nobody_about_himself(bureau: Bureau):
    session, sitting = bureau.session, bureau.calibrate("A01", "A02")
    calibration.say(session, sitting, bureau.of("A02"), Stance.QUESTION, "only 80?", bureau.by("M01"))
    calibration.say(session, sitting, bureau.of("A02"), Stance.AGREE, "", bureau.by("D01"))
    for who in ("M01", "M02", "A02"):
        with pytest.raises(NotPossible, match=r"not yours|about yourself"):
            change(bureau, sitting, "A02", "A", who=who)
    with pytest.raises(NotPossible, match="not yours"):
        calibration.say(session, sitting, bureau.of("A02"), Stance.AGREE, "", bureau.by("M02"))
    change(bureau, sitting, "A02", "A", who="D01")
    rows = calibration_table.of(session, sitting, bureau.by("M01")).rows
    row = next(row for row in rows if row.appraisal.person.code == "A02")
    assert row.opinions == {Stance.QUESTION: 1, Stance.AGREE: 1}
    assert (row.own_opinion, row.band.id, row.band_now) == (Stance.QUESTION, "B", "A")


def test_a_session_exists_for_those_who_sit_in_it_and_for_hr(bureau: Bureau):
    sitting = bureau.calibrate("A01")
    for name in ("hr", "M01", "D01"):
        assert calibration.find(bureau.session, sitting.id, bureau.by(name)).id == sitting.id
    for name in ("A01", "M02"):
        with pytest.raises(NotFound):
            calibration.find(bureau.session, sitting.id, bureau.by(name))
    assert calibration.visible(bureau.session, bureau.by("A01")) == []


def test_nobody_is_in_two_sessions_and_without_calibration_there_is_none(bureau: Bureau):
    bureau.calibrate("A01")
    with pytest.raises(NotPossible, match="in a session already: A01"):
        bureau.calibrate("A01", "A02")
    bureau.round.scheme = frozen(scheme(calibration=False))
    with pytest.raises(NotPossible, match="the scheme has no calibration"):
        bureau.calibrate("A02")


def test_a_reopened_appraisal_loses_its_calibration_visibly(bureau: Bureau):
    bureau.review("A02")
    sitting = bureau.calibrate("A02")
    change(bureau, sitting, "A02", "A", reason="carried a tender")
    calibration.close(bureau.session, sitting, bureau.by("hr"))
    before = reopening.preview(bureau.session, bureau.of("A02"))
    assert before.calibration == "B -> A: carried a tender"
    reopening.reopen(bureau.session, bureau.of("A02"), "a figure was wrong", bureau.by("hr"))
    bureau.decide("A02")
    assert results.standing(bureau.session, bureau.of("A02")).final.band.id == "B"


def test_the_log_and_the_audit_have_from_to_and_reason_of_every_change(bureau: Bureau):
    sitting = bureau.calibrate("A02")
    change(bureau, sitting, "A02", "A", reason="carried a tender")
    change(bureau, sitting, "A02", "B", reason="looked at again")
    assert [(one.before, one.after) for one in calibration_changes.log(bureau.session, sitting)] == [
        ("B", "A"),
        ("A", "B"),
    ]
    bureau.session.flush()
    acts = bureau.session.scalars(select(AuditEntry).where(AuditEntry.act == "band calibrated")).all()
    assert acts[0].detail["after"] == {"band": "A", "reason": "carried a tender"}
    bureau.review("A02")
    calibration.close(bureau.session, sitting, bureau.by("hr"))
    assert bureau.of("A02").calibrated_band is None  # turned back: the computed one


def test_people_stand_in_the_order_of_shrunken_totals_and_pairs_within_chance_are_marked(office: Office):
    bureau = Bureau(office, {"A01": 89, "A02": 91, "A03": 60})
    with_errors(bureau, A01=2.0, A02=2.0, A03=2.0)
    table = calibration_table.of(bureau.session, bureau.calibrate("A01", "A02", "A03"), bureau.by("hr"))
    assert [row.appraisal.person.code for row in table.rows] == ["A02", "A01", "A03"]
    assert [row.tied for row in table.rows] == [True, False, False]
    assert 60 < table.rows[2].shrunken < 61 and table.rows[0].shrunken < 91


def test_a_swap_of_two_whom_figures_cannot_tell_apart_asks_for_a_fact(office: Office):
    bureau = Bureau(office, {"A01": 89, "A02": 89.5, "A03": 60})
    with_errors(bureau, A01=2.0, A02=2.0, A03=2.0)
    sitting = bureau.calibrate("A01", "A02", "A03")
    with pytest.raises(
        NotPossible, match=r"^figures cannot tell A01 and A02 apart: name a fact that decides$"
    ):
        change(bureau, sitting, "A01", "A")
    change(bureau, sitting, "A01", "A", fact="his client of the year renewed for three years")
    change(bureau, sitting, "A03", "B")  # far from both: a reason is enough


def test_without_chance_in_the_figures_totals_are_compared_as_they_are(bureau: Bureau):
    table = calibration_table.of(bureau.session, bureau.calibrate("A01", "A02", "A03"), bureau.by("hr"))
    assert [(row.place, row.shrunken, row.tied) for row in table.rows] == [
        (1, 95.0, False),
        (2, 80.0, False),
        (3, 60.0, False),
    ]
    assert table.counts == {"A": 1, "B": 1, "C": 1}
    assert all(row.guideline is None for row in table.rows)  # below 25 people there is none


def test_from_25_people_up_the_guideline_stands_beside_and_moves_nobody(office: Office):
    bureau = Bureau(office, {f"A{number:02}": 70 + number for number in range(1, 26)})
    pool = [code for code in bureau.people if code.startswith("A")]
    table = calibration_table.of(bureau.session, bureau.calibrate(*pool), bureau.by("hr"))
    given = [row.guideline for row in table.rows]
    assert (given.count("A"), given.count("B"), given.count("C")) == (5, 18, 2)
    assert [row.band.id for row in table.rows].count("A") == 6


def test_a_manager_s_people_are_compared_with_the_others_of_the_pool(office: Office):
    bureau = Bureau(
        office,
        {f"A{number}": 60.0 + number for number in range(4)}
        | {f"A{number}": 90.0 + number for number in range(4, 8)},
    )
    for number in range(4, 8):
        bureau.of(f"A{number}").reviewer_id = bureau.people["M02"].id
    pool = [code for code in bureau.people if code.startswith("A")]
    table = calibration_table.of(bureau.session, bureau.calibrate(*pool), bureau.by("hr"))
    strict, kind = table.managers
    assert (strict.manager.code, strict.people, strict.mean) == ("M01", 4, 61.5)
    assert strict.severity.high < 0 < kind.severity.low


def test_the_table_takes_the_same_number_of_statements_for_any_number_of_people(office: Office):
    bureau = Bureau(office, {f"A{number:02}": 70 + number for number in range(15)})
    pool = [code for code in bureau.people if code.startswith("A")]
    numbers = []
    for codes in (pool[:3], pool[3:]):
        sitting, by = bureau.calibrate(*codes), bureau.by("hr")
        bureau.session.commit()
        with counted(db.engine) as statements:
            calibration_table.of(bureau.session, sitting, by)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 10
