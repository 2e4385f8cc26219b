"""What follows from final results: derived from them, decided by HR, handed on as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback.models.confirmed_results import ConfirmedResult
from feedback.models.decisions import Review
from feedback.models.plans import Consequence, ConsequenceKind
from feedback.models.rounds import Appraisal, AppraisalState, AppraisalVersion, Round
from feedback.services.appraisals import rights
from feedback.services.decisions import confirming, deputies
from feedback.services.decisions.deputies import Decider
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import audit, row_locks
from feedback.services.ground.audit import Facts
from feedback.services.ground.errors import NotPossible
from feedback.services.plans import records
from feedback.services.plans.records import PastResult, PromotionCondition, Series, SeriesStanding
from feedback.services.tables import spreadsheets, table_files
from feedback.services.tables.spreadsheets import Value
from forms.appraisals.rules import AppraisalRules
from forms.text_lengths import LONGEST_LINE
from forms.words import N_

Kind = ConsequenceKind
Row = TypeVar("Row", Review, Consequence)
HEADINGS = (
    *("subject", "period", "final", "band", "bonus share", "presence"),
    *("award", "promotion", "version", "digest"),
)
MOST_BONUS = 10.0
CSV_ENCODING = "utf-8-sig"  # or a spreadsheet takes it for another encoding


@dataclass(frozen=True)
class Suggested:
    """granted: what follows by the rules; share: of the bonus."""

    granted: bool
    share: float | None = None


@dataclass(frozen=True)
class ConsequenceLine:
    """One person's result with what follows: as derived, and as HR decided."""

    appraisal: Appraisal
    result: ConfirmedResult
    digest: str
    suggested: Mapping[ConsequenceKind, Suggested]
    decided: Mapping[ConsequenceKind, Consequence]
    series: Series | None
    conditions: tuple[PromotionCondition, ...]

    def granted(self, kind: ConsequenceKind) -> bool:
        decided = self.decided.get(kind)
        return decided.granted if decided else self.suggested[kind].granted

    @property
    def bonus(self) -> float | None:
        decided = self.decided.get(Kind.BONUS)
        if decided is None:
            return self.suggested[Kind.BONUS].share
        return decided.share if decided.granted else 0.0


def lines(session: Session, of_round: Round, by: Decider) -> list[ConsequenceLine]:
    """Of the final results of a round that he reads, by code; a constant number of statements."""
    appraisals = [
        one for one in rights.team(session, by.reader, of_round.period) if one.state == AppraisalState.FINAL
    ]
    return _lines(session, of_round, appraisals)


def _lines(session: Session, of_round: Round, appraisals: Sequence[Appraisal]) -> list[ConsequenceLine]:
    rules, ids = read_scheme(of_round.scheme).appraisal, [one.id for one in appraisals]
    results = confirming.newest_results(session, appraisals)
    past = records.past(session, [one.person_id for one in appraisals], of_round.period)
    promotion = rules.promotion
    conditions = records.promotions(session, past, of_round.period, promotion, rules) if promotion else {}
    reviews = {row.appraisal_id: row for row in session.scalars(_of(Review, ids))}
    digests = _digests(session, ids)
    decided: dict[int, dict[ConsequenceKind, Consequence]] = {}
    for row in session.scalars(_of(Consequence, ids)):
        decided.setdefault(row.appraisal_id, {})[Kind(row.kind)] = row
    return [
        _line(
            one,
            results[one.id],
            digests[one.id, results[one.id].version],
            decided.get(one.id, {}),
            _series(past.get(one.person_id, ()), rules),
            conditions.get(one.person_id, ()),
            reviews.get(one.id),
            rules,
        )
        for one in appraisals
        if one.id in results
    ]


def _of(model: type[Row], ids: Sequence[int]) -> Select[Row]:
    return select(model).where(row_locks.among(model.appraisal_id, ids))


def _digests(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], str]:
    columns = (AppraisalVersion.appraisal_id, AppraisalVersion.number, AppraisalVersion.digest)
    found = session.execute(select(*columns).where(row_locks.among(AppraisalVersion.appraisal_id, ids)))
    return {(id, number): digest for id, number, digest in found}


def _series(past: Sequence[PastResult], rules: AppraisalRules) -> Series | None:
    return records.series(past, rules.series, rules) if rules.series else None


def _line(
    appraisal: Appraisal,
    result: ConfirmedResult,
    digest: str,
    decided: Mapping[ConsequenceKind, Consequence],
    series: Series | None,
    conditions: tuple[PromotionCondition, ...],
    review: Review | None,
    rules: AppraisalRules,
) -> ConsequenceLine:
    is_last = confirming.is_last(result, rules)
    is_in_series = series is not None and series.standing is SeriesStanding.REACHED
    suggested = {
        Kind.BONUS: Suggested(bool(result.bonus), result.bonus if result.qualified else 0.0),
        Kind.AWARD: Suggested(result.qualified and (is_in_series or bool(review and review.award))),
        Kind.WARNING: Suggested(is_last),
        Kind.PROMOTION: Suggested(
            result.qualified and bool(conditions) and all(one.met for one in conditions)
        ),
        Kind.PAY_REVIEW: Suggested(result.qualified and _is_best(result, rules)),
        Kind.TRAINING: Suggested(is_last or bool(review and review.training)),
    }
    return ConsequenceLine(appraisal, result, digest, suggested, decided, series, conditions)


def _is_best(result: ConfirmedResult, rules: AppraisalRules) -> bool:
    return result.band in {
        bands[0].id for bands in (rules.bands, *(one.bands for one in rules.profiles)) if bands
    }


def of_appraisal(session: Session, appraisal: Appraisal) -> ConsequenceLine | None:
    """None before it is final."""
    if appraisal.state != AppraisalState.FINAL:
        return None
    return next(iter(_lines(session, appraisal.round, [appraisal])), None)


def decide(
    session: Session,
    appraisal: Appraisal,
    kind: ConsequenceKind,
    *,
    granted: bool,
    share: float | None = None,
    reason: str = "",
    by: Decider,
) -> Consequence:
    """By HR, of a final result; other than what follows by the rules only with a reason."""
    row_locks.hold_row(session, appraisal)
    deputies.check_hr(appraisal, by)
    line = of_appraisal(session, appraisal)
    if line is None:
        raise NotPossible(
            N_("the appraisal of %(code)s is not final: nothing follows from it yet"),
            code=appraisal.person.code,
        )
    suggested, reason = line.suggested[kind], reason.strip()
    share = _share(kind, granted, share, suggested)
    if (granted, share) != (suggested.granted, suggested.share) and not reason:
        raise NotPossible(N_("what differs from the result needs a reason"))
    if len(reason) > LONGEST_LINE:
        raise NotPossible(N_("this is too long"))
    row = line.decided.get(kind) or Consequence(appraisal_id=appraisal.id, kind=kind)
    before = {"granted": row.granted, "share": row.share} if kind in line.decided else None
    row.granted, row.share, row.reason, row.at, row.actor = granted, share, reason, by.now, by.name
    session.add(row)
    _log(session, appraisal, row, before, by)
    return row


def _log(session: Session, appraisal: Appraisal, row: Consequence, before: Facts | None, by: Decider) -> None:
    target = f"{appraisal.round.period} {appraisal.person.code}"
    after = {"granted": row.granted, "share": row.share}
    audit.record(
        session,
        "consequence decided",
        target,
        actor=by.name,
        now=by.now,
        before=before,
        after=after,
        kind=str(row.kind),
    )


def _share(kind: ConsequenceKind, granted: bool, share: float | None, suggested: Suggested) -> float | None:
    if kind is not Kind.BONUS:
        return None
    if share is None:
        share = (suggested.share or 0.0) if granted else 0.0
    if not 0 <= share <= MOST_BONUS:
        raise NotPossible(N_("a share of the bonus lies between 0 and %(most)s"), most=MOST_BONUS)
    return share


def export(session: Session, of_round: Round, form: str, by: Decider) -> bytes:
    """A row per final result, as pay and personnel systems take it. form: csv or xlsx."""
    found = lines(session, of_round, by)
    rows = [_row(line, of_round.period) for line in found]
    audit.record(
        session,
        "consequences exported",
        of_round.period,
        actor=by.name,
        now=by.now,
        subjects=len(rows),
        format=form,
    )
    if form == "xlsx":
        return spreadsheets.write(HEADINGS, rows, "consequences")
    return table_files.write(HEADINGS, rows).encode(CSV_ENCODING)


def _row(line: ConsequenceLine, period: str) -> list[Value]:
    """Not qualified is a status with a name of its own, outside the bands."""
    result = line.result
    return [
        line.appraisal.person.code,
        period,
        result.score,
        result.band if result.qualified else "not qualified",
        line.bonus,
        round(result.presence, 4),
        "yes" if line.granted(Kind.AWARD) else "no",
        "yes" if line.granted(Kind.PROMOTION) else "no",
        result.version,
        line.digest,
    ]
