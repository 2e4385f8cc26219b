from datetime import date

import numpy as np
import pytest

from scoring.presence import NOWHERE, days_of_segments, post_of_day, segment_of_parts

FIRST, LAST = date(2026, 7, 1).toordinal(), date(2026, 9, 30).toordinal()
MONTH_OF_DAY = np.repeat([0, 1, 2], [31, 31, 30])
NO_LEAVE: list[tuple[str, str]] = []


def pieces(*rows: list[tuple[str, str]]) -> np.ndarray:
    """(from, until) of each subject, with an empty piece where another has more."""
    most = max(len(row) for row in rows)
    padded = [[*row, *[("2026-01-02", "2026-01-01")] * (most - len(row))] for row in rows]
    days = [[[date.fromisoformat(day).toordinal() for day in piece] for piece in row] for row in padded]
    return np.array(days, dtype=np.int64).reshape(len(rows), most, 2)


def days(work: list[tuple[str, str]], leave: list[tuple[str, str]] = NO_LEAVE) -> list[int]:
    """Days at each post."""
    return days_of_segments(post_of_day(pieces(work), pieces(leave), FIRST, LAST), len(work))[0].tolist()


def test_both_ends_of_a_post_count() -> None:
    assert days([("2026-07-31", "2026-08-01")]) == [2]
    assert days([("2020-01-01", "9999-12-31")]) == [92]
    assert days([("2026-10-01", "9999-12-31")]) == [0]


def test_a_change_of_post_splits_the_period() -> None:
    assert days([("2026-01-01", "2026-08-09"), ("2026-08-10", "9999-12-31")]) == [40, 52]


def test_long_leave_takes_its_days_out_and_short_leave_does_not() -> None:
    whole = [("2026-01-01", "9999-12-31")]
    assert days(whole, [("2026-07-10", "2026-07-24")]) == [92 - 15]
    assert days(whole, [("2026-07-10", "2026-07-23")]) == [92]


def test_a_leave_is_long_as_a_whole_even_where_little_of_it_lies_in_the_period() -> None:
    assert days([("2026-01-01", "9999-12-31")], [("2026-06-01", "2026-07-05")]) == [92 - 5]


def test_overlapping_leaves_take_a_day_out_once() -> None:
    leaves = [("2026-07-01", "2026-07-20"), ("2026-07-11", "2026-07-31")]
    assert days([("2026-01-01", "9999-12-31")], leaves) == [92 - 31]


def test_people_with_different_numbers_of_posts_are_counted_together() -> None:
    work = pieces(
        [("2026-01-01", "2026-08-31"), ("2026-09-01", "9999-12-31")], [("2026-09-30", "9999-12-31")]
    )
    found = days_of_segments(post_of_day(work, pieces([], []), FIRST, LAST), 2)
    assert found.tolist() == [[62, 30], [1, 0]]


def test_who_has_no_post_is_nowhere() -> None:
    assert (post_of_day(pieces([]), pieces([]), FIRST, LAST) == NOWHERE).all()


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="period"):
        post_of_day(pieces([]), pieces([]), LAST, FIRST)


@pytest.mark.parametrize(
    ("change", "months"),
    [
        ("2026-08-10", [0, 1, 1]),
        ("2026-08-20", [0, 0, 1]),
        ("2026-09-16", [0, 0, 1]),  # 15 days each: the later
        ("2026-09-17", [0, 0, 0]),
    ],
)
def test_a_month_belongs_to_the_post_with_more_of_its_days_and_of_equal_ones_to_the_later(
    change: str, months: list[int]
) -> None:
    before = date.fromordinal(date.fromisoformat(change).toordinal() - 1).isoformat()
    work = pieces([("2026-01-01", before), (change, "9999-12-31")])
    posts = post_of_day(work, pieces([]), FIRST, LAST)
    assert segment_of_parts(posts, MONTH_OF_DAY, 2, 3)[0].tolist() == months


def test_a_month_before_somebody_came_belongs_to_no_post() -> None:
    posts = post_of_day(pieces([("2026-08-05", "9999-12-31")]), pieces([]), FIRST, LAST)
    assert segment_of_parts(posts, MONTH_OF_DAY, 1, 3)[0].tolist() == [NOWHERE, 0, 0]
