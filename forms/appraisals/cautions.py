"""What a scheme may say and hardly means: told when it is checked and on its page, refused by nobody."""

from collections.abc import Iterator
from itertools import product

from forms.appraisals.kpis import is_of_feedback
from forms.appraisals.rules import AppraisalRules
from forms.document import Fault


def cautions(rules: AppraisalRules) -> tuple[Fault, ...]:
    return (*_kpis(rules), *_people(rules))


def _kpis(rules: AppraisalRules) -> Iterator[Fault]:
    for place, kpi in enumerate(rules.kpis, start=1):
        having = [profile for profile in rules.profiles if kpi.id in profile.kpis]
        if not having:
            yield Fault(f"kpi[{place}]", "caution_unused", {"kpi": kpi.id})
        for profile in having:
            if is_of_feedback(kpi) and profile.components.feedback:
                facts = {"kpi": kpi.id, "profile": profile.id}
                yield Fault(f"kpi[{place}].source", "caution_source", facts)


def _people(rules: AppraisalRules) -> Iterator[Fault]:
    """Of the posts and levels that it names."""
    if not rules.profiles:
        return
    posts: tuple[str | None, ...] = tuple(post.id for post in rules.posts) or (None,)
    levels: tuple[str | None, ...] = tuple(level.id for level in rules.levels) or (None,)
    for post, level in product(posts, levels):
        if rules.profile_of(post, level) is None:
            facts = {"post": post or "-", "level": level or "-"}
            yield Fault("profile", "caution_nobody", facts)
