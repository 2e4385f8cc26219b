"""What levels and tiers are called: people and clients carry identifiers, the schemes of the library carry words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from feedback.models.library import DefinitionKind
from feedback.services.definitions import library
from feedback.services.ground.bilingual import Bilingual
from forms import scheme as schemes
from forms.document import InvalidDocument, Section


class Titles(dict[str, Bilingual]):
    """An identifier that no scheme knows stands for itself."""

    def __missing__(self, identifier: str) -> Bilingual:
        return Bilingual(identifier, identifier)


@dataclass(frozen=True)
class _Words:
    """What one version calls them."""

    levels: Mapping[str, Bilingual]
    posts: Mapping[str, Bilingual]
    tiers: Mapping[str, Bilingual]


def levels(session: Session) -> Titles:
    return _together(words.levels for words in _words(session))


def posts(session: Session) -> Titles:
    return _together(words.posts for words in _words(session))


def tiers(session: Session) -> Titles:
    """A client's tier is the rater group in which its contacts are asked."""
    return _together(words.tiers for words in _words(session))


def _together(found: Iterable[Mapping[str, Bilingual]]) -> Titles:
    titles = Titles()
    for each in found:
        titles.update(each)
    return titles


def _words(session: Session) -> Iterator[_Words]:
    """The latest last, so that its words are those that stay."""
    kind = DefinitionKind.SCHEME
    documents = library.shipped_documents(kind) | library.own_documents(session, kind)
    return (_words_of(document) for _key, document in reversed(library.in_order(documents)))


@lru_cache(maxsize=500)
def _words_of(document: str) -> _Words:
    """Of a version as it is stored: it is parsed once, whoever shows its words. A draft with faults has none."""
    try:
        scheme = schemes.parse(Section(library.read_table(document)))
    except InvalidDocument:
        return _Words({}, {}, {})
    appraisal = scheme.appraisal
    return _Words(
        {level.id: Bilingual.of(level.title, level.id) for level in appraisal.levels},
        {post.id: Bilingual.of(post.title, post.id) for post in appraisal.posts},
        {group.id: Bilingual.of(group.title, group.id) for group in scheme.groups},
    )
