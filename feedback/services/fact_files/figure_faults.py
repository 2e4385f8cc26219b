"""What is refused in a file of targets or actuals, each at its cell."""

from collections.abc import Iterator, Mapping, Sequence

from feedback.models.figures import FigureKind, TargetState
from feedback.services.definitions import appraising
from feedback.services.fact_files.figure_entries import Counting, FigureEntry
from feedback.services.fact_files.figure_rows import FigureRow
from feedback.services.facts.computed import computed_period
from feedback.services.facts.figures import FigureKey
from feedback.services.facts.profiles import DIVIDED_BY_TARGET, Profiles
from feedback.services.ground.errors import RowFault
from forms.appraisals.choices import Combine, FigureRule, Method
from forms.appraisals.rules import Kpi
from forms.words import N_

# These compare the actual with its target, so that the unit of both does not matter as long as it is the same.
UNIT_FREE = (
    Method.RATIO,
    Method.LOWER_IS_BETTER,
    Method.PASS_FAIL,
    Method.INTERPOLATE,
    Method.PROPORTIONAL,
)
WITHOUT_TARGET = (Method.TIER, Method.CURVE)


def repeated(rows: Sequence[FigureRow]) -> list[RowFault]:
    first: dict[str, int] = {}
    sentence = N_("%(value)s is already in row %(row)s")
    return [
        RowFault(row.number, "kpi", sentence, {"value": row.name, "row": first[row.name]})
        for row in rows
        if first.setdefault(row.name, row.number) != row.number
    ]


def of_row(row: FigureRow, people: Mapping[str, int], profiles: Profiles) -> list[RowFault]:
    if row.subject not in people:
        sentence = N_("there is no person %(code)s")
        return [RowFault(row.number, "subject", sentence, {"code": row.subject})]
    scheme = profiles.scheme(row.period)
    kpi = profiles.kpis(row.period).get(row.kpi)
    if kpi is None:
        known = {"kpi": row.kpi, "known": ", ".join(kpi.id for kpi in scheme.appraisal.kpis)}
        return [RowFault(row.number, "kpi", N_("%(kpi)s is not a KPI of the scheme: %(known)s"), known)]
    return [*_of_profile(row, people[row.subject], profiles), *_of_numbers(row, kpi)]


def _of_profile(row: FigureRow, person_id: int, profiles: Profiles) -> Iterator[RowFault]:
    """A figure of somebody whom nobody appraises, or by something else, would be lost without a word."""
    spans = profiles.spans(person_id, row.period)
    found = profiles.profiles(person_id, row.period)
    if not spans:
        facts = {"code": row.subject, "period": row.period}
        yield RowFault(row.number, "subject", N_("%(code)s has no post in %(period)s"), facts)
    elif not found:
        said = spans[-1].post, spans[-1].level
        yield appraising.without_profile(profiles.scheme(row.period).id, said, [row.subject], row.number)
    elif row.kpi not in profiles.allowed(person_id, row.period):
        sentence = N_("%(kpi)s is not a KPI of %(code)s's profile %(profile)s in %(period)s")
        ids = ", ".join(profile.id for profile in found)
        facts = {"kpi": row.kpi, "code": row.subject, "profile": ids, "period": row.period}
        yield RowFault(row.number, "kpi", sentence, facts)


def _of_numbers(row: FigureRow, kpi: Kpi) -> Iterator[RowFault]:
    for column, sentence, facts in (*_of_actual(row, kpi), *_of_target(row, kpi), *_of_percents(row, kpi)):
        yield RowFault(row.number, column, sentence, {"kpi": kpi.id} | facts)


Fault = tuple[str, str, dict[str, object]]


def _of_actual(row: FigureRow, kpi: Kpi) -> Iterator[Fault]:
    is_pooled = kpi.figure is not FigureRule.VALUE or kpi.combine is Combine.SHARE
    if row.actual and (row.part or row.whole):
        yield "actual", N_("give the actual, or part and whole, not both"), {}
    elif row.actual and (kpi.figure is FigureRule.SHARE or (is_pooled and row.actual.percent)):
        yield "actual", N_("enter part and whole: rates of months cannot be added up"), {}
    elif (row.part or row.whole) and not is_pooled:
        yield "part", N_("%(kpi)s is entered as its actual, not as part and whole"), {}
    elif row.part and row.whole:
        yield from _of_share(row.part.value, row.whole.value, kpi)
    elif row.part or row.whole:
        yield "whole" if row.part else "part", N_("is empty"), {}
    if row.base and row.base.value < 0:
        yield "base", N_("must not be below 0"), {}


def _of_share(part: float, whole: float, kpi: Kpi) -> Iterator[Fault]:
    """Of growth the whole is what it was before, which may be less, or nothing."""
    if kpi.figure is FigureRule.GROWTH:
        return
    if whole <= 0:
        yield "whole", N_("there is nothing to take a share of"), {}
    elif part < 0:
        yield "part", N_("must not be below 0"), {}
    elif part > whole:
        facts: dict[str, object] = {"part": f"{part:.15g}", "whole": f"{whole:.15g}"}
        yield "part", N_("%(part)s of %(whole)s is more than all"), facts


def _of_target(row: FigureRow, kpi: Kpi) -> Iterator[Fault]:
    if row.target and row.target.value <= 0 and kpi.method in DIVIDED_BY_TARGET:
        sentence = N_(
            "must be above 0; %(kpi)s is measured as a share of it: use pass_fail, increment, tier or curve"
        )
        yield "target", sentence, {}


def _of_percents(row: FigureRow, kpi: Kpi) -> Iterator[Fault]:
    """95 % is kept as 95. That is clear where figures are in per cent, or actual and target both say so."""
    unclear = N_("leave out the percent sign: %(kpi)s needs the number in the unit of its scheme")
    for column in ("part", "whole", "base"):
        if (quantity := getattr(row, column)) and quantity.percent:
            yield column, unclear, {}
    if kpi.figure is not FigureRule.VALUE:
        return
    read = {name: cell for name in ("actual", "target") if (cell := getattr(row, name))}
    signed = [name for name, quantity in read.items() if quantity.percent]
    if signed and kpi.method not in UNIT_FREE:
        yield from ((name, unclear, {}) for name in signed)
    elif signed and len(signed) < len(read):
        sentence = N_("has a percent sign and the other number has none: write both with or both without")
        yield signed[0], sentence, {}


def of_entries(
    entries: Sequence[FigureEntry],
    rows: Sequence[FigureRow],
    people: Mapping[str, int],
    counting: Counting,
    versions: Mapping[int, Mapping[str, int]],
) -> list[RowFault]:
    """What depends on what is stored."""
    faults = [fault for entry in entries if entry.differs for fault in _of_change(entry, versions)]
    sentence = N_("is empty; %(kpi)s is measured against a target")
    kpis = {entry.row.kpi: entry.kpi for entry in entries}
    for row in rows if "target" in rows[0].columns else ():
        key = FigureKey(people[row.subject], row.period, row.kpi, FigureKind.TARGET)
        needed = row.kpi in kpis and kpis[row.kpi].method not in WITHOUT_TARGET
        if needed and row.target is None and key not in counting:
            faults.append(RowFault(row.number, "target", sentence, {"kpi": row.kpi}))
    return faults


def _of_change(entry: FigureEntry, versions: Mapping[int, Mapping[str, int]]) -> Iterator[RowFault]:
    if entry.row.reason:
        return
    if period := computed_period(entry.key, versions):
        sentence = N_("%(period)s is computed: say why the figure changes (--reason)")
        yield RowFault(entry.row.number, "reason", sentence, {"period": period})
    elif entry.is_target and entry.before and entry.before.state is TargetState.AGREED:
        sentence = N_(
            "the target %(before)s of %(kpi)s in %(period)s is agreed: say why it changes (--reason)"
        )
        facts = {"before": f"{entry.before.value:.15g}", "kpi": entry.key.kpi, "period": entry.key.period}
        yield RowFault(entry.row.number, "reason", sentence, facts)
