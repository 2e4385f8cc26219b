"""Whether the clock can be believed: what cannot be undone waits while it cannot. Why: docs/decisions/0028.

A worker looks at the clock every minute and remembers it. A clock that went further than time did has been set; one
that nobody looked at for long may have been. Either has to go on steadily for a while before a campaign is closed by
it; whoever closes by hand has looked at a clock himself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign, CampaignState
from feedback.models.clock import ClockRecord

ONE_ROW = 1
TOLERANCE = timedelta(minutes=10)  # what the clock may differ by from the ticks between two looks
LONGEST_PAUSE = timedelta(minutes=30)  # between two looks that no ticks connect
WAIT_AFTER_JUMP = timedelta(hours=24)
WAIT_AFTER_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Reading:
    """What the clock says, and the ticks of this start of the machine; boot is empty where there are none."""

    now: datetime
    boot: str
    ticks: int


@dataclass(frozen=True)
class Doubt:
    """From and to which moment the clock went between two looks, and until when it has to go on steadily."""

    left_at: datetime
    came_to: datetime
    until: datetime


def observe(session: Session, reading: Reading) -> Doubt | None:
    """Remember the reading. Gives back what is wrong if that has been noticed just now."""
    record = session.get(ClockRecord, ONE_ROW, with_for_update=True)
    if record is None:
        session.add(ClockRecord(id=ONE_ROW, seen_at=reading.now, boot=reading.boot, ticks=reading.ticks))
        return None
    wait = _wait(record, reading)
    if wait:
        _doubt(record, reading.now, wait)
    elif record.doubted_until:
        _go_on_doubting(record, reading.now)
    record.seen_at, record.boot, record.ticks = reading.now, reading.boot, reading.ticks
    return _doubt_of(record) if wait else None


def _wait(record: ClockRecord, reading: Reading) -> timedelta | None:
    passed = reading.now - record.seen_at
    if reading.boot and reading.boot == record.boot:
        return (
            WAIT_AFTER_JUMP if passed - timedelta(seconds=reading.ticks - record.ticks) > TOLERANCE else None
        )
    return WAIT_AFTER_PAUSE if passed > LONGEST_PAUSE else None


def _doubt(record: ClockRecord, now: datetime, wait: timedelta) -> None:
    """A second doubt while there is one keeps the moment that was right, and the longer of both waits."""
    if record.doubted_until:
        wait = max(wait, record.doubted_until - record.seen_at)
    record.left_at, record.came_to = record.left_at or record.seen_at, now
    record.doubted_until = now + wait


def _go_on_doubting(record: ClockRecord, now: datetime) -> None:
    assert record.doubted_until and record.left_at and record.came_to
    left = record.doubted_until - max(now, record.seen_at)
    set_back = record.seen_at - now > TOLERANCE
    is_right_again = set_back and now <= record.left_at + (record.seen_at - record.came_to) + LONGEST_PAUSE
    if left <= timedelta(0) or is_right_again:
        record.left_at = record.came_to = record.doubted_until = None
    elif set_back:
        record.doubted_until = now + left


def doubted(session: Session) -> Doubt | None:
    """What is wrong with the clock, as the last look found it."""
    record = session.get(ClockRecord, ONE_ROW)
    return _doubt_of(record) if record else None


def _doubt_of(record: ClockRecord) -> Doubt | None:
    if not (record.left_at and record.came_to and record.doubted_until):
        return None
    return Doubt(record.left_at, record.came_to, record.doubted_until)


def end_answers(session: Session, now: datetime) -> None:
    """By a clock that is believed. Setting it back then opens no campaign again."""
    is_over = (
        Campaign.state == CampaignState.OPEN,
        Campaign.answers_ended.is_(False),
        Campaign.closes_at <= now,
    )
    session.execute(update(Campaign).where(*is_over).values(answers_ended=True))
