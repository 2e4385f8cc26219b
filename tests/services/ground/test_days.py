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
