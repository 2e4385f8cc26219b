"""What levels and tiers are called: people and clients carry identifiers, the schemes of the library carry words."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from feedback.models.library import DefinitionKind
from feedback.services.definitions import library
from feedback.services.ground.bilingual import Bilingual
from forms import scheme as schemes
from forms.document import Section
from forms.scheme import Scheme


class Titles(dict[str, Bilingual]):
    """An identifier that no scheme knows stands for itself."""

    def __missing__(self, identifier: str) -> Bilingual:
        return Bilingual(identifier, identifier)


def levels(session: Session) -> Titles:
    found = (level for scheme in _schemes(session) for level in scheme.appraisal.levels)
    return Titles({level.id: Bilingual.of(level.title, level.id) for level in found})


def posts(session: Session) -> Titles:
    found = (post for scheme in _schemes(session) for post in scheme.appraisal.posts)
    return Titles({post.id: Bilingual.of(post.title, post.id) for post in found})


def tiers(session: Session) -> Titles:
    """A client's tier is the rater group in which its contacts are asked."""
    found = (group for scheme in _schemes(session) for group in scheme.groups)
    return Titles({group.id: Bilingual.of(group.title, group.id) for group in found})


def _schemes(session: Session) -> Iterator[Scheme]:
    """The latest last, so that its words are those that stay."""
    entries = library.versions(session, DefinitionKind.SCHEME)
    return (schemes.parse(Section(entry.table)) for entry in reversed(entries) if not entry.faults)
