"""The appraisal tables of a scheme, all optional for one that only scores feedback.

How they are written stands in the modules that read them: ``profiles``, ``kpis``, ``bands``, ``feeds``, ``incidents``,
``process``.
"""

from dataclasses import asdict

from forms.appraisals import bands, checks, feeds, incidents, kpis, process, profiles
from forms.appraisals.profiles import Shared
from forms.appraisals.rules import AppraisalRules, Band, Kpi, Level, Profile
from forms.document import Section, filled


def parse(root: Section) -> AppraisalRules:
    has_profiles = bool(list(root.sections("profile")))
    found, weights = _kpis(root, weighed=not has_profiles)
    shared = Shared(weights, bands.bands(root), bands.bonuses(root))
    levels, made = _profiles(root, shared) if has_profiles else _of_one_list(root, shared)
    pay, guideline = root.section("pay"), root.section("guideline")
    rules = AppraisalRules(
        profiles=made,
        posts=profiles.posts(root),
        levels=levels,
        kpis=found,
        bands=shared.bands,
        bonuses=shared.bonuses,
        incidents=incidents.parse(root.section("incident"), shared.bands),
        feedback=feeds.feedback(root),
        month=feeds.month(root.section("month")),
        year=feeds.year(root.section("year")),
        presence=process.presence(root.section("presence")),
        process=process.process(root.section("process")),
        series=process.series(root.section("series")) if root.has("series") else None,
        promotion=process.promotion(root.section("promotion")) if root.has("promotion") else None,
        guideline=_guideline(guideline, shared.bands),
        bonus_by_band=pay.flag("bonus_by_band", False),
        bonus_by_presence=pay.flag("bonus_by_presence", False),
    )
    pay.close()
    guideline.close()
    checks.check(root, rules)
    return rules


def _kpis(root: Section, weighed: bool) -> tuple[tuple[Kpi, ...], dict[str, float]]:
    """The KPIs, and their weights where all people share one list."""
    found, weights = [], []
    for section in root.sections("kpi"):
        weights.append(section.number("weight", most=100.0) if weighed else 0.0)
        found.append(kpis.parse(section))
    kpis.check(root, found)
    if weighed and found:
        root.weights_total_100("kpi", sum(weights))
    return tuple(found), {kpi.id: weight for kpi, weight in zip(found, weights, strict=True)}


def _profiles(root: Section, shared: Shared) -> tuple[tuple[Level, ...], tuple[Profile, ...]]:
    if root.has("components"):
        root.section("components")
        root.fault("components", "with_profiles")
    made = profiles.profiles(root, shared)
    return profiles.as_mentioned(profiles.levels(root), made), made


def _of_one_list(root: Section, shared: Shared) -> tuple[tuple[Level, ...], tuple[Profile, ...]]:
    levels, made = profiles.of_one_list(root, shared)
    if not root.has("components") and (levels or shared.kpis or shared.bands):
        root.fault("components", "needs_profiles")
    if not shared.kpis and any(profile.components.kpi for profile in made):
        root.fault("kpi", "needs_kpis")
    return levels, made


def _guideline(section: Section, found: tuple[Band, ...]) -> tuple[float, ...]:
    if not section.has("shares"):
        return ()
    shares = section.numbers("shares")
    if len(shares) != len(found):
        names = ", ".join(band.id for band in found)
        section.fault("shares", "shares_of_bands", bands=names, count=len(shares))
    section.weights_total_100("shares", sum(shares))
    return tuple(share / 100 for share in shares)


def definition(rules: AppraisalRules) -> dict[str, object]:
    """The tables in the shape of the file, with every default filled in."""
    shared = Shared({}, rules.bands, rules.bonuses)
    tables: dict[str, object] = {
        "post": [asdict(post) for post in rules.posts],
        "level": {level.id: {"title": level.title} for level in rules.levels},
        "profile": [profiles.definition(profile, shared) for profile in rules.profiles],
        "kpi": [kpis.definition(kpi) for kpi in rules.kpis],
        "band": bands.bands_definition(rules.bands),
        "bonus": bands.bonuses_definition(rules.bonuses),
        "incident": incidents.definition(rules.incidents),
        "month": asdict(rules.month),
        "year": asdict(rules.year),
        "presence": process.presence_definition(rules.presence),
        "process": asdict(rules.process),
        "pay": {"bonus_by_band": rules.bonus_by_band, "bonus_by_presence": rules.bonus_by_presence},
        "guideline": filled({"shares": [round(100 * share, 9) for share in rules.guideline]}),
    }
    occasional = {"series": rules.series, "promotion": rules.promotion}
    tables |= {key: asdict(rule) for key, rule in occasional.items() if rule}
    return filled(tables) | feeds.definition(rules.feedback)
