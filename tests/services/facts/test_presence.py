"""Days and segments of a period; G19 to G21 of the worked cases."""

from datetime import date

import pytest

from feedback.models.assignments import AssignmentKind
from feedback.services.facts import presence
from feedback.services.facts.assignments import History, Leave, PostSpan
from feedback.services.facts.presence import NotAppraised, Presence
from forms import scheme as schemes
from tests.services.facts.scheme_of_facts import SCHEME, TOML

RULES = SCHEME.appraisal
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def span(starts: date, ends: date | None = None, **fields: object) -> PostSpan:
    given = {"kind": AssignmentKind.WORK, "post": "manager", "level": "junior"}
    given |= {"manager_id": None, "department_id": None}
    return PostSpan(starts=starts, ends=ends, **given | fields)


def of(*posts: PostSpan, leaves: tuple[tuple[date, date | None], ...] = ()) -> History:
    return History(posts, tuple(Leave(*days) for days in leaves), assumed=False)


def found(history: History, days: tuple[date, date] = QUARTER, rules=RULES) -> Presence:
    return presence.segments(history, *days, rules)


def shown(seen: Presence) -> list[tuple[str, str, str, int]]:
    return [(s.profile_id, f"{s.starts:%m-%d}", f"{s.ends:%m-%d}", s.days) for s in seen.segments]


def test_who_joined_within_the_quarter_was_there_from_that_day() -> None:
    seen = found(of(span(date(2026, 8, 1))))
    assert (seen.days, seen.of, seen.reason_not_appraised) == (61, 92, None)
    assert shown(seen) == [("manager", "08-01", "09-30", 61)]


@pytest.mark.parametrize(
    ("joined", "days", "period", "reason"),
    [
        (date(2026, 9, 10), 21, QUARTER, NotAppraised.TOO_FEW_DAYS),
        (date(2026, 9, 1), 30, QUARTER, None),
        (date(2026, 8, 31), 31, QUARTER, None),
        (date(2026, 10, 3), 90, YEAR, None),
        (date(2026, 10, 4), 89, YEAR, NotAppraised.TOO_FEW_DAYS),
        (date(2026, 9, 16), 15, (date(2026, 9, 1), date(2026, 9, 30)), None),
        (date(2026, 9, 17), 14, (date(2026, 9, 1), date(2026, 9, 30)), NotAppraised.TOO_FEW_DAYS),
    ],
)
def test_too_short_to_be_appraised(joined, days, period, reason) -> None:
    seen = found(of(span(joined)), period)
    assert (seen.days, seen.reason_not_appraised) == (days, reason)


def test_a_change_of_profile_splits_the_period_and_one_of_manager_alone_does_not() -> None:
    seen = found(
        of(
            span(date(2026, 1, 1), date(2026, 7, 31), manager_id=1),
            span(date(2026, 8, 1), date(2026, 8, 20), manager_id=2),
            span(date(2026, 8, 21), level="senior", manager_id=2),
        )
    )
    assert shown(seen) == [("manager", "07-01", "08-20", 51), ("manager-senior", "08-21", "09-30", 41)]


def test_leave_counts_from_fifteen_days_in_one_piece_on_wherever_the_period_cuts_it() -> None:
    here = span(date(2020, 1, 1))
    assert found(of(here, leaves=((date(2026, 8, 1), date(2026, 8, 14)),))).days == 92
    assert found(of(here, leaves=((date(2026, 8, 1), date(2026, 8, 15)),))).days == 77
    assert found(of(here, leaves=((date(2026, 6, 20), date(2026, 7, 5)),))).days == 87
    in_two = ((date(2026, 8, 1), date(2026, 8, 8)), (date(2026, 8, 9), date(2026, 8, 16)))
    assert found(of(here, leaves=in_two)).days == 76
    away = found(of(here, leaves=((date(2026, 5, 1), None),)))
    assert (away.days, away.segments, away.reason_not_appraised) == (0, (), NotAppraised.TOO_FEW_DAYS)


def test_leave_takes_its_days_out_of_the_segment_it_lies_in() -> None:
    history = of(
        span(date(2026, 1, 1), date(2026, 8, 15)),
        span(date(2026, 8, 16), level="senior"),
        leaves=((date(2026, 8, 10), date(2026, 8, 31)),),
    )
    assert shown(found(history)) == [
        ("manager", "07-01", "08-15", 40),
        ("manager-senior", "08-16", "09-30", 30),
    ]


def test_probation_counts_where_the_scheme_says_so() -> None:
    history = of(
        span(date(2026, 7, 1), date(2026, 8, 31), kind=AssignmentKind.PROBATION), span(date(2026, 9, 1))
    )
    assert found(history).days == 92
    strict = schemes.load(TOML + "[presence]\nprobation_counts = false\n").appraisal
    assert found(history, rules=strict).days == 30


def test_who_has_no_post_or_no_profile_is_not_appraised_and_that_is_told_apart() -> None:
    assert found(of()).reason_not_appraised is NotAppraised.NO_POST
    assert found(of(span(date(2020, 1, 1), post="cook"))).reason_not_appraised is NotAppraised.NO_PROFILE
    nobody_s = of(span(date(2020, 1, 1), post=None, level=None))
    general = '[[profile]]\nid = "general"\ncomponents = {kpi = 100, feedback = 0, goals = 0}\nyear = {sales = 100}\n'
    fits_everybody = schemes.load(TOML + general)
    assert shown(found(of(span(date(2020, 1, 1), post="cook")), rules=fits_everybody.appraisal))
    assert found(nobody_s, rules=fits_everybody.appraisal).reason_not_appraised is NotAppraised.NO_PROFILE


def test_a_hole_without_a_profile_parts_two_segments_of_one() -> None:
    seen = found(
        of(
            span(date(2026, 1, 1), date(2026, 7, 31)),
            span(date(2026, 8, 1), date(2026, 8, 31), post="cook"),
            span(date(2026, 9, 1)),
        )
    )
    assert shown(seen) == [("manager", "07-01", "07-31", 31), ("manager", "09-01", "09-30", 30)]
    assert seen.days == 61
