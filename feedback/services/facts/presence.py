"""On which days of a period somebody had a post that is appraised, and by which profile.

A change of manager or department splits nothing; a change of profile does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np

from feedback.models.assignments import AssignmentKind
from feedback.services.definitions.appraising import profile_of
from feedback.services.facts.assignments import History, Leave, PostSpan
from forms.appraisals.choices import PeriodKind
from forms.appraisals.rules import AppraisalRules, Profile
from scoring.instrument import Integers
from scoring.presence import NOWHERE, days_of_segments, post_of_day

LONGEST = {PeriodKind.MONTH: 31, PeriodKind.QUARTER: 92}


class NotAppraised(StrEnum):
    """Why somebody is not appraised in a period."""

    NO_POST = "no post"
    NO_PROFILE = "no profile"
    TOO_FEW_DAYS = "too few days"


@dataclass(frozen=True)
class Segment:
    """Days of one profile: days of presence between the first and the last of them."""

    profile_id: str
    starts: date
    ends: date
    days: int


@dataclass(frozen=True)
class Presence:
    """days of presence of all days of the period; segments in time, none without a day.

    segment_of_day [day]: the place of each day's segment, or NOWHERE.
    """

    days: int
    of: int
    segments: tuple[Segment, ...]
    reason_not_appraised: NotAppraised | None
    segment_of_day: Integers = field(compare=False, repr=False)


@dataclass(frozen=True)
class _Piece:
    """A span with a profile, as days that count from 1 January of the year 1."""

    profile: Profile
    starts: int
    ends: int


def segments(history: History, first: date, last: date, rules: AppraisalRules) -> Presence:
    start, end = first.toordinal(), last.toordinal()
    counting = [span for span in history.posts if _counts(span, rules)]
    pieces = [
        _piece(span, profile, end)
        for span in counting
        if (profile := profile_of(rules, span.post, span.level))
    ]
    days = post_of_day(
        _ordinals([(piece.starts, piece.ends) for piece in pieces]),
        _ordinals(_in_one_piece(history.leaves)),
        start,
        end,
        rules.presence.least_leave,
    )
    present = int((days != NOWHERE).sum())
    placed = _with_days(_grouped(pieces), days)
    return Presence(
        days=present,
        of=end - start + 1,
        segments=tuple(_segment([pieces[place] for place in places], n, start, end) for places, n in placed),
        reason_not_appraised=_reason(counting, pieces, present, _least(rules, end - start + 1)),
        segment_of_day=_segment_of_day([places for places, _ in placed], days[0]),
    )


def _counts(span: PostSpan, rules: AppraisalRules) -> bool:
    return span.kind is AssignmentKind.WORK or rules.presence.probation_counts


def _piece(span: PostSpan, profile: Profile, end: int) -> _Piece:
    return _Piece(profile, span.starts.toordinal(), span.ends.toordinal() if span.ends else end)


def _ordinals(pieces: Iterable[tuple[int, int]]) -> Integers:
    """[1, piece, 2]"""
    return np.array(list(pieces), dtype=np.int64).reshape(1, -1, 2)


def _in_one_piece(leaves: Iterable[Leave]) -> list[tuple[int, int]]:
    """Leaves that overlap or follow one another are one."""
    joined: list[tuple[int, int]] = []
    for leave in leaves:
        starts, ends = leave.starts.toordinal(), (leave.ends or date.max).toordinal()
        if joined and starts <= joined[-1][1] + 1:
            starts, ends = joined[-1][0], max(joined.pop()[1], ends)
        joined.append((starts, ends))
    return joined


def _grouped(pieces: list[_Piece]) -> list[list[int]]:
    """The places of the pieces of each segment: those of one profile without a day between them are one."""
    grouped: list[list[int]] = []
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else None
        if before and before.profile == piece.profile and before.ends + 1 == piece.starts:
            grouped[-1].append(place)
        else:
            grouped.append([place])
    return grouped


def _with_days(grouped: list[list[int]], days: Integers) -> list[tuple[list[int], int]]:
    counted = days_of_segments(days, sum(map(len, grouped)))[0]
    return [(places, int(counted[places].sum())) for places in grouped if counted[places].sum()]


def _segment(pieces: list[_Piece], days: int, start: int, end: int) -> Segment:
    return Segment(
        pieces[0].profile.id,
        date.fromordinal(max(pieces[0].starts, start)),
        date.fromordinal(min(pieces[-1].ends, end)),
        days,
    )


def _segment_of_day(segments: list[list[int]], piece_of_day: Integers) -> Integers:
    found = np.full(len(piece_of_day), NOWHERE)
    for place, pieces in enumerate(segments):
        found[np.isin(piece_of_day, pieces)] = place
    return found


def _least(rules: AppraisalRules, days: int) -> int:
    kind = next((kind for kind, longest in LONGEST.items() if days <= longest), PeriodKind.YEAR)
    return rules.presence.least_days.get(kind, 0)


def _reason(counting: list[PostSpan], pieces: list[_Piece], days: int, least: int) -> NotAppraised | None:
    if not counting:
        return NotAppraised.NO_POST
    if not pieces:
        return NotAppraised.NO_PROFILE
    return NotAppraised.TOO_FEW_DAYS if days < max(least, 1) else None
