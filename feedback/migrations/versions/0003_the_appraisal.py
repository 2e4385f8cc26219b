"""The tables of the appraisal: dated facts, rounds and versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('target', 'actual')", name=op.f("ck_figure_import_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_import")),
    )
    with op.batch_alter_table("figure_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_import_digest"), ["digest"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("scheme_code", sa.String(length=64), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_digest", sa.String(length=64), nullable=False),
        sa.Column("targets_by", sa.Date(), nullable=True),
        sa.Column("figures_by", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("calibrate_by", sa.Date(), nullable=True),
        sa.CheckConstraint("state in ('preparing', 'running', 'ended')", name=op.f("ck_round_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("period", name=op.f("uq_round_period")),
    )
    op.create_table(
        "appraisal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held", sa.String(length=64), nullable=True),
        sa.Column("not_appraised", sa.String(length=500), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("adjustment", sa.Float(), nullable=True),
        sa.Column("adjustment_reason", sa.String(length=500), nullable=True),
        sa.Column("adjusted_by", sa.String(length=254), nullable=True),
        sa.Column("calibrated_band", sa.String(length=64), nullable=True),
        sa.Column("fallen_band", sa.String(length=64), nullable=True),
        sa.Column("objections", sa.Integer(), nullable=False),
        sa.Column("reply_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(adjustment is null) = (adjustment_reason is null)", name=op.f("ck_appraisal_adjustment")
        ),
        sa.CheckConstraint(
            "(state = 'not appraised') = (not_appraised is not null)", name=op.f("ck_appraisal_not_appraised")
        ),
        sa.CheckConstraint(
            "state in ('preparing', 'running', 'computed', 'reviewed', 'calibrated', 'confirmed', "
            "'notified', 'read', 'deemed read', 'objected', 'answered', 'final', 'not appraised')",
            name=op.f("ck_appraisal_state"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_appraisal_department_id_department")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appraisal_person_id_person")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_appraisal_reviewer_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_appraisal_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_appraisal_round_id_person_id")),
    )
    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraisal_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appraisal_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("post", sa.String(length=64), nullable=True),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('work', 'probation', 'leave')", name=op.f("ck_assignment_kind")),
        sa.CheckConstraint("ends is null or ends >= starts", name=op.f("ck_assignment_order")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_assignment_department_id_department")
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_assignment_manager_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("kpi", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("part", sa.Double(), nullable=True),
        sa.Column("whole", sa.Double(), nullable=True),
        sa.Column("base", sa.Double(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=True),
        sa.Column("by_subject", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'target') = (state is not null)", name=op.f("ck_figure_state")),
        sa.CheckConstraint("kind in ('target', 'actual')", name=op.f("ck_figure_kind")),
        sa.CheckConstraint("(part is null) = (whole is null)", name=op.f("ck_figure_share")),
        sa.CheckConstraint("value is null or part is null", name=op.f("ck_figure_one_form")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["figure_import.id"], name=op.f("fk_figure_import_id_figure_import")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_figure_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure")),
        sa.UniqueConstraint(
            "person_id",
            "period",
            "kpi",
            "kind",
            "version",
            name=op.f("uq_figure_person_id_period_kpi_kind_version"),
        ),
    )
    with op.batch_alter_table("figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_import_id"), ["import_id"], unique=False)

    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("last_period", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("by_subject", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'proposed', 'agreed', 'rated', 'closed', 'cancelled')",
            name=op.f("ck_goal_state"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_goal_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_period"), ["period"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_person_id"), ["person_id"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("occurred", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(length=254), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(effect is not null) = (state in ('confirmed', 'withdrawn', 'expired'))",
            name=op.f("ck_incident_effect"),
        ),
        sa.CheckConstraint("severity in ('minor', 'major', 'critical')", name=op.f("ck_incident_severity")),
        sa.CheckConstraint(
            "state in ('reported', 'confirmed', 'rejected', 'withdrawn', 'expired')",
            name=op.f("ck_incident_state"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_period"), ["period"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_person_id"), ["person_id"], unique=False)

    op.create_table(
        "appraisal_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_move_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_move")),
    )
    with op.batch_alter_table("appraisal_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraisal_move_appraisal_id"), ["appraisal_id"], unique=False)

    op.create_table(
        "appraisal_reviewer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("contributes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_reviewer_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name=op.f("fk_appraisal_reviewer_reviewer_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_reviewer")),
    )
    with op.batch_alter_table("appraisal_reviewer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appraisal_reviewer_appraisal_id"), ["appraisal_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appraisal_reviewer_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "appraisal_line",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_line_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appraisal_line_person_id_person")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "person_id", name=op.f("pk_appraisal_line")),
    )
    with op.batch_alter_table("appraisal_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraisal_line_person_id"), ["person_id"], unique=False)

    op.create_table(
        "appraisal_version",
        sa.Column("appraisal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("formula", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.CheckConstraint(
            "cause in ('first', 'figure corrected', 'incident', 'objection upheld', 'scheme changed', "
            "'feedback corrected', 'goal changed', 'history corrected', 'adjusted by the reviewer', 'formula changed')",
            name=op.f("ck_appraisal_version_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_version_appraisal_id_appraisal")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "number", name=op.f("pk_appraisal_version")),
    )
    op.create_table(
        "goal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_note_goal_id_goal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_note")),
    )
    with op.batch_alter_table("goal_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_note_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "goal_rating",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("own", sa.Double(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("actual", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.String(length=254), nullable=True),
        sa.CheckConstraint("own is null or own between 0 and 100", name=op.f("ck_goal_rating_own")),
        sa.CheckConstraint("rating is null or rating between 0 and 100", name=op.f("ck_goal_rating_rating")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_rating_goal_id_goal")),
        sa.PrimaryKeyConstraint("goal_id", "period", name=op.f("pk_goal_rating")),
    )
    op.create_table(
        "goal_version",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("parent", sa.String(length=200), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("cancels", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.String(length=254), nullable=True),
        sa.CheckConstraint(
            "measure in ('rating', 'milestones', 'figure')", name=op.f("ck_goal_version_measure")
        ),
        sa.CheckConstraint("weight >= 0 and weight <= 100", name=op.f("ck_goal_version_weight")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_version_goal_id_goal")),
        sa.PrimaryKeyConstraint("goal_id", "number", name=op.f("pk_goal_version")),
    )
    op.create_table(
        "incident_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("shell", sa.String(length=254), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_step_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_step")),
    )
    with op.batch_alter_table("incident_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_step_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_milestone_goal_id_goal")),
        sa.PrimaryKeyConstraint("goal_id", "version", "position", name=op.f("pk_milestone")),
    )
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind = 'complaint' or (due is null and done is null)", name=op.f("ck_register_entry_complaint")
        ),
        sa.CheckConstraint("kind in ('visit', 'complaint')", name=op.f("ck_register_entry_kind")),
        sa.CheckConstraint("done is null or done >= opened", name=op.f("ck_register_entry_order")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_register_entry_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_register_entry_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
    )
    with op.batch_alter_table("register_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_entry_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_entry_opened"), ["opened"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_entry_person_id"), ["person_id"], unique=False)
