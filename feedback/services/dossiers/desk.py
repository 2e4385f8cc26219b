"""What a reviewer has before him of one person: figures, reports, what was agreed, his text, interview and plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from feedback.models.campaigns import Campaign, Subject
from feedback.models.confirmed_results import AppraisalReply, AppraisalReplyKind
from feedback.models.decisions import AppraisalInterview
from feedback.models.people import Person
from feedback.models.plans import DevelopmentPlan
from feedback.models.rounds import Appraisal, AppraisalMove, AppraisalState, Round
from feedback.services.accounts import reading_rights
from feedback.services.appraisals import rights, versions
from feedback.services.appraisals.rights import Relation
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.decisions import deputies, interviews, reviewers, reviews
from feedback.services.decisions.deputies import Decider
from feedback.services.decisions.reviewers import ContributionLine
from feedback.services.decisions.reviews import WRITABLE, ReviewState
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.plans import plan_lists
from forms.words import N_


@dataclass(frozen=True)
class BandExamples:
    """What somebody of a band does, as the scheme says it."""

    id: str
    title: Bilingual
    texts: tuple[Bilingual, ...]


@dataclass(frozen=True)
class Desk:
    """writes: the reviewer or his deputy; contributes: he led the person for part of the period. The rest is None or
    empty for who only contributes. last_agreed: of the interview before this period. own_words: his contribution.
    returned: when and why the appraisal, once reviewed, came back to be reviewed anew."""

    appraisal: Appraisal
    reviewer: Person | None
    writes: bool
    contributes: bool
    on_behalf_of: Person | None
    own_words: str | None
    figures: AppraisalSummary | None
    review: ReviewState | None
    contributions: tuple[ContributionLine, ...]
    interview: AppraisalInterview | None
    last_agreed: AppraisalInterview | None
    reports: tuple[Subject, ...]
    plans: tuple[DevelopmentPlan, ...]
    objection: AppraisalReply | None
    returned: AppraisalMove | None
    examples: tuple[BandExamples, ...]

    @property
    def is_writable(self) -> bool:
        return self.appraisal.state in WRITABLE

    @property
    def may_record(self) -> bool:
        return self.appraisal.state in interviews.POSSIBLE


def find(session: Session, period: str, code: str, by: Decider) -> Desk:
    """Raises NotFound for whom one neither reviews nor was asked about."""
    appraisal = deputies.find_appraisal(session, period, code, by)
    contributes = Relation.CONTRIBUTOR in rights.relations(session, by.reader, appraisal)
    writes, principal = _writes(session, appraisal, by)
    if not (writes or contributes):
        raise NotFound(N_("there is no appraisal of %(code)s in %(period)s"), code=code, period=period)
    said = reviewers.contributions(session, appraisal)
    figures = versions.summaries(session, [appraisal]).get(appraisal.id) if writes else None
    return Desk(
        appraisal=appraisal,
        reviewer=session.get(Person, appraisal.reviewer_id) if appraisal.reviewer_id else None,
        writes=writes,
        contributes=contributes,
        on_behalf_of=principal,
        own_words=next((one.text for one in said if one.person.id == by.person_id), None),
        figures=figures,
        review=reviews.of(session, appraisal) if writes else None,
        contributions=tuple(said) if writes else (),
        interview=interviews.of(session, appraisal) if writes else None,
        last_agreed=_last_agreed(session, appraisal) if writes else None,
        reports=tuple(_reports(session, appraisal, by)) if writes else (),
        plans=tuple(plan_lists.of(session, appraisal, by)) if writes else (),
        objection=_objection(session, appraisal) if writes else None,
        returned=_returned(session, appraisal) if writes else None,
        examples=_examples(appraisal, figures) if writes else (),
    )


def _examples(appraisal: Appraisal, figures: AppraisalSummary | None) -> tuple[BandExamples, ...]:
    """Of the bands of the person's profile, or, before it is computed, of the scheme."""
    rules = read_scheme(appraisal.round.scheme).appraisal
    titles = {Bilingual.of(profile.title, profile.id): profile.bands for profile in rules.profiles}
    bands = (titles.get(figures.profile) if figures else None) or rules.bands
    return tuple(
        BandExamples(
            band.id,
            Bilingual.of(band.title, band.id),
            tuple(Bilingual.of(text, "") for text in band.examples),
        )
        for band in bands
        if band.examples
    )


def _writes(session: Session, appraisal: Appraisal, by: Decider) -> tuple[bool, Person | None]:
    try:
        return True, deputies.check_reviewer(session, appraisal, by)
    except NotPossible:
        return False, None


def _last_agreed(session: Session, appraisal: Appraisal) -> AppraisalInterview | None:
    query = (
        select(AppraisalInterview)
        .join(Appraisal, Appraisal.id == AppraisalInterview.appraisal_id)
        .join(Round, Round.id == Appraisal.round_id)
        .where(Appraisal.person_id == appraisal.person_id, Appraisal.id != appraisal.id)
        .where(AppraisalInterview.agreements.any())
        .options(selectinload(AppraisalInterview.agreements))
        .order_by(AppraisalInterview.day.desc(), Round.period.desc())
    )
    earlier = session.scalars(query.limit(1)).first()
    return earlier


def _reports(session: Session, appraisal: Appraisal, by: Decider) -> Sequence[Subject]:
    """Reports about the person that the reader may read, the newest first."""
    query = (
        select(Subject)
        .join(Subject.campaign)
        .where(Subject.person_id == appraisal.person_id, reading_rights.readable(by.reader))
        .options(contains_eager(Subject.campaign), joinedload(Subject.person))
        .order_by(Campaign.closes_at.desc(), Campaign.id.desc())
    )
    return session.scalars(query.limit(4)).all()


def _objection(session: Session, appraisal: Appraisal) -> AppraisalReply | None:
    query = select(AppraisalReply).where(
        AppraisalReply.appraisal_id == appraisal.id,
        AppraisalReply.kind == AppraisalReplyKind.OBJECTED,
        AppraisalReply.outcome.is_(None),
    )
    return session.scalars(query).first()


def _returned(session: Session, appraisal: Appraisal) -> AppraisalMove | None:
    """Only while it is open again."""
    newest = select(AppraisalMove).where(AppraisalMove.appraisal_id == appraisal.id)
    last = session.scalars(newest.order_by(AppraisalMove.id.desc()).limit(1)).first()
    came_back = last is not None and last.after == AppraisalState.COMPUTED and last.reason
    return last if came_back else None
