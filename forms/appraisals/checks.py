"""What the tables of an appraisal say of one another: every name has to be known, and every gate reachable."""

from collections.abc import Iterator
from itertools import product

from forms.appraisals import bands
from forms.appraisals.kpis import is_of_feedback
from forms.appraisals.rules import AppraisalRules, Band, Profile
from forms.document import Fault, Section


def check(root: Section, rules: AppraisalRules) -> None:
    for fault in (*_names(rules), *_order(rules), *_gates(rules), *_bands_of_rules(rules), *_pay(rules)):
        root.fault(fault.path, fault.code, **fault.params)


def _names(rules: AppraisalRules) -> Iterator[Fault]:
    """Those that profiles use."""
    kpis = {kpi.id for kpi in rules.kpis}
    for place, profile in enumerate(rules.profiles, start=1):
        path = f"profile[{place}]"
        for post in (post for post in profile.posts if not rules.knows_post(post)):
            yield Fault(f"{path}.posts", "unknown_post", {"post": post})
        for level in (level for level in profile.levels if not rules.knows_level(level)):
            yield Fault(f"{path}.levels", "unknown_level", {"level": level})
        for kind, weights in profile.weights.items():
            for kpi in weights.keys() - kpis:
                yield Fault(f"{path}.{kind}.{kpi}", "unknown_kpi", {"kpi": kpi})
        for kpi in set(profile.required) - {*profile.kpis}:
            yield Fault(f"{path}.required", "profile_without_kpi", {"profile": profile.id, "kpi": kpi})


def _order(rules: AppraisalRules) -> Iterator[Fault]:
    """Everybody has the first profile that fits: one below may be left without anybody."""
    posts = [None, *(post.id for post in rules.posts)]
    levels = [None, *(level.id for level in rules.levels)]
    used = [rules.profile_of(post, level) for post, level in product(posts, levels)]
    for place, profile in enumerate(rules.profiles, start=1):
        knows_all = all(map(rules.knows_post, profile.posts)) and all(map(rules.knows_level, profile.levels))
        if profile not in used and knows_all:
            yield Fault(f"profile[{place}]", "never_fits", {"profile": profile.id})


def _gates(rules: AppraisalRules) -> Iterator[Fault]:
    for place, profile in enumerate(rules.profiles, start=1):
        path = f"profile[{place}]." if profile.bands is not rules.bands else ""
        for number, band in enumerate(profile.bands, start=1):
            yield from _gates_of_band(rules, profile, band, f"{path}band[{number}]")


def _gates_of_band(rules: AppraisalRules, profile: Profile, band: Band, path: str) -> Iterator[Fault]:
    for place, gate in enumerate(band.gates, start=1):
        where, kpi = f"{path}.gate[{place}].figure", bands.kpi_of(gate)
        if kpi is not None and all(kpi != known.id for known in rules.kpis):
            yield Fault(where, "unknown_kpi", {"kpi": kpi})
        elif kpi is not None and kpi not in profile.kpis:
            yield Fault(where, "profile_without_kpi", {"profile": profile.id, "kpi": kpi})
        elif gate.figure in bands.KPI_FIGURES and not profile.kpis:
            yield Fault(where, "profile_without_kpis_to_reach", {"profile": profile.id})
        elif gate.figure in bands.FEEDBACK_FIGURES and not _has_feedback(rules, profile):
            yield Fault(where, "no_feedback", {"profile": profile.id})


def _has_feedback(rules: AppraisalRules, profile: Profile) -> bool:
    own = {*profile.kpis}
    return bool(profile.components.feedback) or any(
        kpi.id in own and is_of_feedback(kpi) for kpi in rules.kpis
    )


def _bands_of_rules(rules: AppraisalRules) -> Iterator[Fault]:
    """Of incidents, series and promotion; each has to be known to every profile."""
    named = {
        "incident.minor.cap": rules.incidents.minor.cap,
        "incident.major.cap": rules.incidents.major.cap,
        "incident.critical.cap": rules.incidents.critical.cap,
        "series.band": rules.series.band if rules.series else None,
        "promotion.band": rules.promotion.band if rules.promotion else None,
    }
    for path, band in named.items():
        if band is not None and all(band != known.id for known in _all_bands(rules)):
            yield Fault(path, "unknown_band", {"band": band})
        elif band is not None:
            yield from _profiles_without(rules, path, band)


def _profiles_without(rules: AppraisalRules, path: str, band: str) -> Iterator[Fault]:
    for profile in rules.profiles:
        if profile.bands and all(band != known.id for known in profile.bands):
            yield Fault(path, "profile_without_band", {"profile": profile.id, "band": band})


def _all_bands(rules: AppraisalRules) -> Iterator[Band]:
    yield from rules.bands
    for profile in rules.profiles:
        yield from profile.bands


def _pay(rules: AppraisalRules) -> Iterator[Fault]:
    """Either every band has a share of its own, or none."""
    for name in dict.fromkeys(band.id for band in _all_bands(rules) if band.bonus is None):
        if rules.bonus_by_band:
            yield Fault("pay.bonus_by_band", "band_without_bonus", {"band": name})
    for place, band in enumerate(rules.bands, start=1):
        if band.bonus is not None and not rules.bonus_by_band:
            yield Fault(f"band[{place}].bonus", "bonus_unused")
