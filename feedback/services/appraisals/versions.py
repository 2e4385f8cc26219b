"""The versions of an appraisal: what each says, what it was made from, and how two of them differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal, AppraisalVersion, VersionCause
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment import assessing
from feedback.services.assessment.appraisal_document import AppraisalDocument, DerivationLine, Held, Statement
from feedback.services.assessment.inputs import Inputs
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.errors import NotFound
from feedback.services.ground.row_locks import among
from forms.words import N_


@dataclass(frozen=True)
class VersionLabel:
    number: int
    digest: str
    formula: str
    cause: VersionCause
    reason: str
    at: datetime
    actor: str
    summary: AppraisalSummary


@dataclass(frozen=True)
class NumberChange:
    """A number of the derivation that is not as it was; None where there is none."""

    id: str
    label: Statement
    before: float | None
    after: float | None
    before_shown: str | None
    after_shown: str | None


def newest(session: Session, appraisals: Sequence[Appraisal]) -> dict[int, AppraisalVersion]:
    """By appraisal, in one statement."""
    query = (
        select(AppraisalVersion)
        .join(Appraisal, Appraisal.id == AppraisalVersion.appraisal_id)
        .where(AppraisalVersion.number == Appraisal.version)
        .where(among(AppraisalVersion.appraisal_id, [each.id for each in appraisals]))
    )
    return {version.appraisal_id: version for version in session.scalars(query)}


def digests(session: Session, appraisals: Sequence[Appraisal]) -> dict[int, str]:
    """Of the newest version of each, by appraisal, in one statement."""
    query = (
        select(AppraisalVersion.appraisal_id, AppraisalVersion.digest)
        .join(Appraisal, Appraisal.id == AppraisalVersion.appraisal_id)
        .where(AppraisalVersion.number == Appraisal.version)
        .where(among(AppraisalVersion.appraisal_id, [each.id for each in appraisals]))
    )
    return {id: digest for id, digest in session.execute(query)}


def documents(session: Session, appraisals: Sequence[Appraisal]) -> dict[int, AppraisalDocument]:
    """The newest version of each without its derivation, by appraisal, in one statement."""
    if not appraisals:
        return {}
    wanted = {each.id for each in appraisals}
    found = newest(session, appraisals)
    return {id: AppraisalDocument.from_text(each.document) for id, each in found.items() if id in wanted}


def document(session: Session, appraisal: Appraisal, number: int | None = None) -> AppraisalDocument:
    """A version, or the newest, with its derivation. Raises NotFound for an appraisal that was never computed."""
    wanted = appraisal.version if number is None else number
    version = session.get(AppraisalVersion, (appraisal.id, wanted)) if wanted else None
    if version is None:
        raise NotFound(N_("%(code)s has no such version"), code=appraisal.person.code)
    scheme = read_scheme(appraisal.round.scheme)
    return assessing.explained(scheme, AppraisalDocument.from_text(version.document))


def history(session: Session, appraisal: Appraisal) -> list[VersionLabel]:
    """All versions, the first one first, in one statement and without their documents."""
    columns = (
        AppraisalVersion.number,
        AppraisalVersion.digest,
        AppraisalVersion.formula,
        AppraisalVersion.cause,
        AppraisalVersion.reason,
        AppraisalVersion.at,
        AppraisalVersion.actor,
        AppraisalVersion.summary,
    )
    query = select(*columns).where(AppraisalVersion.appraisal_id == appraisal.id)
    return [
        VersionLabel(
            number=row.number,
            digest=row.digest,
            formula=row.formula,
            cause=VersionCause(row.cause),
            reason=row.reason,
            at=row.at,
            actor=row.actor,
            summary=AppraisalSummary.from_document(row.summary),
        )
        for row in session.execute(query.order_by(AppraisalVersion.number))
    ]


def summaries(session: Session, appraisals: Sequence[Appraisal]) -> dict[int, AppraisalSummary]:
    """The newest of each, by appraisal, in one statement."""
    query = (
        select(AppraisalVersion.appraisal_id, AppraisalVersion.summary)
        .join(Appraisal, Appraisal.id == AppraisalVersion.appraisal_id)
        .where(AppraisalVersion.number == Appraisal.version)
        .where(among(AppraisalVersion.appraisal_id, [each.id for each in appraisals]))
    )
    wanted = {each.id for each in appraisals}
    rows = session.execute(query)
    return {id: AppraisalSummary.from_document(summary) for id, summary in rows if id in wanted}


def difference(before: AppraisalDocument, after: AppraisalDocument) -> tuple[NumberChange, ...]:
    """Every number of two derivations that changed, came or went, in the order of the newer one."""
    old = {line.id: line for line in before.derivation}
    new = {line.id: line for line in after.derivation}
    ids = [*new, *(id for id in old if id not in new)]
    found = (_difference(id, old.get(id), new.get(id)) for id in ids)
    return tuple(each for each in found if each.before != each.after)


def _difference(id: str, old: DerivationLine | None, new: DerivationLine | None) -> NumberChange:
    line = new or old
    if line is None:
        raise ValueError(f"no version has a line {id}")
    return NumberChange(
        id=id,
        label=line.label,
        before=old.value if old else None,
        after=new.value if new else None,
        before_shown=old.shown if old else None,
        after_shown=new.shown if new else None,
    )


def cause(before: AppraisalDocument, after: AppraisalDocument) -> VersionCause:
    """What made a version necessary, told from what differs; of several the one that is named first here."""
    if before.basis.formula != after.basis.formula:
        return VersionCause.FORMULA
    if before.basis.scheme_digest != after.basis.scheme_digest:
        return VersionCause.SCHEME
    for found, parts in PARTS.items():
        if any(getattr(before.inputs, part) != getattr(after.inputs, part) for part in parts):
            return found
    return VersionCause.FORMULA


PARTS: dict[VersionCause, tuple[str, ...]] = {
    VersionCause.HISTORY: ("presence", "months", "segments"),
    VersionCause.INCIDENT: ("incidents",),
    VersionCause.FIGURE: ("figures", "register", "quarters"),
    VersionCause.FEEDBACK: ("campaigns", "joined"),
    VersionCause.GOAL: ("goals",),
    VersionCause.ADJUSTMENT: ("adjustment",),
}


def for_person(document: AppraisalDocument) -> AppraisalDocument:
    """As the person reads a version that was held for an incident: that it was held, and nothing of why.

    Nobody is told of an incident that was never confirmed.
    """
    if Held.INCIDENT not in document.held:
        return document
    return replace(
        document,
        held=tuple(each for each in document.held if each is not Held.INCIDENT),
        inputs=_without_pending(document.inputs),
    )


def _without_pending(inputs: Inputs) -> Inputs:
    return replace(inputs, incidents=tuple(each for each in inputs.incidents if not each.pending))
