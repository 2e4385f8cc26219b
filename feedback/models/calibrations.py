"""What a calibration decides over computed appraisals: a layer above them, never a change of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Base, UtcDateTime
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, Round


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
