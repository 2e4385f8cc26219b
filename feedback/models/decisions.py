"""What people decide over a computed appraisal: layers above its versions, never a change of them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, Round


class Deputy(Base):
    """Who acts for a manager from one day to another, both counted; what he does says for whom."""

    __tablename__ = "deputy"

    id: Mapped[int] = mapped_column(primary_key=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts: Mapped[date] = mapped_column()
    ends: Mapped[date] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    manager: Mapped[Person] = relationship(foreign_keys=[manager_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])

    __table_args__ = (
        CheckConstraint("ends >= starts", "order"),
        CheckConstraint("manager_id <> deputy_id", "another"),
    )


class Review(Base):
    """What the reviewer writes: a draft until it is handed in, and again after a reopening.

    edition: counts what was saved, so that of two who write at once the second notices.
    """

    __tablename__ = "review"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    edition: Mapped[int] = mapped_column()
    strengths: Mapped[str] = mapped_column(Text, default="")
    to_improve: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    adjustment: Mapped[float] = mapped_column(default=0.0)
    award: Mapped[bool] = mapped_column(default=False)
    promotion: Mapped[bool] = mapped_column(default=False)
    training: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewerContribution(Base):
    """What a former reviewer says of his time with the person: text, no score."""

    __tablename__ = "reviewer_contribution"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    person: Mapped[Person] = relationship()


class AppraisalInterview(Base):
    """The record of the conversation about a result. Who changes it asks both for their confirmation anew."""

    __tablename__ = "appraisal_interview"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    day: Mapped[date] = mapped_column()
    present: Mapped[str] = mapped_column(String(500))
    topics: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    reviewer_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agreements: Mapped[list["InterviewAgreement"]] = relationship(
        order_by="InterviewAgreement.position", cascade="all, delete-orphan"
    )


class InterviewAgreement(Base):
    __tablename__ = "interview_agreement"

    appraisal_id: Mapped[int] = mapped_column(
        ForeignKey("appraisal_interview.appraisal_id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(500))
    owner: Mapped[str] = mapped_column(String(200))
    due: Mapped[date | None] = mapped_column()


class CalibrationSession(Base):
    """People who look at the results of a pool side by side. Its changes count from its closing on."""

    __tablename__ = "calibration_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    pool: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(254))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(254))

    round: Mapped[Round] = relationship()
    places: Mapped[list["CalibrationPlace"]] = relationship()
    members: Mapped[list["CalibrationMember"]] = relationship()

    __table_args__ = (CheckConstraint("(closed_at is null) = (closed_by is null)", "closed"),)


class CalibrationPlace(Base):
    """An appraisal in the pool of a session."""

    __tablename__ = "calibration_place"

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True, index=True)

    appraisal: Mapped[Appraisal] = relationship()


class CalibrationMember(Base):
    __tablename__ = "calibration_member"

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    chairs: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()


class Stance(StrEnum):
    AGREE = "agree"
    QUESTION = "question"
    ABSTAIN = "abstain"


class CalibrationOpinion(Base):
    """What a member thinks of a computed band before the session changes any."""

    __tablename__ = "calibration_opinion"

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    opinion: Mapped[Stance] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("opinion in ('agree', 'question', 'abstain')", "opinion"),)


class CalibrationChange(Base):
    """One step from one band to another with the reason that the person may read; the newest one counts.

    fact: what was known beside the figures, where two could not be told apart by them. before: the band of the version
    or of the change before. reply_id: the objection that a change after a session's end answers.
    """

    __tablename__ = "calibration_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_session.id"), index=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal_reply.id"))
    before: Mapped[str] = mapped_column(String(64))
    after: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    fact: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    __table_args__ = (
        CheckConstraint("reason <> ''", "reason"),
        CheckConstraint("(session_id is null) <> (reply_id is null)", "source"),
    )


class ConfirmedResult(Base):
    """What was confirmed: version, calibration and what came of them. A later one stands beside it, not in its place.

    change_id: the calibration that its band is of. reply_id: the objection that it answers. fell_at: it was reopened.
    """

    __tablename__ = "confirmed_result"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column()
    qualified: Mapped[bool] = mapped_column()
    score: Mapped[float | None] = mapped_column()
    band: Mapped[str | None] = mapped_column(String(64))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_change.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("appraisal_reply.id"))
    bonus: Mapped[float | None] = mapped_column()
    presence: Mapped[float | None] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    fell_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    change: Mapped[CalibrationChange | None] = relationship()


class AppraisalReplyKind(StrEnum):
    READ = "read"
    OBJECTED = "objected"


class AnswerOutcome(StrEnum):
    UPHELD = "upheld"
    PARTLY = "partly upheld"
    REJECTED = "rejected"


class AppraisalReply(Base):
    """What a person says to his result: that he has read it, or what he objects to, and the answer to that.

    result: the number of the confirmed result that he was told. figures: the ids of the figures of its derivation that
    he objects to. answer_until: the clock of the company.
    """

    __tablename__ = "appraisal_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"))
    result: Mapped[int] = mapped_column()
    kind: Mapped[AppraisalReplyKind] = mapped_column(String(16))
    figures: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_until: Mapped[date | None] = mapped_column(index=True)
    appointed_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    statement: Mapped[str] = mapped_column(Text, default="")
    statement_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    statement_by: Mapped[str | None] = mapped_column(String(254))
    outcome: Mapped[AnswerOutcome | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(254))

    appraisal: Mapped[Appraisal] = relationship()
    appointed: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("appraisal_id", "result"),
        CheckConstraint("kind in ('read', 'objected')", "kind"),
        CheckConstraint("kind = 'read' or text <> ''", "words"),
        CheckConstraint("(kind = 'objected') = (answer_until is not null)", "clock"),
        CheckConstraint("outcome is null or outcome in ('upheld', 'partly upheld', 'rejected')", "outcome"),
        CheckConstraint("outcome is null or (reason <> '' and answered_at is not null)", "answered"),
    )


class Handover(Base):
    """The paper that was handed to a person without an account: from that day his time to object runs."""

    __tablename__ = "handover"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))


class PlanKind(StrEnum):
    IMPROVEMENT = "improvement"
    TRAINING = "training"


class PlanState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    PAUSED = "paused"
    EXTENDED = "extended"
    MET = "met"
    NOT_MET = "not met"
    DROPPED = "dropped"


PLAN_ENDED = (PlanState.MET, PlanState.NOT_MET, PlanState.DROPPED)


class DevelopmentPlan(Base):
    """What is to become better by when, with which help. Its text is locked when it is published.

    edition: counts the texts; a pause is the only time to change a published one, and it is acknowledged anew.
    """

    __tablename__ = "development_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), index=True)
    kind: Mapped[PlanKind] = mapped_column(String(16))
    state: Mapped[PlanState] = mapped_column(String(16), default=PlanState.DRAFT)
    reason: Mapped[str] = mapped_column(String(500))
    ends: Mapped[date] = mapped_column()
    edition: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(Text, default="")

    appraisal: Mapped[Appraisal] = relationship()
    items: Mapped[list["PlanItem"]] = relationship(order_by="PlanItem.position", cascade="all, delete-orphan")
    follow_ups: Mapped[list["PlanFollowUp"]] = relationship(order_by="PlanFollowUp.due")
    steps: Mapped[list["PlanStep"]] = relationship(order_by="PlanStep.id")

    __table_args__ = (
        CheckConstraint("kind in ('improvement', 'training')", "kind"),
        CheckConstraint(
            "state in ('draft', 'published', 'acknowledged', 'paused', 'extended', 'met', 'not met', 'dropped')",
            "state",
        ),
    )


class PlanItem(Base):
    __tablename__ = "plan_item"

    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(500))
    measure: Mapped[str] = mapped_column(String(500))
    due: Mapped[date] = mapped_column()
    owner: Mapped[str] = mapped_column(String(200))
    resources: Mapped[str] = mapped_column(String(500), default="")
    mentor: Mapped[str] = mapped_column(String(200), default="")


class FollowUpStatus(StrEnum):
    ON_TRACK = "on track"
    AT_RISK = "at risk"
    MISSED = "missed"


class PlanFollowUp(Base):
    """A date on which the plan is looked at, and what was found then."""

    __tablename__ = "plan_follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"))
    due: Mapped[date] = mapped_column(index=True)
    status: Mapped[FollowUpStatus | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor: Mapped[str | None] = mapped_column(String(254))

    __table_args__ = (
        UniqueConstraint("plan_id", "due"),
        CheckConstraint("status is null or status in ('on track', 'at risk', 'missed')", "status"),
        CheckConstraint("(status is null) = (at is null)", "noted"),
    )


class PlanStep(Base):
    __tablename__ = "plan_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"), index=True)
    before: Mapped[PlanState] = mapped_column(String(16))
    after: Mapped[PlanState] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))
    on_behalf_of: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500), default="")


class ConsequenceKind(StrEnum):
    BONUS = "bonus"
    AWARD = "award"
    WARNING = "warning"
    PROMOTION = "promotion"
    PAY_REVIEW = "pay review"
    TRAINING = "training"


class Consequence(Base):
    """What HR decided to follow from a result; before that, what follows is derived from it and stored nowhere.

    share: of the bonus. A decision that differs from what was derived has a reason.
    """

    __tablename__ = "consequence"

    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    kind: Mapped[ConsequenceKind] = mapped_column(String(16), primary_key=True)
    granted: Mapped[bool] = mapped_column()
    share: Mapped[float | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(254))

    __table_args__ = (
        CheckConstraint(
            "kind in ('bonus', 'award', 'warning', 'promotion', 'pay review', 'training')", "kind"
        ),
        CheckConstraint("(kind = 'bonus') = (share is not null)", "share"),
    )
