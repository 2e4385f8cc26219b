"""Many reports in one file: asked for on a page, made by a worker, fetched within a day.

The row is the truth: a worker that dies is followed by another one when its lease is over.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from feedback.models.batches import Batch, BatchState
from feedback.models.campaigns import Campaign, Subject
from feedback.services.accounts import reading_rights
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ground import audit
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from forms.words import N_

KEPT = timedelta(days=1)
LEASE = timedelta(minutes=5)
TOKEN_SIZE = 24
NOT_IN_NAMES = re.compile(r"[^\w.-]+")
LONGEST_NAME = 60

Paper = Callable[[Report, str], bytes]
"""A report in a language, as a PDF."""


@dataclass(frozen=True)
class ReportPrinter:
    """What prints, where the files lie, and the clock."""

    directory: Path
    paper: Paper
    now: Callable[[], datetime]

    def file(self, batch: Batch) -> Path:
        return self.directory / f"{batch.token}.zip"


def ask(
    session: Session,
    campaign: Campaign,
    subjects: Sequence[Subject],
    language: str,
    *,
    actor: str,
    now: datetime,
) -> Batch:
    if not subjects:
        raise NotPossible(N_("there is no report to put into a file"))
    batch = Batch(
        token=secrets.token_urlsafe(TOKEN_SIZE),
        campaign_id=campaign.id,
        subject_ids=[subject.id for subject in subjects],
        language=language,
        asked_at=now,
    )
    session.add(batch)
    audit.record(session, "reports printed", campaign.code, actor=actor, now=now, reports=len(subjects))
    return batch


def find(session: Session, reader: Reader, campaign: Campaign, token: str) -> Batch:
    """For whoever may read every report in it, now as when it was asked for."""
    batch = session.scalars(
        select(Batch).where(Batch.token == token, Batch.campaign_id == campaign.id)
    ).one_or_none()
    readable = {subject.id for subject in reading_rights.subjects_in(session, reader, campaign.code)}
    if batch is None or not readable.issuperset(batch.subject_ids):
        raise NotFound(N_("there is no such file any more"))
    return batch


def make_next(session: Session, printer: ReportPrinter) -> bool:
    """Make one that waits, or that a worker left behind. Commits its progress; no transaction is open meanwhile."""
    batch = _claim(session, printer.now())
    if batch is None:
        return False
    token = batch.token
    try:
        _make(session, batch, printer)
    except Exception:
        session.rollback()
        _change(session, token, state=BatchState.FAILED)
        raise
    _change(session, token, state=BatchState.DONE)
    return True


def _claim(session: Session, now: datetime) -> Batch | None:
    is_lost = and_(Batch.state == BatchState.RUNNING, Batch.lease_until < now)
    is_due = or_(Batch.state == BatchState.WAITING, is_lost)
    for batch in session.scalars(select(Batch).where(is_due).order_by(Batch.asked_at)).all():
        claimed = session.execute(
            update(Batch)
            .where(Batch.token == batch.token, is_due)
            .values(state=BatchState.RUNNING, lease_until=now + LEASE, done=0)
            .execution_options(synchronize_session=False)
        )
        session.commit()
        if claimed.rowcount:  # type: ignore[attr-defined]
            return batch
    return None


def _make(session: Session, batch: Batch, printer: ReportPrinter) -> None:
    token, language, target = batch.token, batch.language, printer.file(batch)
    query = select(Subject).where(Subject.id.in_(batch.subject_ids)).order_by(Subject.id)
    subjects = session.scalars(query).all()
    found = reports.of_subjects(session, batch.campaign, subjects)
    session.commit()
    printer.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{secrets.token_hex(4)}.part")
    pages = (
        (f"{number:03}-{name(report, language)}.pdf", printer.paper(report, language))
        for number, report in enumerate(found, start=1)
    )
    for done in write(unfinished, pages):
        _change(session, token, done=done, lease_until=printer.now() + LEASE)
    unfinished.replace(target)


def write(path: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[int]:
    """A ZIP of named files, the same bytes for the same files; says after each how many there are."""
    path.touch(mode=0o600)
    with ZipFile(path, "w") as archive:
        for number, (file_name, data) in enumerate(files, start=1):
            archive.writestr(ZipInfo(file_name), data)
            yield number


def name(report: Report, language: str) -> str:
    """What every system takes as the name of a file."""
    wanted = f"{report.subject.code}-{report.subject.name.in_language(language)}"
    return NOT_IN_NAMES.sub("-", wanted)[:LONGEST_NAME].strip(".-")


def _change(session: Session, token: str, **values: object) -> None:
    session.execute(update(Batch).where(Batch.token == token).values(**values))
    session.commit()


def sweep(session: Session, directory: Path, now: datetime) -> None:
    """Forget what is older than a day, and every file that no row knows."""
    session.execute(delete(Batch).where(Batch.asked_at < now - KEPT))
    known = set(session.scalars(select(Batch.token)))
    for path in directory.glob("*.*") if directory.exists() else ():
        if path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)
