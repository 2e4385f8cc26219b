"""Which schemes people are appraised by, and of what posts and levels they know nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.library import DefinitionKind
from feedback.models.rounds import Round, RoundState
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.errors import RowFault
from forms import scheme as schemes
from forms.appraisals.rules import AppraisalRules, Profile
from forms.document import Section
from forms.scheme import Scheme
from forms.words import N_

MOST_CODES = 20
NOTHING = "-"
UNKNOWN = {
    "level": N_("no scheme knows the level %(name)s: %(codes)s"),
    "post": N_("no scheme knows the post %(name)s: %(codes)s"),
}

PostAndLevel = tuple[str | None, str | None]


def profile_of(rules: AppraisalRules, post: str | None, level: str | None) -> Profile | None:
    """By what somebody is appraised; nobody who has neither post nor level is, whatever profile fits everybody."""
    return rules.profile_of(post, level) if post or level else None


def of_rounds(session: Session, periods: Collection[str]) -> dict[str, Scheme]:
    """What the rounds of these periods are computed by, as it was frozen."""
    rows = session.execute(select(Round.period, Round.scheme).where(Round.period.in_(periods)))
    return {period: read_scheme(document) for period, document in rows}


def in_use(session: Session) -> list[Scheme]:
    """Those of the rounds that have not ended; without any the latest of the library that appraise."""
    open_rounds = select(Round.scheme).where(Round.state != RoundState.ENDED).distinct()
    found = [read_scheme(document) for document in session.scalars(open_rounds)]
    return found or [scheme for scheme in _latest(session) if scheme.appraisal.appraises]


def _latest(session: Session) -> list[Scheme]:
    usable = (entry for entry in library.versions(session, DefinitionKind.SCHEME) if not entry.faults)
    latest = {entry.code: entry for entry in reversed(list(usable))}
    return [schemes.parse(Section(entry.table)) for entry in latest.values()]


def warnings(session: Session, people: Iterable[tuple[str, PostAndLevel]]) -> tuple[RowFault, ...]:
    """Whom no scheme would know by post and level; the people by code."""
    codes: dict[PostAndLevel, list[str]] = {}
    for code, said in dict.fromkeys(people):
        if any(said):
            codes.setdefault(said, []).append(code)
    found = in_use(session) if codes else []
    if not found:
        return ()
    return (*_unknown(found, codes), *_without_profile(found, codes))


def _unknown(found: Sequence[Scheme], codes: Mapping[PostAndLevel, Sequence[str]]) -> list[RowFault]:
    """Levels and posts that no scheme names; posts only where there are schemes that name any."""
    posts = {post for scheme in found for post in _posts(scheme.appraisal)}
    levels = {level for scheme in found for level in _levels(scheme.appraisal)}
    unknown: dict[tuple[str, str], list[str]] = {}
    for (post, level), names in codes.items():
        if level and level not in levels:
            unknown.setdefault(("level", level), []).extend(names)
        if post and posts and post not in posts:
            unknown.setdefault(("post", post), []).extend(names)
    return [
        RowFault(0, column, UNKNOWN[column], {"name": name, "codes": listed(names)})
        for (column, name), names in unknown.items()
    ]


def _posts(rules: AppraisalRules) -> set[str]:
    return {post.id for post in rules.posts}.union(*(profile.posts for profile in rules.profiles))


def _levels(rules: AppraisalRules) -> set[str]:
    return {level.id for level in rules.levels}.union(*(profile.levels for profile in rules.profiles))


def _without_profile(found: Sequence[Scheme], codes: Mapping[PostAndLevel, Sequence[str]]) -> list[RowFault]:
    alone = [said for said in codes if not any(profile_of(scheme.appraisal, *said) for scheme in found)]
    return [without_profile(", ".join(scheme.id for scheme in found), said, codes[said]) for said in alone]


def without_profile(scheme: str, said: PostAndLevel, codes: Sequence[str], row: int = 0) -> RowFault:
    post, level = (text or NOTHING for text in said)
    sentence = N_("the scheme %(scheme)s has no profile for post %(post)s, level %(level)s: %(codes)s")
    return RowFault(
        row, "subject", sentence, {"scheme": scheme, "post": post, "level": level, "codes": listed(codes)}
    )


def listed(codes: Sequence[str]) -> str:
    """Not a page of them."""
    return ", ".join(codes[:MOST_CODES]) + (" …" if len(codes) > MOST_CODES else "")
