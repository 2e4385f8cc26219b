"""What follows from final results: by the rules, as HR decides, and as a file."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback.models.audit import AuditEntry
from feedback.models.plans import ConsequenceKind as Kind
from feedback.models.rounds import AppraisalState
from feedback.services.decisions import confirming
from feedback.services.ground.errors import NotPossible
from feedback.services.plans import consequences, records
from feedback.services.plans.records import ConditionKind, PastResult, SeriesStanding
from forms.appraisals.rules import SeriesRule
from tests.factories import Office
from tests.rounds import STARTED, Bureau, scheme


def finish(bureau: Bureau, *codes: str) -> None:
    bureau.tell(*codes)
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    confirming.finish_due(bureau.session, bureau.calendar(days=8))
    bureau.session.commit()


def line_of(bureau: Bureau, code: str):  # type: ignore[no-untyped-def]
    found = consequences.lines(bureau.session, bureau.round, bureau.by("hr"))
    return next(line for line in found if line.appraisal.person.code == code)


def test_nothing_follows_before_a_result_is_final(bureau: Bureau):
    bureau.tell("A01")
    assert consequences.lines(bureau.session, bureau.round, bureau.by("hr")) == []
    with pytest.raises(NotPossible, match="nothing follows from it yet"):
        consequences.decide(bureau.session, bureau.of("A01"), Kind.AWARD, granted=True, by=bureau.by("hr"))


def test_what_follows_is_derived_and_another_decision_needs_a_reason(bureau: Bureau):
    finish(bureau, "A01", "A02")
    line = line_of(bureau, "A01")
    assert line.bonus == 1.0 and line.granted(Kind.PAY_REVIEW) and not line.granted(Kind.WARNING)
    with pytest.raises(NotPossible, match="what differs from the result needs a reason"):
        consequences.decide(bureau.session, bureau.of("A01"), Kind.AWARD, granted=True, by=bureau.by("hr"))
    consequences.decide(
        bureau.session,
        bureau.of("A01"),
        Kind.AWARD,
        granted=True,
        reason="best of the region",
        by=bureau.by("hr"),
    )
    consequences.decide(
        bureau.session,
        bureau.of("A02"),
        Kind.BONUS,
        granted=True,
        share=0.5,
        reason="half a year",
        by=bureau.by("hr"),
    )
    bureau.session.commit()
    assert line_of(bureau, "A01").granted(Kind.AWARD)
    assert line_of(bureau, "A02").bonus == 0.5
    with pytest.raises(NotPossible, match="not yours"):
        consequences.decide(bureau.session, bureau.of("A01"), Kind.AWARD, granted=True, by=bureau.by("M01"))


def test_the_file_has_a_row_per_final_result_with_version_and_digest(bureau: Bureau):
    finish(bureau, "A01", "A02")
    data = consequences.export(bureau.session, bureau.round, "csv", bureau.by("hr"))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert list(rows[0]) == [
        *("subject", "period", "final", "band", "bonus share", "presence"),
        *("award", "promotion", "version", "digest"),
    ]
    assert [(row["subject"], row["final"], row["band"], row["bonus share"]) for row in rows] == [
        ("A01", "95.0", "A", "1.0"),
        ("A02", "80.0", "B", "1.0"),
    ]
    assert rows[0]["version"] == "1" and len(rows[0]["digest"]) == 64
    assert consequences.export(bureau.session, bureau.round, "xlsx", bureau.by("hr"))[:2] == b"PK"
    bureau.session.flush()
    acts = bureau.session.scalars(select(AuditEntry.act)).all()
    assert acts.count("consequences exported") == 2


def test_a_series_over_two_periods_leads_to_an_award_and_conditions_of_a_promotion_are_ticked(office: Office):
    first = Bureau(office, {"A01": 95}, period="2026Q3", now=STARTED - timedelta(days=91))
    finish(first, "A01")
    second = next_round(first, 96)
    finish(second, "A01")
    line = line_of(second, "A01")
    assert (line.series.standing, line.series.count) == (SeriesStanding.REACHED, 2)
    assert line.granted(Kind.AWARD) and line.granted(Kind.PROMOTION)
    assert [(one.kind, one.met) for one in line.conditions] == [
        (ConditionKind.RESULTS, True),
        (ConditionKind.INCIDENTS, True),
    ]
    assert (
        records.past(second.session, [second.people["A01"].id], "2026Q4")[second.people["A01"].id][1].band
        == "A"
    )


def next_round(before: Bureau, revenue: float) -> Bureau:
    """The quarter after, for the same people."""
    later = object.__new__(Bureau)
    later.__dict__.update(
        before.__dict__ | {"period": "2026Q4", "now": STARTED, "revenues": {"A01": revenue}}
    )
    later.round = later._computed()
    later.session.commit()
    return later


F, N = AppraisalState.FINAL, AppraisalState.NOT_APPRAISED


@pytest.mark.parametrize(
    ("past", "standing", "count"),
    [
        ([(F, True, "A"), (F, True, "A")], SeriesStanding.REACHED, 2),
        ([(F, True, "A"), (N, True, None), (F, True, "A")], SeriesStanding.REACHED, 2),
        ([(F, True, "A"), (F, True, "B"), (F, True, "A")], SeriesStanding.NOT_YET, 1),
        ([(F, True, "A"), (F, False, None), (F, True, "A")], SeriesStanding.NOT_YET, 1),
        ([(AppraisalState.COMPUTED, True, None), (F, True, "A")], SeriesStanding.WAITS, 0),
        ([], SeriesStanding.NOT_YET, 0),
    ],
)
def test_not_appraised_neither_counts_nor_breaks_held_waits_not_qualified_breaks(
    past: list[tuple[AppraisalState, bool, str | None]], standing: SeriesStanding, count: int
):
    results = [PastResult(f"2026Q{4 - place}", *one) for place, one in enumerate(past)]
    found = records.series(results, SeriesRule("A", 2), scheme().appraisal)
    assert (found.standing, found.count) == (standing, count)


def test_months_back_end_on_a_day_that_exists():
    assert str(records.months_before(STARTED.date().replace(month=12, day=31), 10)) == "2027-02-28"
