"""Profiles: what people of which posts and levels are appraised by::

[[post]]
id = "account-manager"
title = {en = "Account manager", zh = "..."}

[level.junior]
title = {en = "Junior", zh = "..."}

[[profile]]                        # the first that fits a person's post and level
id = "junior"
title = {en = "Junior account manager", zh = "..."}
posts = ["account-manager"]        # default: any
levels = ["junior"]                # default: any
components = {kpi = 65, feedback = 30, goals = 5}      # what the overall score is made of; total 100
quarter = {sales-revenue = 30, new-clients = 70}       # weights of its KPIs in a kind of period; total 100
year = {sales-revenue = 100}                           # month, too, where months are appraised
required = ["sales-revenue"]       # without these no KPI score; default none
[[profile.band]]                   # default: those of the scheme; [[profile.bonus]] as well

A scheme with one list of KPIs needs no [[profile]]: it is read as one for each level, and one for all others::

[components]
kpi = 60
feedback = 30
goals = 10
[level.senior]                     # instead of [components], for people of this level
title = {en = "Senior", zh = "..."}
kpi = 50
feedback = 30
goals = 20
[[kpi]]
weight = 30                        # total 100; of quarter and year
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from forms.appraisals import bands
from forms.appraisals.choices import PeriodKind
from forms.appraisals.rules import Band, Bonus, Components, Level, Post, Profile
from forms.document import Section, filled


@dataclass(frozen=True)
class Shared:
    """What all profiles of a scheme have: its KPIs, with their weights where all use one list, bands and bonus."""

    kpis: Mapping[str, float]
    bands: tuple[Band, ...]
    bonuses: tuple[Bonus, ...]


OTHERS = {"en": "General", "zh": "通用"}
APPRAISED_BY_KPI = (PeriodKind.QUARTER, PeriodKind.YEAR)


def posts(root: Section) -> tuple[Post, ...]:
    found = tuple(_post(section) for section in root.sections("post"))
    root.unique("post", (post.id for post in found))
    return found


def _post(section: Section) -> Post:
    post = Post(section.identifier("id"), section.languages("title"))
    section.close()
    return post


def levels(root: Section) -> tuple[Level, ...]:
    return tuple(_level(name, section) for name, section in root.named_sections("level").items())


def as_mentioned(found: tuple[Level, ...], made: tuple[Profile, ...]) -> tuple[Level, ...]:
    """In the order in which the profiles speak of them: named tables have none that a snapshot could keep."""
    mentioned = [level for profile in made for level in profile.levels]
    places = {level: place for place, level in reversed([*enumerate(mentioned)])}
    return tuple(sorted(found, key=lambda level: (places.get(level.id, len(mentioned)), level.id)))


def _level(name: str, section: Section) -> Level:
    level = Level(name, section.languages("title"))
    section.close()
    return level


def profiles(root: Section, shared: Shared) -> tuple[Profile, ...]:
    found = tuple(_profile(section, shared) for section in root.sections("profile"))
    root.unique("profile", (profile.id for profile in found))
    return found


def _profile(section: Section, shared: Shared) -> Profile:
    profile = Profile(
        id=section.identifier("id"),
        title=section.languages("title"),
        posts=section.strings("posts", ()),
        levels=section.strings("levels", ()),
        components=components(section.section("components")),
        weights={
            kind: _weights(section.section(kind), shared.kpis) for kind in PeriodKind if section.has(kind)
        },
        required=section.strings("required", ()),
        bands=bands.bands(section) if section.has("band") else shared.bands,
        bonuses=bands.bonuses(section) if section.has("bonus") else shared.bonuses,
    )
    for key in ("posts", "levels", "required"):
        section.unique(key, getattr(profile, key))
    _check_totals(section, profile)
    section.close()
    return profile


def components(section: Section) -> Components:
    found = Components(section.number("kpi"), section.number("feedback"), section.number("goals"))
    section.weights_total_100("", found.kpi + found.feedback + found.goals)
    section.close()
    return found


def _weights(section: Section, kpis: Mapping[str, float]) -> dict[str, float]:
    """In the order in which the scheme lists its KPIs."""
    places = {kpi: place for place, kpi in enumerate(kpis)}
    named = sorted(section.table, key=lambda kpi: places.get(kpi, len(places)))
    return {kpi: section.number(kpi, most=100.0) for kpi in named}


def _check_totals(section: Section, profile: Profile) -> None:
    for kind, weights in profile.weights.items():
        total = sum(weights.values())
        if abs(total - 100.0) > 1e-9:
            section.fault(kind, f"{kind}_weights", profile=profile.id, total=f"{total:g}")
    if profile.components.kpi and not profile.weights:
        section.fault("components.kpi", "profile_without_kpis", profile=profile.id)


def of_one_list(root: Section, shared: Shared) -> tuple[tuple[Level, ...], tuple[Profile, ...]]:
    """The levels and profiles of a scheme without [[profile]]."""
    weights = {kind: dict(shared.kpis) for kind in APPRAISED_BY_KPI} if shared.kpis else {}

    def profile(
        name: str, title: Mapping[str, str], own: Components, levels: tuple[str, ...] = ()
    ) -> Profile:
        return Profile(name, title, (), levels, own, weights, (), shared.bands, shared.bonuses)

    levels, made = [], []
    for name, section in root.named_sections("level").items():
        levels.append(Level(name, section.languages("title")))
        made.append(profile(name, levels[-1].title, components(section), (name,)))
    if root.has("components"):
        free = next(_names_of_others({level.id for level in levels}))
        made.append(profile(free, OTHERS, components(root.section("components"))))
    return tuple(levels), tuple(made)


def _names_of_others(taken: set[str]) -> Iterator[str]:
    names = ("general" if number == 1 else f"general-{number}" for number in count(1))
    return (name for name in names if name not in taken)


def definition(profile: Profile, shared: Shared) -> dict[str, object]:
    table: dict[str, object] = {
        "id": profile.id,
        "title": profile.title,
        "components": vars(profile.components),
    }
    named = {"posts": profile.posts, "levels": profile.levels, "required": profile.required}
    table |= filled({key: list(names) for key, names in named.items()})
    table |= {kind.value: weights for kind, weights in profile.weights.items()}
    if profile.bands != shared.bands:
        table["band"] = bands.bands_definition(profile.bands)
    if profile.bonuses != shared.bonuses:
        table["bonus"] = bands.bonuses_definition(profile.bonuses)
    return table
