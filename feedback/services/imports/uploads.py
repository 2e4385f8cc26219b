"""Files on their way in: kept between preview and confirmation, and then carried out exactly as they were seen."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.models.accounts import User
from feedback.models.clients import Client, Contact
from feedback.models.figures import FigureKind
from feedback.models.goals import Goal
from feedback.models.people import Person
from feedback.models.register import RegisterKind
from feedback.models.uploads import Upload
from feedback.services.definitions import library
from feedback.services.fact_files import figure_files, figure_rows, history_files, register_files
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.goals import goal_columns, goal_files, goal_score_files
from feedback.services.ground import row_locks
from feedback.services.ground.errors import ABOUT_YOURSELF, NotFound, NotPossible, RowFault
from feedback.services.people import client_files, people_files
from feedback.services.tables import columns, import_plan, periods, table_files
from feedback.services.tables.columns import Column, TableRow
from feedback.services.tables.import_plan import Author, Imported, ImportPlan, Noun
from forms.words import N_

TOKEN_SIZE = 24
LONGEST_NAME = 255
KEPT = timedelta(hours=24)


class ImportKind(StrEnum):
    PEOPLE = "people"
    CLIENTS = "clients"
    HISTORY = "history"
    TARGETS = "targets"
    KPI = "kpi"
    VISITS = "visits"
    COMPLAINTS = "complaints"
    GOALS = "goals"
    SCORES = "scores"


FIGURES = {ImportKind.TARGETS: FigureKind.TARGET, ImportKind.KPI: FigureKind.ACTUAL}
REGISTER = {ImportKind.VISITS: RegisterKind.VISIT, ImportKind.COMPLAINTS: RegisterKind.COMPLAINT}
COLUMNS: dict[ImportKind, Sequence[Column]] = {
    ImportKind.PEOPLE: people_files.COLUMNS,
    ImportKind.CLIENTS: client_files.COLUMNS,
    ImportKind.HISTORY: history_files.COLUMNS,
    **{kind: figure_rows.COLUMNS[figure] for kind, figure in FIGURES.items()},
    **{kind: register_files.COLUMNS[entry] for kind, entry in REGISTER.items()},
    ImportKind.GOALS: goal_columns.COLUMNS,
    ImportKind.SCORES: goal_score_files.COLUMNS,
}
TABLES = {
    ImportKind.PEOPLE: people_files.TABLES,
    ImportKind.CLIENTS: (Client, Contact, Person),
    ImportKind.HISTORY: history_files.TABLES,
    **dict.fromkeys(FIGURES, figure_files.TABLES),
    **dict.fromkeys(REGISTER, register_files.TABLES),
    ImportKind.GOALS: (Goal,),
    ImportKind.SCORES: (Goal,),
}


class OutcomeChanged(NotPossible):
    """Somebody changed what is stored since the preview."""

    def __init__(self) -> None:
        super().__init__(N_("what the file would change is no longer what you were shown"))


class Gone(NotFound):
    def __init__(self) -> None:
        super().__init__(N_("there is no such file any more"))


@dataclass(frozen=True)
class ImportScope:
    """What is said with a file: the period of rows that name none, whose KPIs, why figures change."""

    period: str | None = None
    scheme_code: str | None = None
    scheme_version: int | None = None
    reason: str | None = None


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
    if scope.period or kind is ImportKind.SCORES:
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
    _require_others(session, rows, author)
    match kind:
        case ImportKind.PEOPLE:
            return people_files.plan(session, rows, today=author.today)
        case ImportKind.CLIENTS:
            return client_files.plan(session, rows)
        case ImportKind.HISTORY:
            return history_files.plan(session, rows, today=author.today)
        case ImportKind.TARGETS | ImportKind.KPI:
            return figure_files.plan(session, rows, _figure_file(session, upload, FIGURES[kind]), author)
        case ImportKind.VISITS | ImportKind.COMPLAINTS:
            return register_files.plan(session, REGISTER[kind], rows, today=author.today)
        case ImportKind.GOALS:
            return goal_files.plan(session, rows, author)
    return goal_score_files.plan(session, rows, upload.period or "", author)


def _require_others(session: Session, rows: Sequence[TableRow], author: Author) -> None:
    """Nobody enters what he himself is appraised by."""
    account = select(Person.code).join(User, User.person_id == Person.id).where(User.email == author.actor)
    own = session.scalar(account)
    if own is not None:
        mine = [row.number for row in rows if row.cells.get("subject") == own]
        columns.refuse([RowFault(number, "subject", ABOUT_YOURSELF) for number in mine])


def _figure_file(session: Session, upload: Upload, kind: FigureKind) -> FigureFile:
    scheme = None
    if upload.scheme_code:
        scheme = library.load_scheme(session, upload.scheme_code, upload.scheme_version)
    return FigureFile(kind, upload.name, upload.data, upload.period or "", scheme, upload.reason)


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
