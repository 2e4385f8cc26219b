"""The total of a stored appraisal from its inputs and its scheme alone, in plain Python with exact fractions.

It shares no code with scoring and the services that compute: formulas are those of tests.scoring.naive_appraisal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from forms.appraisals.choices import Combine, FigureRule, PeriodKind
from forms.appraisals.rules import AppraisalRules, Band, Kpi, Profile
from tests.scoring import naive_appraisal as naive
from tests.scoring.naive_appraisal import Number, exact

Json = dict[str, Any]


def months_of(period: str) -> list[str]:
    year = period[:4]
    if "Q" in period:
        first = 3 * int(period[-1]) - 2
        return [f"{year}-{month:02}" for month in range(first, first + 3)]
    return [f"{year}-{month:02}" for month in range(1, 13)] if len(period) == 4 else [period]


def quarters_of(year: str) -> list[str]:
    return [f"{year}Q{number}" for number in range(1, 5)]


def before(period: str) -> str:
    year = int(period[:4])
    if len(period) == 4:
        return str(year - 1)
    number = int(period[-1])
    return f"{year}Q{number - 1}" if number > 1 else f"{year - 1}Q4"


@dataclass(frozen=True)
class Recomputed:
    shown: str | None
    band: str | None
    bonus: float | None


@dataclass(frozen=True)
class Recomputation:
    rules: AppraisalRules
    inputs: Json

    @property
    def period(self) -> str:
        return self.inputs["period"]

    @property
    def kind(self) -> PeriodKind:
        return PeriodKind.YEAR if len(self.period) == 4 else PeriodKind.QUARTER

    @cached_property
    def entries(self) -> dict[tuple[str, str, str], Json]:
        return {(each["kpi"], each["period"], each["kind"]): each for each in self.inputs["figures"]}

    @cached_property
    def segments(self) -> list["Part"]:
        profiles = {profile.id: profile for profile in self.rules.profiles}
        return [Part(self, each, profiles[each["profile"]]) for each in self.inputs["segments"]]

    def by_days(self, values: list[Number]) -> Number:
        return naive.by_days(values, [part.segment["days"] for part in self.segments])

    # -- parts of the total

    @cached_property
    def feedback(self) -> Number:
        joined = self.inputs["joined"]
        if joined is None:
            campaigns = self.inputs["campaigns"]
            score = campaigns[0]["score"] if campaigns else None
            return exact(score["value"]) if score else None
        weight = sum(exact(cell["weight"]) for cell in joined["cells"])
        if joined["lacks_required"] or weight < exact(joined["minimum_coverage"]) * exact(joined["invited"]):
            return None
        found = [self._dimension(joined["cells"], each["id"]) for each in joined["dimensions"]]
        return naive.mean(found, [each["weight"] for each in joined["dimensions"]])[0]

    @staticmethod
    def _dimension(cells: list[Json], dimension: str) -> Number:
        pairs = [
            (exact(own["points"]), cell["weight"])
            for cell in cells
            for own in cell["dimensions"]
            if own["id"] == dimension
        ]
        return naive.mean([value for value, _ in pairs], [weight for _, weight in pairs])[0]

    @property
    def satisfied(self) -> Number:
        joined, campaigns = self.inputs["joined"], self.inputs["campaigns"]
        found = joined["satisfied"] if joined else campaigns[0]["satisfied"] if campaigns else None
        return 100 * exact(found["value"]) if found else None

    @cached_property
    def goals(self) -> Number:
        return naive.goal_score(
            [(_rating(goal), goal["weight"], goal["cancelled"]) for goal in self.inputs["goals"]]
        )

    # -- the total

    def result(self) -> Recomputed:
        confirmed = [each for each in self.inputs["incidents"] if not each["pending"]]
        total = self.by_days([part.overall for part in self.segments])
        vetoes = [exact(each["score"]) for each in confirmed if each["score"] is not None]
        pending = any(each["pending"] for each in self.inputs["incidents"])
        if (total is None or pending) and not vetoes:
            return Recomputed(None, None, None)
        total = self._after_incidents(total, confirmed, vetoes)
        shown = naive.displayed(total)
        if vetoes:
            return Recomputed(str(shown), None, 0.0)
        profile = self.segments[-1].profile
        rows = [(row.start, row.share, row.linear) for row in profile.bonuses]
        bonus = float(naive.bonus(rows, Fraction(shown)))
        return Recomputed(str(shown), self._band(profile.bands, shown, confirmed), bonus)

    @staticmethod
    def _after_incidents(total: Number, confirmed: list[Json], vetoes: list[Fraction]) -> Fraction:
        off = sum((exact(each["points"]) for each in confirmed), Fraction(0))
        most = max((exact(each["most_points"]) for each in confirmed), default=Fraction(0))
        less = None if total is None else max(total - min(off, most), min(total, Fraction(0)))
        known = [value for value in (less, *vetoes) if value is not None]
        return min(known)

    def _band(self, bands: tuple[Band, ...], shown: Decimal, confirmed: list[Json]) -> str:
        """The best one whose start and gates are reached, no better than what a major incident leaves."""
        ids = [band.id for band in bands]
        cap = max((ids.index(each["cap"]) for each in confirmed if each["cap"]), default=0)
        place = next(
            place
            for place, band in enumerate(bands)
            if shown >= Decimal(str(band.start)) and all(self._reached(gate) for gate in band.gates)
        )
        return ids[max(place, cap)]

    def _reached(self, gate: Any) -> bool:
        attained = self.by_days([part.attainment for part in self.segments])
        value = {
            "kpi.attainment": None if attained is None else 100 * attained,
            "feedback.top2box": self.satisfied,
        }[gate.figure]
        return value is not None and naive.displayed(value) >= Decimal(str(gate.start))


def _rating(goal: Json) -> float | None:
    if goal["rating"] is not None or not goal["milestones"]:
        return goal["rating"]
    whole = sum(weight for weight, _ in goal["milestones"])
    return 100 * sum(weight for weight, done in goal["milestones"] if done) / whole


@dataclass(frozen=True)
class Part:
    """One segment: its KPIs, and what they come to with feedback and goals."""

    of: Recomputation
    segment: Json
    profile: Profile

    @property
    def weights(self) -> dict[str, float]:
        return dict(self.profile.weights[self.of.kind])

    @cached_property
    def _figures(self) -> dict[str, tuple[Number, Number]]:
        """Of those that count, are shown or are required."""
        own = [self.of.rules.kpi(id) for id in self.weights]
        named = {kpi.id for kpi in own} | {each.kpi for kpi in own for each in kpi.requires}
        return {id: Figure(self, self.of.rules.kpi(id)).result() for id in named}

    def _scores(self) -> Iterator[Number]:
        for id in self.weights:
            kpi, (actual, target) = self.of.rules.kpi(id), self._figures[id]
            parameters = dict(kpi.parameters) | {"steps": kpi.steps, "points": kpi.points}
            score = naive.score(naive.Kpi(str(kpi.method), parameters, kpi.lower_is_better), actual, target)
            met = all(self._meets(each) for each in kpi.requires)
            yield score if score is None or met else exact(kpi.otherwise)

    def _meets(self, required: Any) -> bool:
        actual = self._figures[required.kpi][0]
        low = required.start is None or (actual is not None and actual >= exact(required.start))
        high = required.end is None or (actual is not None and actual <= exact(required.end))
        return actual is not None and low and high

    @cached_property
    def overall(self) -> Number:
        k = naive.composite(list(self._scores()), list(self.weights.values()))[0]
        own = self.profile.components
        parts = (None if k is None else min(k, Fraction(120)), self.of.feedback, self.of.goals)
        weights = (own.kpi, own.feedback, own.goals)
        if any(part is None and weight for part, weight in zip(parts, weights, strict=True)):
            return None  # the demo's scheme holds
        return naive.mean(list(parts), list(weights))[0]

    @property
    def attainment(self) -> Number:
        found = []
        for id in self.weights:
            kpi, (actual, target) = self.of.rules.kpi(id), self._figures[id]
            found.append(naive.attained(naive.Kpi(str(kpi.method), {}, kpi.lower_is_better), actual, target))
        return naive.mean(found, list(self.weights.values()))[0]

    def owns(self, part: str) -> bool:
        """A month that is the segment's; a quarter of which most months are, of equal ones the last."""
        segments, months = self.of.inputs["segments"], months_of(part)
        counts = [sum(month in each["months"] for month in months) for each in segments]
        best = max(place for place, count in enumerate(counts) if count == max(counts))
        return max(counts) > 0 and segments[best] == self.segment

    def days(self, part: str) -> tuple[int, int]:
        own = [each for each in self.of.inputs["months"] if each["month"] in months_of(part)]
        return sum(each["days"] for each in own), sum(each["of"] for each in own)


@dataclass(frozen=True)
class Figure:
    """Actual and target of one KPI in a segment."""

    part: Part
    kpi: Kpi

    def _entry(self, period: str, kind: str = "actual") -> Json | None:
        return self.part.of.entries.get((self.kpi.id, period, kind))

    def _value(self, period: str, kind: str = "actual") -> Number:
        entry = self._entry(period, kind)
        if entry is None:
            return None
        if entry["value"] is None and entry["whole"]:
            return 100 * exact(entry["part"]) / exact(entry["whole"])
        return exact(entry["value"])

    @property
    def _adds_up(self) -> bool:
        return self.kpi.combine is Combine.SUM and self.kpi.figure is FigureRule.VALUE

    @cached_property
    def _names(self) -> list[str]:
        """The finest parts that there are: a quarter stands in where it was entered and one of its months was not."""
        period = self.part.of.period
        if len(period) > 4:
            return [month for month in months_of(period) if self.part.owns(month)]
        found = []
        for quarter in quarters_of(period):
            own = [month for month in months_of(quarter) if self.part.owns(month)]
            complete = own and all(self._value(month) is not None for month in own)
            stands_in = self._value(quarter) is not None and not complete and self.part.owns(quarter)
            found += [quarter] if stands_in else own
        return found

    @cached_property
    def _used(self) -> list[str]:
        needs_base = self.kpi.combine is Combine.WEIGHTED
        known = [
            name
            for name in self._names
            if self._value(name) is not None and not (needs_base and not self._entry(name)["base"])  # type: ignore[index]
        ]
        enough = known and len(known) >= exact(self.kpi.least_parts) * len(self._names)
        return known if enough else []

    def _weight(self, name: str) -> Fraction:
        entry = self._entry(name) or {}
        if self.kpi.combine is Combine.WEIGHTED:
            return exact(entry["base"]) or Fraction(0)
        if self.kpi.combine is Combine.SHARE:
            return exact(entry["whole"]) or Fraction(0)
        return Fraction(len(months_of(name)))

    def _combined(self, values: list[Number]) -> Number:
        """Of the used parts."""
        if not values or (None in values and self.kpi.combine is not Combine.LAST):
            return None
        if self._adds_up:
            return sum(values, Fraction(0))  # type: ignore[arg-type]
        if self.kpi.combine is Combine.LAST:
            return values[-1]
        return naive.mean(values, [float(self._weight(name)) for name in self._used])[0]

    def result(self) -> tuple[Number, Number]:
        source = self.kpi.source or ""
        if source.startswith("register."):
            register = next(each for each in self.part.of.inputs["register"] if each["kpi"] == self.kpi.id)
            return exact(register["value"]), self._target_of_period(None)
        own = self._grown(self._value(self.part.of.period))
        if own is not None:
            return own, self._target_of_period(None)
        actual = self._grown(self._combined([self._value(name) for name in self._used]))
        return actual, self._target_of_period(self._used if actual is not None else None)

    def _grown(self, now: Number) -> Number:
        if self.kpi.figure is not FigureRule.GROWTH or now is None:
            return now
        period = before(self.part.of.period)
        known = [value for month in months_of(period) if (value := self._value(month)) is not None]
        start = self._value(period) if self._value(period) is not None else known[-1] if known else None
        return None if start is None or start <= 0 else 100 * (now - start) / start

    def _target_of(self, name: str) -> Number:
        target = self._value(name, "target")
        if target is None or not self._adds_up:
            return target
        days, of = self.part.days(name)
        return target * days / of

    def _target_of_period(self, used: list[str] | None) -> Number:
        """That of the parts that made the actual, or the period's own by the days of them, or that of all its parts."""
        inputs, own = self.part.of.inputs, self._value(self.part.of.period, "target")
        if used and (of_parts := self._combined([self._target_of(name) for name in used])) is not None:
            return of_parts
        if own is None:
            return None if used is not None else self._of_all()
        days = sum(self.part.days(name)[0] for name in used) if used else inputs["presence"]["days"]
        return own * days / inputs["presence"]["of"] if self._adds_up else own

    def _of_all(self) -> Number:
        period = self.part.of.period
        for names in (months_of(period), quarters_of(period) if len(period) == 4 else []):
            there = [name for name in names if self.part.days(name)[0]]
            targets = [self._target_of(name) for name in there]
            if targets and None not in targets:
                if self.kpi.combine is Combine.LAST:
                    return targets[-1]
                total = sum(targets, Fraction(0))  # type: ignore[arg-type]
                return total if self._adds_up else total / len(targets)
        return None
