"""A result as its layers: computed, adjusted, calibrated and final, each with who, when and why.

A layer never changes the one below. What was confirmed is kept beside what is confirmed later, for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from feedback.models.calibrations import CalibrationChange, CalibrationSession
from feedback.models.confirmed_results import ConfirmedResult
from feedback.models.rounds import Appraisal, AppraisalMove, AppraisalState, AppraisalVersion
from feedback.services.appraisals import versions
from feedback.services.assessment.appraisal_document import (
    AppraisalDocument,
    AppraisalStatus,
    BandLabel,
    Outcome,
)
from feedback.services.decisions import deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.errors import NotFound
from feedback.services.ground.row_locks import among
from forms.appraisals.rules import AppraisalRules
from forms.words import N_


class LayerKind(StrEnum):
    COMPUTED = "computed"
    ADJUSTED = "adjusted"
    CALIBRATED = "calibrated"
    FINAL = "final"


@dataclass(frozen=True)
class Layer:
    """shown: the total as it is displayed. band None: not qualified, or a scheme without bands."""

    kind: LayerKind
    shown: str | None
    band: BandLabel | None
    qualified: bool
    by: str
    on_behalf_of: str | None
    at: datetime
    reason: str


@dataclass(frozen=True)
class Layers:
    """One result. adjusted: where the reviewer or an incident made it another than the parts give.

    number: of the confirmed result, None before the confirmation. fell_at: it was reopened afterwards.
    """

    number: int | None
    version: int
    computed: Layer
    adjusted: Layer | None
    calibrated: Layer | None
    final: Layer | None
    bonus: float | None
    presence: float
    fell_at: datetime | None

    @property
    def in_order(self) -> tuple[Layer, ...]:
        return tuple(
            layer
            for layer in (self.computed, self.adjusted, self.calibrated, self.final)
            if layer is not None
        )


def standing(session: Session, appraisal: Appraisal) -> Layers | None:
    """As it stands now: the newest confirmed result if it did not fall, else the newest version. None: no version."""
    confirmed = _confirmed(session, appraisal)
    if confirmed and confirmed[-1].fell_at is None:
        return _made(session, appraisal, [confirmed[-1]])[0]
    if appraisal.version is None:
        return None
    version = session.get_one(AppraisalVersion, (appraisal.id, appraisal.version))
    change = counting_change(session, appraisal)
    return _layers(version, change, None, _names(session, [version], [change], []), _rules(appraisal))


def history(session: Session, appraisal: Appraisal) -> list[Layers]:
    """All that was ever confirmed, newest first."""
    return _made(session, appraisal, _confirmed(session, appraisal)[::-1])


def newest(session: Session, appraisal: Appraisal) -> ConfirmedResult:
    """The newest that did not fall. Raises NotFound before the confirmation."""
    confirmed = [row for row in _confirmed(session, appraisal) if row.fell_at is None]
    if not confirmed:
        raise NotFound(N_("there is no confirmed result of %(code)s"), code=appraisal.person.code)
    return confirmed[-1]


def _confirmed(session: Session, appraisal: Appraisal) -> Sequence[ConfirmedResult]:
    query = select(ConfirmedResult).where(ConfirmedResult.appraisal_id == appraisal.id)
    return session.scalars(
        query.options(joinedload(ConfirmedResult.change)).order_by(ConfirmedResult.number)
    ).all()


def _made(session: Session, appraisal: Appraisal, confirmed: Sequence[ConfirmedResult]) -> list[Layers]:
    query = select(AppraisalVersion).where(
        AppraisalVersion.appraisal_id == appraisal.id,
        AppraisalVersion.number.in_({row.version for row in confirmed}),
    )
    made = {version.number: version for version in session.scalars(query)}
    names = _names(session, list(made.values()), [row.change for row in confirmed], confirmed)
    rules = _rules(appraisal)
    return [_layers(made[row.version], row.change, row, names, rules) for row in confirmed]


def _names(
    session: Session,
    made: Sequence[AppraisalVersion],
    changes: Sequence[CalibrationChange | None],
    confirmed: Sequence[ConfirmedResult],
) -> Mapping[str, str]:
    actors = [row.actor for row in (*made, *changes, *confirmed) if row is not None]
    adjusted = [AppraisalDocument.from_text(version.document).inputs.adjustment for version in made]
    actors += [one.actor for one in adjusted if one]
    return deputies.called(session, actors)


def _rules(appraisal: Appraisal) -> AppraisalRules:
    return read_scheme(appraisal.round.scheme).appraisal


def _layers(
    version: AppraisalVersion,
    change: CalibrationChange | None,
    confirmed: ConfirmedResult | None,
    names: Mapping[str, str],
    rules: AppraisalRules,
) -> Layers:
    document = AppraisalDocument.from_text(version.document)
    computed = _layer(
        LayerKind.COMPUTED, document.computed, True, names[version.actor], version.at, version.reason
    )
    adjusted = _adjusted(document, version, names)
    calibrated = _calibrated(document, change, names) if change else None
    _, bonus = final_of(document, change.after if change else None, rules)
    final = None
    if confirmed is not None:
        top = calibrated or adjusted or computed
        band, qualified = top.band, confirmed.qualified
        name = names[confirmed.actor]
        final = Layer(LayerKind.FINAL, top.shown, band, qualified, name, None, confirmed.at, "")
    return Layers(
        number=confirmed.number if confirmed else None,
        version=version.number,
        computed=computed,
        adjusted=adjusted,
        calibrated=calibrated,
        final=final,
        bonus=confirmed.bonus if confirmed else bonus,
        presence=presence_of(document),
        fell_at=confirmed.fell_at if confirmed else None,
    )


def _layer(
    kind: LayerKind, outcome: Outcome | None, qualified: bool, by: str, at: datetime, reason: str
) -> Layer:
    shown, band = (outcome.shown, outcome.band) if outcome else (None, None)
    return Layer(kind, shown, band, qualified, by, None, at, reason)


def _adjusted(
    document: AppraisalDocument, version: AppraisalVersion, names: Mapping[str, str]
) -> Layer | None:
    if document.official == document.computed and document.status is AppraisalStatus.OK:
        return None
    adjustment = document.inputs.adjustment
    by = names[adjustment.actor] if adjustment else names[version.actor]
    qualified = document.status is not AppraisalStatus.NOT_QUALIFIED
    reason = adjustment.reason if adjustment else ""
    return _layer(LayerKind.ADJUSTED, document.official, qualified, by, version.at, reason)


def _calibrated(document: AppraisalDocument, change: CalibrationChange, names: Mapping[str, str]) -> Layer:
    shown = document.official.shown if document.official else None
    band = band_label(document, change.after)
    return Layer(LayerKind.CALIBRATED, shown, band, True, names[change.actor], None, change.at, change.reason)


def band_label(document: AppraisalDocument, band_id: str | None) -> BandLabel | None:
    return next((band for band in document.bands if band.id == band_id), None)


def presence_of(document: AppraisalDocument) -> float:
    presence = document.inputs.presence
    return presence.days / presence.of if presence.of else 0.0


def final_of(
    document: AppraisalDocument, band_id: str | None, rules: AppraisalRules
) -> tuple[float | None, float | None]:
    """The total as it is displayed and the share of the bonus, where a calibration gave this band."""
    official = document.official
    if official is None:
        return None, None
    calibrated = band_label(document, band_id)
    if not rules.bonus_by_band or calibrated is None or calibrated == official.band:
        return float(official.shown), official.bonus
    profile = next(one for one in rules.profiles if one.id == document.segments[-1].profile)
    share = next((band.bonus for band in profile.bands if band.id == calibrated.id), None)
    if share is not None and rules.bonus_by_presence:
        share *= presence_of(document)
    return float(official.shown), share


def counting_change(session: Session, appraisal: Appraisal) -> CalibrationChange | None:
    return counting_changes(session, [appraisal]).get(appraisal.id)


def counting_changes(session: Session, appraisals: Sequence[Appraisal]) -> Mapping[int, CalibrationChange]:
    """By appraisal, the change of a closed session, or of an answer to an objection, that gave it its band."""
    given = {one.id: one.calibrated_band for one in appraisals if one.calibrated_band is not None}
    query = (
        select(CalibrationChange)
        .outerjoin(CalibrationSession, CalibrationSession.id == CalibrationChange.session_id)
        .where(among(CalibrationChange.appraisal_id, [*given]))
        .where(CalibrationSession.closed_at.is_not(None) | CalibrationChange.reply_id.is_not(None))
    )
    newest = {row.appraisal_id: row for row in session.scalars(query.order_by(CalibrationChange.id))}
    return {id: row for id, row in newest.items() if row.after == given[id]}


def confirm(
    session: Session, appraisal: Appraisal, by: Decider, *, reply_id: int | None = None
) -> ConfirmedResult:
    """Write down what the layers come to now: from here on it is a result, whatever is decided later."""
    document = versions.document(session, appraisal)
    change = counting_change(session, appraisal)
    score, bonus = final_of(document, change.after if change else None, _rules(appraisal))
    band = change.after if change else _band_of(document)
    last = session.scalar(
        select(func.max(ConfirmedResult.number)).where(ConfirmedResult.appraisal_id == appraisal.id)
    )
    row = ConfirmedResult(
        appraisal_id=appraisal.id,
        number=(last or 0) + 1,
        version=appraisal.version,
        qualified=document.status is not AppraisalStatus.NOT_QUALIFIED,
        score=score,
        band=band,
        change_id=change.id if change else None,
        reply_id=reply_id,
        bonus=bonus,
        presence=presence_of(document),
        at=by.now,
        actor=by.name,
    )
    session.add(row)
    session.flush()
    return row


def _band_of(document: AppraisalDocument) -> str | None:
    return document.official.band.id if document.official and document.official.band else None


def let_fall(session: Session, appraisal: Appraisal, by: Decider) -> None:
    """It was reopened: what was confirmed stays readable and counts no longer."""
    for row in _confirmed(session, appraisal):
        row.fell_at = row.fell_at or by.now


def is_reviewer(session: Session, appraisal: Appraisal, by: Decider) -> bool:
    """Whether he is the reviewer, or handed in the review as his deputy."""
    if by.person_id is not None and by.person_id == appraisal.reviewer_id:
        return True
    reviewed = who_reviewed(session, [appraisal]).get(appraisal.id)
    return reviewed is not None and deputies.is_same(reviewed, by.name)


def who_reviewed(session: Session, appraisals: Sequence[Appraisal]) -> Mapping[int, str]:
    """By appraisal, who handed in its newest review; one statement."""
    handed_in = select(AppraisalMove.appraisal_id, AppraisalMove.actor).where(
        among(AppraisalMove.appraisal_id, [one.id for one in appraisals]),
        AppraisalMove.after == AppraisalState.REVIEWED,
    )
    return {id: actor for id, actor in session.execute(handed_in.order_by(AppraisalMove.id))}
