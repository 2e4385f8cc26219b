"""Days where the server's people live. Moments are stored in UTC; a day begins and ends in the zone of the settings."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LAST_SECOND = time(23, 59, 59)
DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_HOLIDAY = timedelta(days=366)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second that still bears its date, wherever it is shown."""
    return datetime.combine(day, LAST_SECOND, zone)


@dataclass(frozen=True)
class WorkingDays:
    """Monday to Friday, but for the days off, and the days at weekends on which the company works in their place."""

    off: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()

    @classmethod
    def of(cls, off: str, extra: str) -> "WorkingDays":
        return cls(listed(off), listed(extra))

    def includes(self, day: date) -> bool:
        return day in self.extra or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, number: int) -> date:
        """The last day of a time of so many working days that begins the day after."""
        while number > 0:
            day += DAY
            number -= self.includes(day)
        return day

    def before(self, day: date, number: int) -> date:
        """The working day so many before this one."""
        while number > 0:
            day -= DAY
            number -= self.includes(day)
        return day


def listed(text: str) -> frozenset[date]:
    """Days as a setting names them: 2027-01-01,2027-02-05..2027-02-11. Raises ValueError for what is none."""
    found: set[date] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = part.partition("..")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        if not start <= end <= start + LONGEST_HOLIDAY:
            raise ValueError(f"{part} are no days one after another")
        found |= {start + place * DAY for place in range((end - start).days + 1)}
    return frozenset(found)
