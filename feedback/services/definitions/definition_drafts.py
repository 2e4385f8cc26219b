"""Own versions of questionnaires and schemes: copied, imported, changed and deleted until a campaign opens with them.

A draft may be unfinished: what is wrong with it is told wherever it is shown, and no campaign can take it.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.library import Definition, DefinitionKind
from feedback.services.definitions import library
from feedback.services.definitions.library import FROZEN_IN, Table, Version
from feedback.services.ground import audit, documents, row_locks
from feedback.services.ground.errors import NotPossible
from forms.document import IDENTIFIER, InvalidDocument, digest_of, read_toml
from forms.words import N_

HISTORY = 20


class ChangedMeanwhile(NotPossible):
    def __init__(self) -> None:
        super().__init__(N_("somebody else has changed this draft since you opened it"))


def copy(session: Session, source: Version, code: str | None = None, *, actor: str, now: datetime) -> Version:
    """The next version of the same code, or the first under another one."""
    row_locks.hold(session, Definition)
    code = code or source.code
    if not IDENTIFIER.fullmatch(code):
        raise NotPossible(N_("'%(code)s' is not an identifier: letters, digits, '-', '_', '.'"), code=code)
    version = next_version(session, source.kind, code)
    return _add(session, source.kind, {**source.table, "id": code, "version": version}, actor=actor, now=now)


def start(session: Session, kind: DefinitionKind, table: Table, *, actor: str, now: datetime) -> Version:
    """The first version of a code that is new. Raises InvalidDocument with all faults."""
    row_locks.hold(session, Definition)
    if faults := library.faults(kind, table):
        raise InvalidDocument(faults)
    code = str(table["id"])
    if next_version(session, kind, code) > 1:
        raise NotPossible(N_("there is already something called %(code)s: copy it to change it"), code=code)
    return _add(session, kind, table, actor=actor, now=now)


def take(
    session: Session,
    kind: DefinitionKind,
    document: bytes | str,
    *,
    as_next: bool = False,
    actor: str,
    now: datetime,
) -> Version:
    """Import a TOML file. Raises InvalidDocument with all faults; the same file twice is one version."""
    row_locks.hold(session, Definition)
    table = read_toml(document).table
    if faults := library.faults(kind, table):
        raise InvalidDocument(faults)
    code, version = str(table["id"]), int(str(table["version"]))
    known = {(entry.code, entry.version): entry for entry in library.versions(session, kind)}
    if as_next:
        table = {**table, "version": next_version(session, kind, code)}
    elif same := known.get((code, version)):
        return _unchanged(same, table)
    elif (code, version) in library.used_versions(session, kind):
        raise _taken(code, version)
    return _add(session, kind, table, actor=actor, now=now)


def save(session: Session, draft: Version, table: Table, *, seen: str, actor: str, now: datetime) -> None:
    """Put a draft in place of the one whose digest was `seen`, finished or not."""
    row = _row(session, draft)
    before = library.read_table(row.document)
    table = {**table, "id": draft.code, "version": draft.version}
    if digest_of(before) != seen or not _replaced(session, row, table):
        raise ChangedMeanwhile
    old, new = dict(_leaves(before)), dict(_leaves(table))
    changed = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    audit.record(
        session,
        f"{draft.kind} changed",
        target(draft),
        actor=actor,
        now=now,
        before={path: value for path, value in old.items() if path in changed},
        after={path: value for path, value in new.items() if path in changed},
    )


def _replaced(session: Session, row: Definition, table: Table) -> bool:
    """Whether the row still held what we read; of two who write at once the first wins."""
    unchanged = update(Definition).where(Definition.id == row.id, Definition.document == row.document)
    done = session.execute(unchanged.values(document=_json(table)).returning(Definition.id))
    return done.first() is not None


def discard(session: Session, draft: Version, *, actor: str, now: datetime) -> None:
    row_locks.hold(session, Definition)
    row = _row(session, draft)
    before = library.read_table(row.document)
    session.execute(delete(Definition).where(Definition.id == row.id))
    audit.record(session, f"{draft.kind} deleted", target(draft), actor=actor, now=now, before=before)


def next_version(session: Session, kind: DefinitionKind, code: str) -> int:
    """Campaigns may have taken versions from files that the library has never seen."""
    code_of, version_of = FROZEN_IN[kind]
    frozen = session.scalar(select(func.max(version_of)).where(code_of == code)) or 0
    known = [entry.version for entry in library.versions(session, kind) if entry.code == code]
    return max([frozen, *known]) + 1


def target(entry: Version) -> str:
    """What the audit log calls a version."""
    return f"{entry.kind} {entry.code} {entry.version}"


def history(session: Session, entry: Version) -> list[AuditEntry]:
    """Who changed it, the latest first."""
    about = select(AuditEntry).where(AuditEntry.target == target(entry))
    return list(session.scalars(about.order_by(AuditEntry.id.desc()).limit(HISTORY)))


def check(entry: Version) -> None:
    """Raises NotPossible for a version that may not change, saying why."""
    if entry.shipped:
        raise NotPossible(N_("what ships with the product cannot be changed; copy it and change the copy"))
    if entry.used_since:
        raise NotPossible(
            N_("campaign %(campaign)s has opened with this version; copy it as the next version"),
            campaign=entry.used_since,
        )


def _row(session: Session, draft: Version) -> Definition:
    check(draft)
    own = select(Definition).where(Definition.kind == draft.kind, Definition.code == draft.code)
    row: Definition | None = session.scalar(own.where(Definition.version == draft.version))
    if row is None:
        raise ChangedMeanwhile
    return row


def _add(session: Session, kind: DefinitionKind, table: Table, *, actor: str, now: datetime) -> Version:
    code, version = str(table["id"]), int(str(table["version"]))
    session.add(
        Definition(kind=kind, code=code, version=version, document=_json(library.complete(kind, table)))
    )
    session.flush()
    added = library.find(session, kind, code, version)
    audit.record(session, f"{kind} added", target(added), actor=actor, now=now, digest=digest_of(table))
    return added


def _json(table: Table) -> str:
    """In the order of writing, which is the order of levels on the page."""
    return json.dumps(documents.numbered(table), ensure_ascii=False)


def _unchanged(known: Version, table: Table) -> Version:
    if library.digest(known.kind, known.table) != library.digest(known.kind, table):
        raise _taken(known.code, known.version)
    return known


def _taken(code: str, version: int) -> NotPossible:
    return NotPossible(
        N_("there is another version %(version)s of %(code)s; import this one as the next version"),
        version=version,
        code=code,
    )


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value by its place, named as faults name it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple) and any(isinstance(inner, dict) for inner in value):
        for place, inner in enumerate(value, start=1):
            yield from _leaves(inner, f"{path}[{place}]")
    else:
        yield path, value
