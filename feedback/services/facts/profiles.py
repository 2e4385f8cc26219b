"""By which schemes and profiles people are appraised in the periods of a file."""

from collections.abc import Collection
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from feedback.services.definitions import appraising, library
from feedback.services.facts import assignments
from feedback.services.facts.assignments import PostSpan
from feedback.services.tables import periods
from forms.appraisals.choices import Method
from forms.appraisals.rules import AppraisalRules, Kpi, Profile
from forms.scheme import Scheme

OF_A_KPI = "kpi:"
DIVIDED_BY_TARGET = (Method.RATIO, Method.LOWER_IS_BETTER, Method.INTERPOLATE, Method.PROPORTIONAL)


class Profiles:
    """What a period's scheme and a person's posts make of it; two statements for the posts, one for the rounds.

    The scheme is the one that is asked for, else that of the period's round, or of the round of the shortest period
    that it is a part of, else the default of the library.
    """

    def __init__(
        self, session: Session, people: Collection[int], of: Collection[str], scheme: Scheme | None
    ) -> None:
        longer = {each for period in of for each in periods.around(period)}
        self._rounds = {} if scheme else appraising.of_rounds(session, longer)
        self._default = scheme or library.load_scheme(session, library.DEFAULT)
        first = min(map(periods.first_day, of), default=date.min)
        last = max(map(periods.last_day, of), default=date.min)
        self._histories = assignments.histories(session, people, first, last)
        self.scheme = cache(self._scheme)
        self.kpis = cache(self._kpis)
        self.profiles = cache(self._profiles)
        self.spans = cache(self._spans)
        self.allowed = cache(self._allowed)

    def _scheme(self, period: str) -> Scheme:
        return next((self._rounds[p] for p in periods.around(period) if p in self._rounds), self._default)

    def _kpis(self, period: str) -> dict[str, Kpi]:
        """By id."""
        return {kpi.id: kpi for kpi in self.scheme(period).appraisal.kpis}

    def _spans(self, person_id: int, period: str) -> tuple[PostSpan, ...]:
        first, last = periods.first_day(period), periods.last_day(period)
        posts = self._histories[person_id].posts
        return tuple(p for p in posts if p.starts <= last and (p.ends is None or p.ends >= first))

    def _profiles(self, person_id: int, period: str) -> tuple[Profile, ...]:
        """Those of all posts in the period, in time."""
        rules = self.scheme(period).appraisal
        found = (
            appraising.profile_of(rules, span.post, span.level) for span in self.spans(person_id, period)
        )
        return tuple({profile.id: profile for profile in found if profile}.values())

    def _allowed(self, person_id: int, period: str) -> frozenset[str]:
        rules = self.scheme(period).appraisal
        return frozenset(kpi for profile in self.profiles(person_id, period) for kpi in kpis(rules, profile))


def kpis(rules: AppraisalRules, profile: Profile) -> set[str]:
    """What a profile weighs or shows, what those require, and what its gates look at."""
    found = set(profile.kpis)
    found |= {required.kpi for kpi in rules.kpis if kpi.id in found for required in kpi.requires}
    gates = (gate.figure for band in profile.bands for gate in band.gates)
    return found | {
        gate.removeprefix(OF_A_KPI).partition(".")[0] for gate in gates if gate.startswith(OF_A_KPI)
    }
