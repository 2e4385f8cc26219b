"""The KPIs of a scheme::

[[kpi]]
id = "sales-revenue"
title = {en = "Sales revenue", zh = "..."}
definition = {en = "...", zh = "..."}          # optional: what counts and what does not
unit = {en = "CNY", zh = "元"}                 # optional
decimals = 0                                   # as it is shown; default 2
figure = "value"                               # value (default) | share: 100 part / whole | growth, in per cent
growth_over = "period"                         #   growth over the period before (default) | year: the same a year ago
combine = "sum"                                # months to quarter, quarters to year: sum | mean | weighted (by the
                                               #   base) | last | share; default: share for a share, sum for all else
least_parts = 0.6                              # so many of the months or quarters must be there (default 0.6)
source = "crm"                                 # optional: what it is entered from, or where it comes from by itself
missing = "leave"                              # without an actual: leave (default; the others weigh more) | hold | zero
requires = [{kpi = "projects", from = 2}]      # another KPI's figure: from, to or both; else the score is `otherwise`
otherwise = 0                                  #   default 0

method = "ratio"                               # 100 actual/target, clipped to floor..cap
floor = 0                                      #   default 0
cap = 120                                      #   default 120
method = "lower_is_better"                     # 100 (2 - actual/target), clipped to floor..cap as above
method = "increment"                           # base + rate (actual - target), clipped to 0..full
base = 100                                     #   default 100
rate = 5                                       #   points per unit above (or below) the target; may be negative
full = 120                                     #   default 120
method = "tier"                                # the score of the last step reached by the actual; below all 0
steps = [{from = 10, score = 60}, {from = 20, score = 100}]      # half-open: 20 belongs to the second
method = "pass_fail"                           # 100 from the target up, else 0
direction = "lower"                            #   default higher; lower: up to the target
method = "interpolate"                         # straight lines through three shares of the target; below the first 0
threshold = 0.8                                #   defaults: at 80 % of the target
threshold_score = 60                           #             60 points,
stretch = 1.2                                  #             at the target 100, at 120 % (and above)
stretch_score = 120                            #             120
method = "curve"                               # straight lines between points, flat outside; needs no target
points = [{figure = 0, score = 0}, {figure = 95, score = 100}]
method = "proportional"                        # base points at the target,
base = 80                                      #   default 100
below = 2                                      #   less so many per per cent missing; default base / 100
above = 1                                      #   and more so many per per cent over; default 0
direction = "lower"                            #   default higher; lower: under the target is over
floor = 0                                      #   clipped to floor..cap, defaults 0 and 120
cap = 100
"""

from collections.abc import Callable, Iterable, Mapping

from forms.appraisals.choices import Combine, Direction, FigureRule, GrowthOver, Method, MissingActual
from forms.appraisals.rules import Kpi, Requirement
from forms.document import LARGEST_NUMBER, Section, filled

Pairs = tuple[tuple[float, float], ...]

# Figures that come from released results and from the register by themselves; then those that are entered.
FEEDBACK_SOURCES = ("feedback.top2box", "feedback.nps", "feedback.score")
DIMENSION_SOURCE = "feedback.dimension:"
REGISTER_SOURCES = (
    "register.in-time",
    "register.resolved",
    "register.satisfied",
    "register.in-time-satisfied",
    "register.visits",
    "register.visits-satisfied",
)
ENTERED_SOURCES = ("crm", "finance", "survey", "register", "leader", "manual")
DIRECTED = (Method.PASS_FAIL, Method.PROPORTIONAL)


def parse(section: Section) -> Kpi:
    method = section.choice("method", Method)
    figure = section.choice("figure", FigureRule, FigureRule.VALUE)
    steps = _pairs(section, "steps", "from", "not_ascending") if method is Method.TIER else ()
    points = _pairs(section, "points", "figure", "points_not_ascending") if method is Method.CURVE else ()
    parameters = PARAMETERS[method](section)
    kpi = Kpi(
        id=section.identifier("id"),
        title=section.languages("title"),
        definition=section.languages("definition"),
        unit=section.languages("unit"),
        decimals=section.integer("decimals", 2, most=6),
        figure=figure,
        growth_over=_growth_over(section, figure),
        combine=_combine(section, figure),
        least_parts=section.number("least_parts", 0.6, most=1.0),
        method=method,
        direction=_direction(section, method, parameters, points),
        parameters=parameters,
        steps=steps,
        points=points,
        requires=tuple(_requirement(each) for each in section.sections("requires")),
        otherwise=section.number("otherwise", 0.0),
        missing=section.choice("missing", MissingActual, MissingActual.LEAVE),
        source=_source(section),
    )
    section.close()
    return kpi


def _growth_over(section: Section, figure: FigureRule) -> GrowthOver:
    if figure is FigureRule.GROWTH:
        return section.choice("growth_over", GrowthOver, GrowthOver.PERIOD)
    return GrowthOver.PERIOD


def _combine(section: Section, figure: FigureRule) -> Combine:
    is_share = figure is FigureRule.SHARE
    combine = section.choice("combine", Combine, Combine.SHARE if is_share else Combine.SUM)
    if is_share and combine is not Combine.SHARE:
        section.fault("combine", "not_added_up")
    if combine is Combine.SHARE and not is_share:
        section.fault("combine", "no_parts")
    return combine


def _direction(section: Section, method: Method, parameters: Mapping[str, float], points: Pairs) -> Direction:
    """Of a curve and of points per unit the numbers themselves tell."""
    if method in DIRECTED:
        return section.choice("direction", Direction, Direction.HIGHER)
    falls = bool(points) and points[-1][1] < points[0][1]
    return Direction.LOWER if falls or parameters.get("rate", 0.0) < 0 else Direction.HIGHER


def _requirement(section: Section) -> Requirement:
    required = Requirement(
        section.identifier("kpi"), section.optional_number("from"), section.optional_number("to")
    )
    if required.start is None and required.end is None:
        section.fault("", "requires_nothing")
    elif required.start is not None and required.end is not None and required.start > required.end:
        section.fault("from", "above", low=f"{required.start:g}", high=f"{required.end:g}")
    section.close()
    return required


def _source(section: Section) -> str | None:
    if not section.has("source"):
        return None
    source, known = section.string("source"), (*FEEDBACK_SOURCES, *REGISTER_SOURCES, *ENTERED_SOURCES)
    if source and source not in known and not source.startswith(DIMENSION_SOURCE):
        section.fault(
            "source", "unknown_figure", value=source, known=", ".join((*known, f"{DIMENSION_SOURCE}ID"))
        )
    return source


def is_of_feedback(kpi: Kpi) -> bool:
    return kpi.source in FEEDBACK_SOURCES or (kpi.source or "").startswith(DIMENSION_SOURCE)


def _clip_limits(section: Section) -> dict[str, float]:
    limits = {"floor": section.number("floor", 0.0), "cap": section.number("cap", 120.0)}
    check_order(section, "cap", limits["floor"], limits["cap"])
    return limits


def _increment(section: Section) -> dict[str, float]:
    return {
        "base": section.number("base", 100.0),
        "rate": section.number("rate", least=-LARGEST_NUMBER),
        "full": section.number("full", 120.0),
    }


def _interpolation(section: Section) -> dict[str, float]:
    threshold, stretch = section.number("threshold", 0.8), section.number("stretch", 1.2)
    check_order(section, "threshold", threshold, 1.0)
    check_order(section, "stretch", 1.0, stretch)
    return {
        "threshold": threshold,
        "threshold_score": section.number("threshold_score", 60.0),
        "stretch": stretch,
        "stretch_score": section.number("stretch_score", 120.0),
    }


def _proportional(section: Section) -> dict[str, float]:
    base = section.number("base", 100.0)
    rates = {"below": section.number("below", base / 100), "above": section.number("above", 0.0)}
    return {"base": base, **rates, **_clip_limits(section)}


def _nothing(section: Section) -> dict[str, float]:
    return {}


PARAMETERS: Mapping[Method, Callable[[Section], dict[str, float]]] = {
    Method.RATIO: _clip_limits,
    Method.LOWER_IS_BETTER: _clip_limits,
    Method.INCREMENT: _increment,
    Method.TIER: _nothing,
    Method.PASS_FAIL: _nothing,
    Method.INTERPOLATE: _interpolation,
    Method.CURVE: _nothing,
    Method.PROPORTIONAL: _proportional,
}


def _pairs(section: Section, key: str, first: str, unordered: str) -> Pairs:
    pairs = []
    for row in section.sections(key):
        pairs.append((row.number(first, least=-LARGEST_NUMBER), row.number("score")))
        row.close()
    starts = [start for start, _ in pairs]
    if not pairs:
        section.fault(key, "missing")
    elif key == "points" and len(pairs) < 2:
        section.fault(key, "too_few_points")
    if starts != sorted(set(starts)):
        section.fault(key, unordered)
    return tuple(pairs)


def check_order(section: Section, key: str, low: float, high: float) -> None:
    if not low < high:
        section.fault(key, "bad_order", low=f"{low:g}", high=f"{high:g}")


def check(root: Section, kpis: Iterable[Kpi]) -> None:
    """What one KPI says of another."""
    rows = tuple(kpis)
    ids = [kpi.id for kpi in rows]
    root.unique("kpi", ids)
    for place, kpi in enumerate(rows, start=1):
        for number, required in enumerate(kpi.requires, start=1):
            path = f"kpi[{place}].requires[{number}].kpi"
            if required.kpi == kpi.id:
                root.fault(path, "requires_itself")
            elif required.kpi and required.kpi not in ids:
                root.fault(path, "unknown_kpi", kpi=required.kpi)


def definition(kpi: Kpi) -> dict[str, object]:
    table: dict[str, object] = {
        "id": kpi.id,
        "title": kpi.title,
        "decimals": kpi.decimals,
        "figure": kpi.figure.value,
        "combine": kpi.combine.value,
        "least_parts": kpi.least_parts,
        "method": kpi.method.value,
        **kpi.parameters,
        "otherwise": kpi.otherwise,
        "missing": kpi.missing.value,
    }
    return table | filled(_occasional(kpi))


def _occasional(kpi: Kpi) -> dict[str, object]:
    """What only some KPIs have."""
    return {
        "definition": kpi.definition,
        "unit": kpi.unit,
        "growth_over": kpi.growth_over.value if kpi.figure is FigureRule.GROWTH else None,
        "direction": kpi.direction.value if kpi.method in DIRECTED else None,
        "steps": [{"from": start, "score": score} for start, score in kpi.steps],
        "points": [{"figure": figure, "score": score} for figure, score in kpi.points],
        "requires": [_required(required) for required in kpi.requires],
        "source": kpi.source,
    }


def _required(required: Requirement) -> dict[str, object]:
    return {"kpi": required.kpi} | filled({"from": required.start, "to": required.end})
