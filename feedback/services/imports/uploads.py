"""Files on their way in: kept between preview and confirmation, and then carried out exactly as they were seen."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.models.appraisals import KpiResult
from feedback.models.clients import Client, Contact
from feedback.models.goals import Goal
from feedback.models.people import Department, Person
from feedback.models.uploads import Upload
from feedback.services.appraisals import kpi_results
from feedback.services.definitions import library
from feedback.services.goals import goal_columns, goal_files, goal_score_files
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.people import client_files, people_files
from feedback.services.tables import import_plan, periods, table_files
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Author, Imported, ImportPlan, Noun
from forms.words import N_

TOKEN_SIZE = 24
LONGEST_NAME = 255
KEPT = timedelta(hours=24)


class ImportKind(StrEnum):
    PEOPLE = "people"
    CLIENTS = "clients"
    KPI = "kpi"
    GOALS = "goals"
    SCORES = "scores"


COLUMNS: dict[ImportKind, Sequence[Column]] = {
    ImportKind.PEOPLE: people_files.COLUMNS,
    ImportKind.CLIENTS: client_files.COLUMNS,
    ImportKind.KPI: kpi_results.COLUMNS,
    ImportKind.GOALS: goal_columns.COLUMNS,
    ImportKind.SCORES: goal_score_files.COLUMNS,
}
TABLES = {
    ImportKind.PEOPLE: (Person, Department),
    ImportKind.CLIENTS: (Client, Contact, Person),
    ImportKind.KPI: (KpiResult,),
    ImportKind.GOALS: (Goal,),
    ImportKind.SCORES: (Goal,),
}
WITH_PERIOD = (ImportKind.KPI, ImportKind.SCORES)


class OutcomeChanged(NotPossible):
    """Somebody changed what is stored since the preview."""

    def __init__(self) -> None:
        super().__init__(N_("what the file would change is no longer what you were shown"))


class Gone(NotFound):
    def __init__(self) -> None:
        super().__init__(N_("there is no such file any more"))


@dataclass(frozen=True)
class ImportScope:
    """What KPI results and goal scores belong to; people and clients belong to nothing."""

    period: str | None = None
    scheme_code: str | None = None
    scheme_version: int | None = None


def receive(
    session: Session,
    kind: ImportKind,
    name: str,
    data: bytes,
    scope: ImportScope,
    *,
    user_id: int,
    now: datetime,
) -> Upload:
    """Keep a file for its preview. Raises InvalidFile if it is no table at all."""
    table_files.grid(data, COLUMNS[kind])
    if kind in WITH_PERIOD:
        scope = replace(scope, period=periods.require(scope.period or ""))
    upload = Upload(
        token=secrets.token_urlsafe(TOKEN_SIZE),
        kind=kind,
        user_id=user_id,
        name=name[-LONGEST_NAME:],
        data=data,
        uploaded_at=now,
        **vars(scope),
    )
    session.add(upload)
    session.flush()
    return upload


def find(session: Session, token: str) -> Upload:
    upload = session.get(Upload, token)
    if upload is None:
        raise Gone
    return upload


def plan(session: Session, upload: Upload, author: Author) -> ImportPlan:
    """What the file would change as things stand. Raises InvalidFile with every fault."""
    kind = ImportKind(upload.kind)
    rows = table_files.read(upload.data, COLUMNS[kind])
    match kind:
        case ImportKind.PEOPLE:
            return people_files.plan(session, rows)
        case ImportKind.CLIENTS:
            return client_files.plan(session, rows)
        case ImportKind.GOALS:
            return goal_files.plan(session, rows, author)
        case ImportKind.SCORES:
            return goal_score_files.plan(session, rows, upload.period or "", author)
    return _kpi_plan(session, upload, rows)


def _kpi_plan(session: Session, upload: Upload, rows: Sequence[TableRow]) -> ImportPlan:
    code = upload.scheme_code or library.DEFAULT
    scheme = library.load_scheme(session, code, upload.scheme_version)
    return kpi_results.plan(session, rows, upload.period or "", scheme.appraisal.kpis)


def confirm(session: Session, upload: Upload, digest: str, author: Author) -> dict[Noun, Imported]:
    """Carry out what was previewed under this digest, all or nothing. Raises Gone, OutcomeChanged or InvalidFile."""
    row_locks.hold(session, *TABLES[ImportKind(upload.kind)])
    if session.scalar(select(Upload.token).where(Upload.token == upload.token).with_for_update()) is None:
        raise Gone
    current = plan(session, upload, author)
    if current.digest != digest:
        raise OutcomeChanged
    discard(session, upload)
    return import_plan.carry_out(session, current, actor=author.actor, now=author.now)


def discard(session: Session, upload: Upload) -> None:
    session.execute(delete(Upload).where(Upload.token == upload.token))


def sweep(session: Session, now: datetime) -> None:
    """Forget the files that nobody confirmed in a day."""
    session.execute(delete(Upload).where(Upload.uploaded_at < now - KEPT))
