from datetime import date

import pytest

from feedback.services.tables import periods
from forms.appraisals.choices import PeriodKind


@pytest.mark.parametrize(
    ("period", "kind", "first", "last", "before", "a_year_before"),
    [
        ("2026", PeriodKind.YEAR, (2026, 1, 1), (2026, 12, 31), "2025", "2025"),
        ("2026Q1", PeriodKind.QUARTER, (2026, 1, 1), (2026, 3, 31), "2025Q4", "2025Q1"),
        ("2026Q3", PeriodKind.QUARTER, (2026, 7, 1), (2026, 9, 30), "2026Q2", "2025Q3"),
        ("2028-02", PeriodKind.MONTH, (2028, 2, 1), (2028, 2, 29), "2028-01", "2027-02"),
        ("2026-01", PeriodKind.MONTH, (2026, 1, 1), (2026, 1, 31), "2025-12", "2025-01"),
        ("9999", PeriodKind.YEAR, (9999, 1, 1), (9999, 12, 31), "9998", "9998"),
        ("9999Q4", PeriodKind.QUARTER, (9999, 10, 1), (9999, 12, 31), "9999Q3", "9998Q4"),
    ],
)
def test_what_a_period_is_and_where_it_lies(period, kind, first, last, before, a_year_before) -> None:
    assert periods.kind_of(period) is kind
    assert (periods.first_day(period), periods.last_day(period)) == (date(*first), date(*last))
    assert (periods.before(period), periods.a_year_before(period)) == (before, a_year_before)


def test_the_parts_of_a_period_and_what_it_is_a_part_of() -> None:
    assert periods.months_of("2026Q4") == ("2026-10", "2026-11", "2026-12")
    assert len(periods.months_of("2026")) == 12
    assert periods.quarters_of("2026") == ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
    assert periods.around("2026-11") == ("2026-11", "2026Q4", "2026")
    assert periods.around("2026Q4") == ("2026Q4", "2026")
    assert periods.around("2026") == ("2026",)
    assert periods.within("2026Q4") == ("2026Q4", "2026-10", "2026-11", "2026-12")
    assert periods.within("2026-11") == ("2026-11",)
    assert len(periods.within("2026")) == 17
