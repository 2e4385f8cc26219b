"""Days where the server's people live. Moments are stored in UTC; a day begins and ends in the zone of the settings."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LAST_SECOND = time(23, 59, 59)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second that still bears its date, wherever it is shown."""
    return datetime.combine(day, LAST_SECOND, zone)
