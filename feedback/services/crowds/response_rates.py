"""How many have answered, told of crowds alone: docs/decisions/0005 and 0023.

A line adds up the crowds that lie in it wholly, so that no line, and no difference between lines or between them and
released reports, is about fewer people. Pages, commands, exports and the quality of a campaign take it from here.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, case, func, select
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, Crowd, ResponseDay, Subject
from feedback.models.people import Department
from feedback.services.crowds.crowds import BETWEEN_GROUPS
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import protection, row_locks
from feedback.services.ground.bilingual import Bilingual
from forms.scheme import Scheme

Part = Row[int, str, Any, str, str, str | None, int, int]
"""A sum over the crowds of the same groups and department, or over the requests of one group that are in none."""

OTHERS = Bilingual("其他", "Others")
TOTAL = Bilingual("合计", "Total")


@dataclass(frozen=True)
class RateLine:
    """How many requests there are, and how many of them are answered. Never a score; groups: ids of whose."""

    title: Bilingual
    groups: tuple[str, ...]
    invited: int
    answered: int


@dataclass(frozen=True)
class Rates:
    """total is None where nobody is in a crowd. uncounted: by group, requests that are in no line."""

    total: RateLine | None
    groups: tuple[RateLine, ...]
    departments: tuple[RateLine, ...]
    uncounted: dict[str, int]

    @property
    def left_out(self) -> int:
        return sum(self.uncounted.values())


def rates(session: Session, campaign: Campaign) -> Rates:
    return by_campaign(session, [campaign])[campaign.id]


def by_campaign(session: Session, campaigns: Sequence[Campaign]) -> dict[int, Rates]:
    """While a campaign is open: from the ballots. Afterwards: from what closing recorded. One statement."""
    rows = _rows(session, [campaign.id for campaign in campaigns])
    return {
        campaign.id: _rates([row for row in rows if row.campaign_id == campaign.id], campaign)
        for campaign in campaigns
    }


def _rows(session: Session, campaign_ids: Sequence[int]) -> Sequence[Part]:
    uncounted = case((Crowd.id.is_(None), Cell.group)).label("uncounted")
    department = (Department.code, Department.name, Department.name_en)
    parts = (Subject.campaign_id, Crowd.groups, uncounted, *department)
    return session.execute(
        select(
            *parts,
            func.sum(Cell.invited).label("invited"),
            func.sum(func.coalesce(Cell.answered, _cast_in_cell())).label("answered"),
        )
        .join(Cell.subject)
        .outerjoin(Crowd, _counted())
        .outerjoin(Department, Department.id == Crowd.department_id)
        .where(Subject.campaign_id.in_(campaign_ids), Cell.is_pool.is_(False), Cell.invited > 0)
        .group_by(*parts)
        .order_by(Department.code, uncounted)
    ).all()


def _counted() -> ColumnElement[bool]:
    return and_(Crowd.id == Cell.crowd_id, Crowd.dissolved.is_(False))


def _cast_in_cell() -> ScalarSelect[int]:
    cast = select(func.count(Ballot.envelope)).where(Ballot.cell_id == Cell.id)
    return cast.correlate(Cell).scalar_subquery()


def _rates(rows: Sequence[Part], campaign: Campaign) -> Rates:
    counted = [row for row in rows if row.groups is not None]
    if not counted:
        return Rates(None, (), (), _uncounted(rows))
    scheme = read_scheme(campaign.scheme)
    places = {group.id: place for place, group in enumerate(scheme.groups)}
    groups = _lines(counted, lambda row: row.groups, lambda row: _title(row, scheme))
    groups.sort(key=lambda line: (len(line.groups) > 1, [places[group] for group in line.groups]))
    departments = _lines(counted, lambda row: row.code, _department)
    departments.sort(key=lambda line: line.title == OTHERS)
    (total,) = _lines(counted, lambda _: None, lambda _: TOTAL)
    shown = tuple(departments) if len(departments) > 1 else ()
    return Rates(total, tuple(groups), shown, _uncounted(rows))


def _lines(
    rows: Iterable[Part], key: Callable[[Part], Hashable], title: Callable[[Part], Bilingual]
) -> list[RateLine]:
    by_key: dict[Hashable, list[Part]] = {}
    for row in rows:
        by_key.setdefault(key(row), []).append(row)
    return [
        RateLine(
            title(some[0]),
            tuple(dict.fromkeys(group for row in some for group in row.groups.split(BETWEEN_GROUPS))),
            sum(int(row.invited) for row in some),  # PostgreSQL adds up to decimals
            sum(int(row.answered) for row in some),
        )
        for some in by_key.values()
    ]


def _title(row: Part, scheme: Scheme) -> Bilingual:
    groups = [scheme.group(group) for group in row.groups.split(BETWEEN_GROUPS)]
    return Bilingual.joined([Bilingual.of(group.title, group.id) for group in groups])


def _department(row: Part) -> Bilingual:
    return OTHERS if row.code is None else Bilingual(row.name, row.name_en or row.name)


def _uncounted(rows: Iterable[Part]) -> dict[str, int]:
    return {row.uncounted: int(row.invited) for row in rows if row.uncounted is not None}


def days_left(campaign: Campaign, now: datetime) -> int:
    """Whole days and the one that has begun; 0 once it is over."""
    return max(0, -(-(campaign.closes_at - now) // timedelta(days=1)))


@dataclass(frozen=True)
class DayCount:
    day: date
    answered: int


def record_day(session: Session, campaign: Campaign, day: date) -> None:
    """Keep the total of a day, if at least three more have answered than when a day was last kept."""
    row_locks.hold_row(session, campaign)
    known = session.get(ResponseDay, (campaign.id, day))
    if campaign.state != CampaignState.OPEN or known:
        return
    total = rates(session, campaign).total
    if total is None or total.invited < protection.DAYS_FROM:
        return
    kept = session.scalar(
        select(func.max(ResponseDay.answered)).where(ResponseDay.campaign_id == campaign.id)
    )
    if total.answered >= (kept or 0) + protection.DAYS_STEP:
        session.add(ResponseDay(campaign_id=campaign.id, day=day, answered=total.answered))


def days(session: Session, campaign: Campaign) -> list[DayCount]:
    query = select(ResponseDay).where(ResponseDay.campaign_id == campaign.id).order_by(ResponseDay.day)
    return [DayCount(kept.day, kept.answered) for kept in session.scalars(query)]
