"""How many have answered while a campaign runs, told so that nothing tells who: docs/decisions/0005.

A line stands only for a crowd: at least the minimum of its group, never fewer than three, were asked in it. Smaller
ones are pooled; and since lines by rater group and lines by department cut the same requests in two ways, departments
are pooled until no difference between lines singles out fewer either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from math import inf

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, CampaignState, Cell, ResponseDay, Subject
from feedback.models.people import Department
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import protection, row_locks
from feedback.services.ground.bilingual import Bilingual
from forms.scheme import Scheme

OTHERS = Bilingual("其他", "Others")


@dataclass(frozen=True)
class Crowd:
    """A crowd: how many were asked, and how many of them have answered. Never a score."""

    title: Bilingual
    invited: int
    answered: int
    members: frozenset[str]


@dataclass(frozen=True)
class Rates:
    """total is None where even the whole campaign is too small to be counted."""

    total: Crowd | None
    groups: tuple[Crowd, ...]
    departments: tuple[Crowd, ...]


@dataclass(frozen=True)
class _Part:
    """The requests about the subjects of one department to one rater group."""

    department: str
    group: str
    invited: int
    answered: int


def rates(session: Session, campaign: Campaign) -> Rates:
    rows = _rows(session, campaign)
    parts = [_Part(row.code, row.group, int(row.invited), int(row.answered)) for row in rows]
    scheme = read_scheme(campaign.scheme)
    named = {group.id: Bilingual.of(group.title, group.id) for group in scheme.groups}
    groups = of_groups([_line(title, parts, "group", id) for id, title in named.items()], scheme)
    named = {row.code: Bilingual(row.name, row.name_en or row.name) for row in rows}
    least = max(_minimum(scheme)[part.group] for part in parts) if parts else protection.RATES_FROM
    departments = _crowds([_line(title, parts, "department", id) for id, title in named.items()], {}, least)
    total = _sum(Bilingual("合计", "Total"), groups) if groups else None
    return Rates(total, groups, _safe(departments, groups, parts, least) if groups else ())


def of_groups(lines: Sequence[Crowd], scheme: Scheme) -> tuple[Crowd, ...]:
    """Rater groups, the small ones pooled. Attributed groups too: an answer may be theirs, not when it came."""
    minimum = _minimum(scheme)
    least = max((minimum[min(line.members)] for line in lines if line.invited), default=protection.RATES_FROM)
    return _crowds(lines, minimum, least)


def _minimum(scheme: Scheme) -> dict[str, int]:
    return {group.id: max(group.minimum, protection.RATES_FROM) for group in scheme.groups}


def _rows(session: Session, campaign: Campaign) -> Sequence[Row[str, str, str | None, str, int, int]]:
    cast = (
        select(func.count(Ballot.envelope)).where(Ballot.cell_id == Cell.id).correlate(Cell).scalar_subquery()
    )
    invited, answered = func.sum(Cell.invited), func.sum(func.coalesce(Cell.answered, cast))
    return session.execute(
        select(
            Department.code,
            Department.name,
            Department.name_en,
            Cell.group,
            invited.label("invited"),
            answered.label("answered"),
        )
        .join(Cell.subject)
        .join(Subject.department)
        .where(Subject.campaign_id == campaign.id, Cell.is_pool.is_(False), Cell.invited > 0)
        .group_by(Department.code, Department.name, Department.name_en, Cell.group)
        .order_by(Department.code, func.min(Cell.id))
    ).all()


def _line(title: Bilingual, parts: Sequence[_Part], kind: str, key: str) -> Crowd:
    mine = [part for part in parts if getattr(part, kind) == key]
    invited, answered = sum(part.invited for part in mine), sum(part.answered for part in mine)
    return Crowd(title, invited, answered, frozenset({key}))


def _sum(title: Bilingual, lines: Sequence[Crowd]) -> Crowd:
    members = frozenset().union(*(line.members for line in lines))
    return Crowd(title, sum(line.invited for line in lines), sum(line.answered for line in lines), members)


def _crowds(lines: Sequence[Crowd], minimum: dict[str, int], most: int) -> tuple[Crowd, ...]:
    """Lines that may stand by themselves, and the others in one. Nothing if all of them together are too few."""
    lines = [line for line in lines if line.invited]
    large = [line for line in lines if line.invited >= minimum.get(min(line.members), most)]
    small = [line for line in lines if line not in large]
    large.sort(key=lambda line: line.invited)
    while small and large and sum(line.invited for line in small) < most:
        small.append(large.pop(0))
    if sum(line.invited for line in small) < most and small:
        return ()
    kept = tuple(line for line in lines if line in large)
    return (*kept, _sum(OTHERS, small)) if small else kept


def _safe(
    departments: Sequence[Crowd], groups: Sequence[Crowd], parts: Sequence[_Part], least: int
) -> tuple[Crowd, ...]:
    """Departments, the smallest two pooled until no difference from the groups singles out too few."""
    lines = sorted(departments, key=lambda line: line.invited)
    while len(lines) > 1 and _singled_out(lines, groups, parts) < least:
        lines = sorted([_sum(OTHERS, lines[:2]), *lines[2:]], key=lambda line: line.invited)
    return tuple(sorted(lines, key=lambda line: line.title == OTHERS)) if len(lines) > 1 else ()


def _singled_out(departments: Sequence[Crowd], groups: Sequence[Crowd], parts: Sequence[_Part]) -> float:
    """The fewest requests that a sum of department lines and a sum of group lines differ in; infinite if none do.

    For some groups, a department adds to the difference either its requests to them or its requests to the others.
    """
    asked = [[_asked_in(department, group, parts) for group in groups] for department in departments]
    differences = []
    for size in range(1, len(groups)):
        for some in combinations(range(len(groups)), size):
            inside = [sum(row[at] for at in some) for row in asked]
            differences.append(sum(min(n, sum(row) - n) for n, row in zip(inside, asked, strict=True)))
    return min((number for number in differences if number), default=inf)


def _asked_in(department: Crowd, group: Crowd, parts: Sequence[_Part]) -> int:
    mine = (part for part in parts if part.department in department.members and part.group in group.members)
    return sum(part.invited for part in mine)


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
    if campaign.state != CampaignState.OPEN:
        return
    invited = session.scalar(_over_cells(func.sum(Cell.invited), campaign)) or 0
    if invited < protection.DAYS_FROM or session.get(ResponseDay, (campaign.id, day)):
        return
    kept = session.scalar(
        select(func.max(ResponseDay.answered)).where(ResponseDay.campaign_id == campaign.id)
    )
    cast = select(func.count(Ballot.envelope)).join(Cell, Cell.id == Ballot.cell_id).join(Cell.subject)
    answered = session.scalar(cast.where(Subject.campaign_id == campaign.id)) or 0
    if answered >= (kept or 0) + protection.DAYS_STEP:
        session.add(ResponseDay(campaign_id=campaign.id, day=day, answered=answered))


def _over_cells(column, campaign: Campaign):  # type: ignore[no-untyped-def]
    return select(column).select_from(Cell).join(Cell.subject).where(Subject.campaign_id == campaign.id)


def days(session: Session, campaign: Campaign) -> list[DayCount]:
    query = select(ResponseDay).where(ResponseDay.campaign_id == campaign.id).order_by(ResponseDay.day)
    return [DayCount(kept.day, kept.answered) for kept in session.scalars(query)]
