"""Layers over the computed appraisal: reviews, calibration, objections, plans, consequences, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibration_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=254), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=254), nullable=True),
        sa.CheckConstraint(
            "(closed_at is null) = (closed_by is null)", name=op.f("ck_calibration_session_closed")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_calibration_session_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_session")),
    )
    with op.batch_alter_table("calibration_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_session_round_id"), ["round_id"], unique=False)

    op.create_table(
        "calibration_member",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("chairs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calibration_member_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.id"],
            name=op.f("fk_calibration_member_session_id_calibration_session"),
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_calibration_member")),
    )
    with op.batch_alter_table("calibration_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_deputy_order")),
        sa.CheckConstraint("manager_id <> deputy_id", name=op.f("ck_deputy_another")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id_person")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_deputy_manager_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputy_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deputy_manager_id"), ["manager_id"], unique=False)

    op.create_table(
        "appraisal_interview",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("present", sa.String(length=500), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=64), nullable=True),
        sa.Column("reviewer_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_interview_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", name=op.f("pk_appraisal_interview")),
    )
    op.create_table(
        "appraisal_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_until", sa.Date(), nullable=True),
        sa.Column("appointed_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("statement_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement_by", sa.String(length=254), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=254), nullable=True),
        sa.CheckConstraint(
            "(kind = 'objected') = (answer_until is not null)", name=op.f("ck_appraisal_reply_clock")
        ),
        sa.CheckConstraint("kind = 'read' or text <> ''", name=op.f("ck_appraisal_reply_words")),
        sa.CheckConstraint("kind in ('read', 'objected')", name=op.f("ck_appraisal_reply_kind")),
        sa.CheckConstraint(
            "outcome is null or (reason <> '' and answered_at is not null)",
            name=op.f("ck_appraisal_reply_answered"),
        ),
        sa.CheckConstraint(
            "outcome is null or outcome in ('upheld', 'partly upheld', 'rejected')",
            name=op.f("ck_appraisal_reply_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["appointed_id"], ["person.id"], name=op.f("fk_appraisal_reply_appointed_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_reply_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_reply")),
        sa.UniqueConstraint("appraisal_id", "result", name=op.f("uq_appraisal_reply_appraisal_id_result")),
    )
    with op.batch_alter_table("appraisal_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraisal_reply_answer_until"), ["answer_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_appraisal_reply_appointed_id"), ["appointed_id"], unique=False)

    op.create_table(
        "calibration_opinion",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opinion", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opinion in ('agree', 'question', 'abstain')", name=op.f("ck_calibration_opinion_opinion")
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_calibration_opinion_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calibration_opinion_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.id"],
            name=op.f("fk_calibration_opinion_session_id_calibration_session"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "appraisal_id", "person_id", name=op.f("pk_calibration_opinion")
        ),
    )
    with op.batch_alter_table("calibration_opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_opinion_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calibration_place",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_calibration_place_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.id"],
            name=op.f("fk_calibration_place_session_id_calibration_session"),
        ),
        sa.PrimaryKeyConstraint("session_id", "appraisal_id", name=op.f("pk_calibration_place")),
    )
    with op.batch_alter_table("calibration_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_place_appraisal_id"), ["appraisal_id"], unique=False)

    op.create_table(
        "consequence",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.CheckConstraint("(kind = 'bonus') = (share is not null)", name=op.f("ck_consequence_share")),
        sa.CheckConstraint(
            "kind in ('bonus', 'award', 'warning', 'promotion', 'pay review', 'training')",
            name=op.f("ck_consequence_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_consequence_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "kind", name=op.f("pk_consequence")),
    )
    op.create_table(
        "development_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('improvement', 'training')", name=op.f("ck_development_plan_kind")),
        sa.CheckConstraint(
            "state in ('draft', 'published', 'acknowledged', 'paused', 'extended', 'met', 'not met', 'dropped')",
            name=op.f("ck_development_plan_state"),
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_development_plan_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_plan")),
    )
    with op.batch_alter_table("development_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_development_plan_appraisal_id"), ["appraisal_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_handover_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "day", name=op.f("pk_handover")),
    )
    op.create_table(
        "review",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("to_improve", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("adjustment", sa.Double(), nullable=False),
        sa.Column("award", sa.Boolean(), nullable=False),
        sa.Column("promotion", sa.Boolean(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=64), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_review_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", name=op.f("pk_review")),
    )
    op.create_table(
        "reviewer_contribution",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_reviewer_contribution_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reviewer_contribution_person_id_person")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "person_id", name=op.f("pk_reviewer_contribution")),
    )
    with op.batch_alter_table("reviewer_contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewer_contribution_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calibration_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("reply_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("fact", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_calibration_change_reason")),
        sa.CheckConstraint(
            "(session_id is null) <> (reply_id is null)", name=op.f("ck_calibration_change_source")
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_calibration_change_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["appraisal_reply.id"], name=op.f("fk_calibration_change_reply_id_appraisal_reply")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.id"],
            name=op.f("fk_calibration_change_session_id_calibration_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_change")),
    )
    with op.batch_alter_table("calibration_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calibration_change_appraisal_id"), ["appraisal_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_calibration_change_session_id"), ["session_id"], unique=False)

    op.create_table(
        "interview_agreement",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appraisal_id"],
            ["appraisal_interview.appraisal_id"],
            name=op.f("fk_interview_agreement_appraisal_id_appraisal_interview"),
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "position", name=op.f("pk_interview_agreement")),
    )
    op.create_table(
        "plan_follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.String(length=254), nullable=True),
        sa.CheckConstraint(
            "status is null or status in ('on track', 'at risk', 'missed')",
            name=op.f("ck_plan_follow_up_status"),
        ),
        sa.CheckConstraint("(status is null) = (at is null)", name=op.f("ck_plan_follow_up_noted")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["development_plan.id"], name=op.f("fk_plan_follow_up_plan_id_development_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_follow_up")),
        sa.UniqueConstraint("plan_id", "due", name=op.f("uq_plan_follow_up_plan_id_due")),
    )
    with op.batch_alter_table("plan_follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_follow_up_due"), ["due"], unique=False)

    op.create_table(
        "plan_item",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("measure", sa.String(length=500), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("resources", sa.String(length=500), nullable=False),
        sa.Column("mentor", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["development_plan.id"], name=op.f("fk_plan_item_plan_id_development_plan")
        ),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_plan_item")),
    )
    op.create_table(
        "plan_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["development_plan.id"], name=op.f("fk_plan_step_plan_id_development_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_step")),
    )
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_step_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "confirmed_result",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("qualified", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("band", sa.String(length=64), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("reply_id", sa.Integer(), nullable=True),
        sa.Column("bonus", sa.Double(), nullable=True),
        sa.Column("presence", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("fell_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_confirmed_result_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["calibration_change.id"],
            name=op.f("fk_confirmed_result_change_id_calibration_change"),
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["appraisal_reply.id"], name=op.f("fk_confirmed_result_reply_id_appraisal_reply")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "number", name=op.f("pk_confirmed_result")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("occasion", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("appraisal_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind in ('targets to agree', 'goals to agree', 'figures due', 'review due', 'contribution asked', "
            "'reviewer changed', 'interview to confirm', 'appraisal ready', 'time to object ends', "
            "'objection received', 'objection to answer', 'objection answered', 'plan published', "
            "'follow-up due', 'follow-up overdue', 'measure due', 'measure overdue')",
            name=op.f("ck_notice_kind"),
        ),
        sa.CheckConstraint("(person_id is null) <> (user_id is null)", name=op.f("ck_notice_one_recipient")),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_notice_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id_mail"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_notice_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "kind", "occasion", name=op.f("uq_notice_person_id_kind_occasion")),
        sa.UniqueConstraint("user_id", "kind", "occasion", name=op.f("uq_notice_user_id_kind_occasion")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_appraisal_id"), ["appraisal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_mailed_on"), ["mailed_on"], unique=False)

    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.alter_column(
            "adjustment", existing_type=sa.FLOAT(), type_=sa.Double(), existing_nullable=True
        )
