"""A scheme in lines of text: who is appraised by what."""

from collections.abc import Iterator

from forms.appraisals.choices import PeriodKind
from forms.appraisals.rules import AppraisalRules, Band, Profile
from forms.questionnaire import in_language
from forms.scheme import Scheme


def lines(scheme: Scheme, language: str = "en") -> Iterator[str]:
    yield f"{scheme.id}, version {scheme.version}: {in_language(scheme.title, language)}"
    for group in scheme.groups:
        yield f"  group {group.id}: weight {group.weight:g}, from {group.minimum}"
    yield f"  satisfaction goal: {100 * scheme.satisfaction_goal:g} %"
    for profile in scheme.appraisal.profiles:
        yield from _profile(scheme.appraisal, profile, language)


def _profile(rules: AppraisalRules, profile: Profile, language: str) -> Iterator[str]:
    posts, levels = ", ".join(profile.posts) or "any", ", ".join(profile.levels) or "any"
    yield f"profile {profile.id}: post {posts}, level {levels}"
    parts = profile.components
    yield f"  components: KPI {parts.kpi:g}, feedback {parts.feedback:g}, goals {parts.goals:g}"
    for kind in PeriodKind:
        for kpi, weight in profile.weights.get(kind, {}).items():
            title = in_language(rules.kpi(kpi).title, language)
            yield f"  {kind} {weight:>5g} %  {kpi}  {title}".rstrip()
    for band in profile.bands:
        yield f"  band {band.id} from {band.start:g}{_gates(band)}"


def _gates(band: Band) -> str:
    return "".join(f", {gate.figure} from {gate.start:g}" for gate in band.gates)
