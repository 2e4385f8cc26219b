"""The appraisal tables of a scheme (all optional for a scheme that only scores feedback)::

[components]                       # what the overall score is made of; total 100
kpi = 60
feedback = 30
goals = 10

[level.senior]                     # instead of [components], for account managers of this level
title = {en = "Senior", zh = "..."}
kpi = 50
feedback = 30
goals = 20

[[kpi]]                            # weights total 100
id = "sales-revenue"
title = {en = "Sales revenue", zh = "..."}
weight = 30
method = "ratio"                   # 100 actual/target, clipped to floor..cap
floor = 0                          #   default 0
cap = 120                          #   default 120
year = "sum"                       # the year's figure from the quarters': sum (default) | mean

method = "lower_is_better"         # 100 (2 - actual/target), clipped to floor..cap as above
method = "increment"               # base + rate (actual - target), clipped to 0..full
base = 100                         #   default 100
rate = 5                           #   points per unit above (or below) the target; may be negative
full = 120                         #   default 120
method = "tier"                    # the score of the last step reached by the actual; below all 0
steps = [{from = 10, score = 60}, {from = 20, score = 100}]      # half-open: 20 belongs to the second
method = "pass_fail"               # 100 from the target up, else 0
method = "interpolate"             # straight lines through three shares of the target; below the first 0
threshold = 0.8                    #   defaults: at 80 % of the target
threshold_score = 60               #             60 points,
stretch = 1.2                      #             at the target 100, at 120 % (and above)
stretch_score = 120                #             120

[[band]]                           # best first; half-open: 90 is an A
id = "A"
from = 90
title = {en = "Excellent", zh = "..."}

[[bonus]]                          # best first
from = 80
share = 1.0                        # of the bonus; a fraction, at most 3
[[bonus]]
from = 60
share = 0.6
linear = true                      # default false: grows from here to the share of the row above

[veto]
score = 0                          # a confirmed veto lowers the overall score to this (default 0)
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from forms.document import Section


class Method(StrEnum):
    RATIO = "ratio"
    LOWER_IS_BETTER = "lower_is_better"
    INCREMENT = "increment"
    TIER = "tier"
    PASS_FAIL = "pass_fail"
    INTERPOLATE = "interpolate"


class YearRule(StrEnum):
    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True)
class Components:
    kpi: float
    feedback: float
    goals: float


@dataclass(frozen=True)
class Level:
    id: str
    title: Mapping[str, str]
    components: Components


@dataclass(frozen=True)
class Kpi:
    """``parameters`` are the method's own numbers; ``steps`` (from, score) ascending, for tiers only."""

    id: str
    title: Mapping[str, str]
    weight: float
    method: Method
    parameters: Mapping[str, float]
    steps: tuple[tuple[float, float], ...]
    year: YearRule


@dataclass(frozen=True)
class Band:
    id: str
    start: float
    title: Mapping[str, str]


@dataclass(frozen=True)
class Bonus:
    start: float
    share: float
    linear: bool


@dataclass(frozen=True)
class Appraisal:
    components: Components | None
    levels: tuple[Level, ...]
    kpis: tuple[Kpi, ...]
    bands: tuple[Band, ...]
    bonuses: tuple[Bonus, ...]
    veto_score: float

    def components_for(self, level: str | None) -> Components | None:
        """The level's own component weights, else the general ones."""
        return next((own.components for own in self.levels if own.id == level), self.components)


def parse(root: Section) -> Appraisal:
    veto = root.section("veto")
    appraisal = Appraisal(
        components=_components(root.section("components")) if root.has("components") else None,
        levels=tuple(_level(name, section) for name, section in root.named_sections("level").items()),
        kpis=tuple(_kpi(section) for section in root.sections("kpi")),
        bands=tuple(_band(section) for section in root.sections("band")),
        bonuses=tuple(_bonus(section) for section in root.sections("bonus")),
        veto_score=veto.number("score", 0.0, most=100.0),
    )
    veto.close()
    _check_components(root, appraisal)
    _check_kpis(root, appraisal)
    _check_bands(root, appraisal)
    return appraisal


def _components(section: Section) -> Components:
    components = Components(section.number("kpi"), section.number("feedback"), section.number("goals"))
    total = components.kpi + components.feedback + components.goals
    section.weights_total_100("", total)
    section.close()
    return components


def _level(name: str, section: Section) -> Level:
    return Level(name, section.languages("title"), _components(section))


def _kpi(section: Section) -> Kpi:
    method = section.choice("method", Method)
    kpi = Kpi(
        id=section.identifier("id"),
        title=section.languages("title"),
        weight=section.number("weight"),
        method=method,
        parameters=PARAMETERS[method](section),
        steps=_steps(section) if method is Method.TIER else (),
        year=section.choice("year", YearRule, YearRule.SUM),
    )
    section.close()
    return kpi


def _clip_limits(section: Section) -> dict[str, float]:
    limits = {"floor": section.number("floor", 0.0), "cap": section.number("cap", 120.0)}
    _check_order(section, "cap", limits["floor"], limits["cap"])
    return limits


def _increment(section: Section) -> dict[str, float]:
    return {
        "base": section.number("base", 100.0),
        "rate": section.number("rate", least=-1e12),
        "full": section.number("full", 120.0),
    }


def _interpolation(section: Section) -> dict[str, float]:
    threshold, stretch = section.number("threshold", 0.8), section.number("stretch", 1.2)
    _check_order(section, "threshold", threshold, 1.0)
    _check_order(section, "stretch", 1.0, stretch)
    return {
        "threshold": threshold,
        "threshold_score": section.number("threshold_score", 60.0),
        "stretch": stretch,
        "stretch_score": section.number("stretch_score", 120.0),
    }


PARAMETERS: Mapping[Method, Callable[[Section], dict[str, float]]] = {
    Method.RATIO: _clip_limits,
    Method.LOWER_IS_BETTER: _clip_limits,
    Method.INCREMENT: _increment,
    Method.TIER: lambda section: {},
    Method.PASS_FAIL: lambda section: {},
    Method.INTERPOLATE: _interpolation,
}


def _steps(section: Section) -> tuple[tuple[float, float], ...]:
    steps = []
    for step in section.sections("steps"):
        steps.append((step.number("from", least=-1e12), step.number("score")))
        step.close()
    starts = [start for start, _ in steps]
    if not steps:
        section.fault("steps", "missing")
    if starts != sorted(set(starts)):
        section.fault("steps", "not_ascending")
    return tuple(steps)


def _band(section: Section) -> Band:
    band = Band(section.identifier("id"), section.number("from"), section.languages("title"))
    section.close()
    return band


def _bonus(section: Section) -> Bonus:
    bonus = Bonus(section.number("from"), section.number("share", most=3.0), section.flag("linear", False))
    section.close()
    return bonus


def _check_components(root: Section, appraisal: Appraisal) -> None:
    if not appraisal.components and (appraisal.levels or appraisal.kpis or appraisal.bands):
        root.fault("components", "needs_components")
    weighted = [level.components for level in appraisal.levels] + [appraisal.components]
    if not appraisal.kpis and any(components and components.kpi for components in weighted):
        root.fault("kpi", "needs_kpis")


def _check_kpis(root: Section, appraisal: Appraisal) -> None:
    root.unique("kpi", (kpi.id for kpi in appraisal.kpis))
    if appraisal.kpis:
        root.weights_total_100("kpi", sum(kpi.weight for kpi in appraisal.kpis))


def _check_bands(root: Section, appraisal: Appraisal) -> None:
    root.unique("band", (band.id for band in appraisal.bands))
    _check_starts(root, "band", [band.start for band in appraisal.bands])
    _check_starts(root, "bonus", [bonus.start for bonus in appraisal.bonuses])
    if appraisal.bonuses and appraisal.bonuses[0].linear:
        root.fault("bonus[1].linear", "first_not_linear")


def _check_starts(root: Section, key: str, starts: list[float]) -> None:
    if starts != sorted(set(starts), reverse=True):
        root.fault(key, "not_descending")
    if starts and starts[-1] != 0:
        root.fault(key, "last_not_zero")


def _check_order(section: Section, key: str, low: float, high: float) -> None:
    if not low < high:
        section.fault(key, "bad_order", low=f"{low:g}", high=f"{high:g}")


def definition(appraisal: Appraisal) -> dict[str, object]:
    """The tables in the shape of the file, with every default filled in."""
    tables: dict[str, object] = {
        "level": {level.id: {"title": level.title, **asdict(level.components)} for level in appraisal.levels},
        "kpi": [_kpi_definition(kpi) for kpi in appraisal.kpis],
        "band": [{"id": band.id, "from": band.start, "title": band.title} for band in appraisal.bands],
        "bonus": [
            {"from": bonus.start, "share": bonus.share, "linear": bonus.linear} for bonus in appraisal.bonuses
        ],
        "veto": {"score": appraisal.veto_score},
    }
    if appraisal.components:
        tables["components"] = asdict(appraisal.components)
    return tables


def _kpi_definition(kpi: Kpi) -> dict[str, object]:
    table: dict[str, object] = {"id": kpi.id, "title": kpi.title, "weight": kpi.weight}
    table |= {"method": kpi.method.value, "year": kpi.year.value, **kpi.parameters}
    if kpi.steps:
        table["steps"] = [{"from": start, "score": score} for start, score in kpi.steps]
    return table
