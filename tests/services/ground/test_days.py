from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback.services.ground import days

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(("hour", "day"), [(15, date(2026, 12, 15)), (16, date(2026, 12, 16))])
def test_the_day_is_that_of_the_servers_people_not_that_of_london(hour: int, day: date):
    assert days.day_of(datetime(2026, 12, 15, hour, tzinfo=UTC), SHANGHAI) == day


def test_a_day_begins_at_midnight_and_its_end_still_bears_its_date():
    day = date(2026, 12, 15)
    assert days.start_of(day, SHANGHAI) == datetime(2026, 12, 14, 16, tzinfo=UTC)
    assert days.end_of(day, SHANGHAI) == datetime(2026, 12, 15, 15, 59, 59, tzinfo=UTC)
    assert days.day_of(days.end_of(day, SHANGHAI), SHANGHAI) == day


def test_deadlines_count_working_days_with_the_company_s_own_days_off_and_days_at_work_instead():
    spring = days.WorkingDays.of("2027-02-05..2027-02-11, 2027-01-01", "2027-02-20")
    assert spring.after(date(2027, 2, 3), 1) == date(2027, 2, 4)
    assert spring.after(date(2027, 2, 4), 1) == date(2027, 2, 12)
    assert spring.after(date(2027, 2, 19), 1) == date(2027, 2, 20)  # a Saturday on which one works
    assert days.WorkingDays().after(date(2027, 2, 19), 1) == date(2027, 2, 22)
    assert spring.before(date(2027, 2, 12), 1) == date(2027, 2, 4)


def test_a_day_is_never_counted_into_its_own_deadline():
    assert days.WorkingDays().after(date(2026, 12, 4), 5) == date(2026, 12, 11)
    assert days.WorkingDays().after(date(2026, 12, 5), 0) == date(2026, 12, 5)
