"""Questionnaires and schemes, in versions: those that ship with the product, and the company's own in the database.

A version with which a campaign has opened never changes. `definition_drafts` makes and changes the others.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

import tomli_w
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.models.library import Definition, DefinitionKind
from feedback.models.rounds import Round, RoundState
from feedback.services.ground import documents
from feedback.services.ground.errors import NotFound
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.document import Fault, InvalidDocument, Section, read_json, read_toml
from forms.questionnaire import Questionnaire, in_language
from forms.scheme import Group, Scheme
from forms.words import N_

DEFAULT = "account-manager"
FOLDER_OF = {DefinitionKind.QUESTIONNAIRE: "questionnaires", DefinitionKind.SCHEME: "schemes"}
PARSER_OF: Mapping[DefinitionKind, Callable[[Section], Questionnaire | Scheme]] = {
    DefinitionKind.QUESTIONNAIRE: questionnaires.parse,
    DefinitionKind.SCHEME: schemes.parse,
}
FROZEN_IN = {
    DefinitionKind.QUESTIONNAIRE: (Campaign.questionnaire_code, Campaign.questionnaire_version),
    DefinitionKind.SCHEME: (Campaign.scheme_code, Campaign.scheme_version),
}

Key = tuple[str, int]
Table = Mapping[str, object]


class VersionChoice(NamedTuple):
    code: str
    version: int
    title: Mapping[str, str]

    def title_in(self, language: str) -> str:
        """A questionnaire's title may speak of {subject}; here nobody is meant."""
        return in_language(self.title, language).replace("{subject}", "…") or self.code


@dataclass(frozen=True)
class Version:
    """One entry of the library."""

    kind: DefinitionKind
    code: str
    version: int
    table: Mapping[str, Any]
    shipped: bool
    used_since: str | None

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps a draft from being used."""
        return faults(self.kind, self.table)

    @property
    def is_draft(self) -> bool:
        return not self.shipped and self.used_since is None

    @property
    def title(self) -> Mapping[str, str]:
        written = self.table.get("title")
        texts = written if isinstance(written, dict) else {}
        return {language: text for language, text in texts.items() if isinstance(text, str) and text}

    def title_in(self, language: str) -> str:
        return VersionChoice(self.code, self.version, self.title).title_in(language)


def questionnaire(code: str = DEFAULT) -> Questionnaire:
    """As shipped."""
    return questionnaires.load(_shipped_file(DefinitionKind.QUESTIONNAIRE, code))


def scheme(code: str = DEFAULT) -> Scheme:
    """As shipped."""
    return schemes.load(_shipped_file(DefinitionKind.SCHEME, code))


def load_questionnaire(session: Session, code: str, version: int | None = None) -> Questionnaire:
    """Raises NotFound, or InvalidDocument for a draft that is not finished. Without a version the latest."""
    return questionnaires.parse(Section(find(session, DefinitionKind.QUESTIONNAIRE, code, version).table))


def load_scheme(session: Session, code: str, version: int | None = None) -> Scheme:
    """Raises NotFound, or InvalidDocument for a draft that is not finished. Without a version the latest."""
    return schemes.parse(Section(find(session, DefinitionKind.SCHEME, code, version).table))


def choices(session: Session, kind: DefinitionKind) -> list[VersionChoice]:
    """What a campaign may take: every version without faults, the latest first."""
    usable = (entry for entry in versions(session, kind) if not entry.faults)
    return [VersionChoice(entry.code, entry.version, entry.title) for entry in usable]


def find(session: Session, kind: DefinitionKind, code: str, version: int | None = None) -> Version:
    """Without a version the latest. No other one is read."""
    wanted = _latest(session, kind, code) if version is None else version
    if wanted is None:
        raise NotFound(N_("the library has nothing called %(code)s"), code=code)
    key = code, wanted
    own = session.scalar(select(Definition.document).where(*_is(kind, key)))
    document = own or shipped_documents(kind).get(key)
    if document is None:
        raise NotFound(N_("the library has no version %(version)s of %(code)s"), code=code, version=version)
    return Version(kind, *key, read_table(document), own is None, used_versions(session, kind).get(key))


def _latest(session: Session, kind: DefinitionKind, code: str) -> int | None:
    own = select(func.max(Definition.version)).where(Definition.kind == kind, Definition.code == code)
    shipped = [version for name, version in shipped_documents(kind) if name == code]
    return max(filter(None, [session.scalar(own), *shipped]), default=None)


def _is(kind: DefinitionKind, key: Key) -> tuple[ColumnElement[bool], ...]:
    code, version = key
    return Definition.kind == kind, Definition.code == code, Definition.version == version


def versions(session: Session, kind: DefinitionKind) -> list[Version]:
    """By code, the latest version first."""
    own, used = own_documents(session, kind), used_versions(session, kind)
    return [
        Version(kind, *key, read_table(document), key not in own, used.get(key))
        for key, document in in_order(shipped_documents(kind) | own)
    ]


def in_order(documents: Mapping[Key, str]) -> list[tuple[Key, str]]:
    """By code, the latest version first."""
    return sorted(documents.items(), key=lambda entry: (entry[0][0], -entry[0][1]))


def used_versions(session: Session, kind: DefinitionKind) -> dict[Key, str]:
    """The code of the campaign that was the first to open with each, or the period of the round that it started."""
    query = select(*FROZEN_IN[kind], Campaign.code).where(Campaign.opened_at.is_not(None))
    latest_first = session.execute(query.order_by(Campaign.opened_at.desc(), Campaign.id.desc()))
    opened = {(code, version): campaign for code, version, campaign in latest_first}
    return (_started(session) if kind is DefinitionKind.SCHEME else {}) | opened


def _started(session: Session) -> dict[Key, str]:
    columns = (Round.scheme_code, Round.scheme_version, Round.period)
    rows = session.execute(select(*columns).where(Round.state != RoundState.PREPARING))
    return {(code, version): period for code, version, period in rows}


def is_current(session: Session, stored: Questionnaire | Scheme) -> bool:
    """Whether the library still says what was taken from it. What came with a file of its own is nowhere else."""
    is_questionnaire = isinstance(stored, Questionnaire)
    kind = DefinitionKind.QUESTIONNAIRE if is_questionnaire else DefinitionKind.SCHEME
    document = session.scalar(
        select(Definition.document).where(
            Definition.kind == kind, Definition.code == stored.id, Definition.version == stored.version
        )
    )
    if document is None:
        return True
    try:
        written = PARSER_OF[kind](Section(read_table(document)))
    except InvalidDocument:
        return False
    return _says_the_same(written, stored)


def has(session: Session, stored: Questionnaire | Scheme) -> bool:
    """Whether what a campaign took, raised thresholds aside, is a version of the library."""
    try:
        if isinstance(stored, Questionnaire):
            return _says_the_same(load_questionnaire(session, stored.id, stored.version), stored)
        return _says_the_same(load_scheme(session, stored.id, stored.version), stored)
    except (NotFound, InvalidDocument):
        return False


def _says_the_same(written: Questionnaire | Scheme, stored: Questionnaire | Scheme) -> bool:
    if isinstance(written, Scheme) and isinstance(stored, Scheme):
        try:
            written = schemes.with_minimum(written, {group.id: group.minimum for group in stored.groups})
        except (ValueError, KeyError):
            return False
    return written.digest == stored.digest


def before_raising(session: Session, stored: Scheme) -> Scheme | None:
    """The version that a campaign took its scheme from, with its own thresholds; None if the library has no such."""
    return load_scheme(session, stored.id, stored.version) if has(session, stored) else None


def rater_groups(session: Session) -> list[Group]:
    """Of all schemes that can be used; of groups with the same id the one of the scheme that comes first."""
    groups: dict[str, Group] = {}
    for entry in versions(session, DefinitionKind.SCHEME):
        for group in () if entry.faults else schemes.parse(Section(entry.table)).groups:
            groups.setdefault(group.id, group)
    return list(groups.values())


def dimensions(session: Session, language: str) -> dict[str, str]:
    """Of all questionnaires that can be used, with their titles."""
    found: dict[str, str] = {}
    for entry in versions(session, DefinitionKind.QUESTIONNAIRE):
        for dimension in () if entry.faults else questionnaires.parse(Section(entry.table)).dimensions:
            found.setdefault(dimension.id, in_language(dimension.title, language) or dimension.id)
    return found


def faults(kind: DefinitionKind, table: Table) -> tuple[Fault, ...]:
    try:
        PARSER_OF[kind](Section(table))
    except InvalidDocument as error:
        return error.faults
    return ()


def digest(kind: DefinitionKind, table: Table) -> str | None:
    """As campaigns and results name it; None for a draft that is not finished."""
    return None if faults(kind, table) else PARSER_OF[kind](Section(table)).digest


def complete(kind: DefinitionKind, table: Table) -> Table:
    """With every default filled in; an unfinished draft as it is."""
    if faults(kind, table):
        return table
    if kind is DefinitionKind.QUESTIONNAIRE:
        return questionnaires.definition(questionnaires.parse(Section(table)))
    return schemes.definition(schemes.parse(Section(table)))


def to_toml(entry: Version) -> str:
    """The file of a version."""
    return tomli_w.dumps(complete(entry.kind, entry.table))


def own_documents(session: Session, kind: DefinitionKind) -> dict[Key, str]:
    columns = (Definition.code, Definition.version, Definition.document)
    rows = session.execute(select(*columns).where(Definition.kind == kind))
    return {(code, version): document for code, version, document in rows}


def read_table(document: str) -> Table:
    return documents.content(read_json(document).table)


@cache
def shipped_documents(kind: DefinitionKind) -> dict[Key, str]:
    """As they stand in the database, which is read a hundred times as fast as TOML."""
    tables = [read_toml(file.read_bytes()).table for file in _shipped_files(kind).values()]
    return {
        (str(table["id"]), int(str(table["version"]))): json.dumps(documents.numbered(dict(table)))
        for table in tables
    }


def _shipped_file(kind: DefinitionKind, code: str) -> bytes:
    shipped = _shipped_files(kind)
    if code not in shipped:
        known = ", ".join(sorted(shipped))
        raise NotFound(f"there is no shipped {kind} {code}; there is: {known}")
    return shipped[code].read_bytes()


def _shipped_files(kind: DefinitionKind) -> dict[str, Traversable]:
    folder = files("forms") / FOLDER_OF[kind]
    return {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}
