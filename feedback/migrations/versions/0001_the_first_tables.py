"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=254), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("languages", sa.String(length=8), nullable=False),
        sa.Column("key_custody", sa.String(length=16), nullable=False),
        sa.Column("nominations_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approvals_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers_ended", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("questionnaire_code", sa.String(length=64), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("scheme_code", sa.String(length=64), nullable=False),
        sa.Column("scheme_version", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("envelope_size", sa.Integer(), nullable=True),
        sa.Column("unreadable", sa.Integer(), nullable=True),
        sa.Column("statistics", sa.JSON(), nullable=True),
        sa.Column("quality", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "(state in ('draft', 'nominating')) = (public_key is null)",
            name=op.f("ck_campaign_sealed_once_open"),
        ),
        sa.CheckConstraint("key_custody in ('server', 'trustees')", name=op.f("ck_campaign_key_custody")),
        sa.CheckConstraint("kind in ('client', '360', 'both')", name=op.f("ck_campaign_kind")),
        sa.CheckConstraint(
            "state in ('draft', 'nominating', 'open', 'closing', 'closed', 'released', 'purged')",
            name=op.f("ck_campaign_state"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["campaign.id"], name=op.f("fk_campaign_previous_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_campaign_previous_id")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_period"), ["period"], unique=False)

    op.create_table(
        "definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('questionnaire', 'scheme')", name=op.f("ck_definition_kind")),
        sa.CheckConstraint("version > 0", name=op.f("ck_definition_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("kind", "code", "version", name=op.f("uq_definition_kind_code_version")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_table(
        "mail_template",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", name=op.f("pk_mail_template")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "suggestion_batch",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_suggestion_batch")),
    )
    op.create_table(
        "batch",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("subject_ids", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name=op.f("ck_batch_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_batch_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_batch")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=True),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_person_department_id_department")
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_person_manager_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("code", name=op.f("uq_person_code")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_manager_id"), ["manager_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_reminder_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "wave", name=op.f("pk_reminder")),
    )
    op.create_table(
        "response_day",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_response_day_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "day", name=op.f("pk_response_day")),
    )
    op.create_table(
        "sealed_suggestion",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["month"], ["suggestion_batch.month"], name=op.f("fk_sealed_suggestion_month_suggestion_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_suggestion")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sealed_suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_suggestion_month"), ["month"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["month"], ["suggestion_batch.month"], name=op.f("fk_suggestion_month_suggestion_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_month"), ["month"], unique=False)

    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=False),
        sa.Column("account_manager_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_manager_id"], ["person.id"], name=op.f("fk_client_account_manager_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("code", name=op.f("uq_client_code")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_account_manager_id"), ["account_manager_id"], unique=False
        )

    op.create_table(
        "dimension_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=254), nullable=True),
        sa.CheckConstraint(
            "(done_at is null) = (done_by is null) and (done_at is null) = (outcome = '')",
            name=op.f("ck_dimension_measure_done"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_dimension_measure_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_dimension_measure_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimension_measure")),
    )
    with op.batch_alter_table("dimension_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dimension_measure_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dimension_measure_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_subject_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_subject_department_id_department")
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_subject_manager_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subject_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("campaign_id", "person_id", name=op.f("uq_subject_campaign_id_person_id")),
    )
    with op.batch_alter_table("subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subject_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subject_person_id"), ["person_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_user_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
        sa.UniqueConstraint("oidc_subject", name=op.f("uq_user_oidc_subject")),
        sa.UniqueConstraint("person_id", name=op.f("uq_user_person_id")),
    )
    op.create_table(
        "signed_in_browser",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_signed_in_browser_user_id_user")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_signed_in_browser")),
    )
    with op.batch_alter_table("signed_in_browser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_browser_since"), ["since"], unique=False)
        batch_op.create_index(batch_op.f("ix_signed_in_browser_user_id"), ["user_id"], unique=False)

    op.create_table(
        "clock_record",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("ticks", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubted_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_record_one_row")),
        sa.CheckConstraint(
            "(left_at is null) = (doubted_until is null) and (came_to is null) = (doubted_until is null)",
            name=op.f("ck_clock_record_doubt"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_record")),
    )
    op.create_table(
        "call_back",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("reach", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("called_by", sa.String(length=254), nullable=True),
        sa.Column("called", sa.Date(), nullable=True),
        sa.CheckConstraint("(called_by is null) = (called is null)", name=op.f("ck_call_back_called")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_call_back_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_back_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "crowd",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("dissolved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_crowd_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_crowd_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crowd")),
    )
    with op.batch_alter_table("crowd", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crowd_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("interviewed", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("is_pool", sa.Boolean(), nullable=False),
        sa.Column("crowd_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status in ('shown', 'merged', 'withheld', 'absent')", name=op.f("ck_cell_status")
        ),
        sa.CheckConstraint(
            "answered is null or answered between 0 and invited", name=op.f("ck_cell_answered")
        ),
        sa.CheckConstraint("invited >= 0", name=op.f("ck_cell_invited")),
        sa.ForeignKeyConstraint(["crowd_id"], ["crowd.id"], name=op.f("fk_cell_crowd_id_crowd")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_cell_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
        sa.UniqueConstraint("subject_id", "group", name=op.f("uq_cell_subject_id_group")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_contact_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("email", name=op.f("uq_contact_email")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_client_id"), ["client_id"], unique=False)

    op.create_table(
        "released_report",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_released_report_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("subject_id", "version", name=op.f("pk_released_report")),
    )
    op.create_table(
        "report_reply",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=254), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)",
            name=op.f("ck_report_reply_answered"),
        ),
        sa.CheckConstraint(
            "answer is null or (kind = 'objected' and answer <> '')", name=op.f("ck_report_reply_answer")
        ),
        sa.CheckConstraint("kind = 'acknowledged' or text <> ''", name=op.f("ck_report_reply_reason")),
        sa.CheckConstraint("kind in ('acknowledged', 'objected')", name=op.f("ck_report_reply_kind")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_report_reply_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("subject_id", "version", name=op.f("pk_report_reply")),
    )
    op.create_table(
        "trustee",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("enrolment_tag", sa.LargeBinary(), nullable=True),
        sa.Column("confirmation_tag", sa.LargeBinary(), nullable=True),
        sa.Column("test_tag", sa.LargeBinary(), nullable=True),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(salt is null) = (public_key is null)", name=op.f("ck_trustee_enrolled")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_trustee_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_trustee_user_id_user")),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name=op.f("pk_trustee")),
    )
    op.create_table(
        "upload",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=True),
        sa.Column("scheme_code", sa.String(length=64), nullable=True),
        sa.Column("scheme_version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_upload_user_id_user")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_upload")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_table(
        "ballot",
        sa.Column("slot", sa.LargeBinary(length=32), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_ballot_cell_id_cell")),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_cell_id"), ["cell_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden_because", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_comment_cell_id_cell")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_cell_id"), ["cell_id"], unique=False)

    op.create_table(
        "count",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_count_count")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_count_cell_id_cell")),
        sa.PrimaryKeyConstraint("cell_id", "item", "value", name=op.f("pk_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_total",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=True),
        sa.CheckConstraint("ratings > 0", name=op.f("ck_item_total_ratings")),
        sa.CheckConstraint("top is null or top between 0 and ratings", name=op.f("ck_item_total_top")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_item_total_cell_id_cell")),
        sa.PrimaryKeyConstraint("cell_id", "item", name=op.f("pk_item_total")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "interview",
        sa.Column("contact_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cell_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interviewer_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.CheckConstraint("finished = (envelope is not null)", name=op.f("ck_interview_sent")),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_interview_cell_id_cell")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_interview_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["interviewer_id"], ["user.id"], name=op.f("fk_interview_interviewer_id_user")
        ),
        sa.PrimaryKeyConstraint("contact_id", "cell_id", name=op.f("pk_interview")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_interviewer_id"), ["interviewer_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("nonce", sa.LargeBinary(length=15), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(person_id is null) <> (contact_id is null)", name=op.f("ck_invitation_one_rater")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_invitation_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_invitation_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_invitation")),
        sa.UniqueConstraint("campaign_id", "contact_id", name=op.f("uq_invitation_campaign_id_contact_id")),
        sa.UniqueConstraint("campaign_id", "person_id", name=op.f("uq_invitation_campaign_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "source in ('line', 'client', 'subject', 'manager', 'hr')", name=op.f("ck_nomination_source")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'rejected', 'declined', 'skipped', 'withdrawn')",
            name=op.f("ck_nomination_state"),
        ),
        sa.CheckConstraint(
            "(person_id is null) <> (contact_id is null)", name=op.f("ck_nomination_one_rater")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_nomination_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_nomination_person_id_person")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_nomination_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("subject_id", "contact_id", name=op.f("uq_nomination_subject_id_contact_id")),
        sa.UniqueConstraint("subject_id", "person_id", name=op.f("uq_nomination_subject_id_person_id")),
    )
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_person_id"), ["person_id"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.LargeBinary(length=15), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("wrapped_content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(kind in ('invitation', 'reminder', 'interview')) = (nonce is not null)",
            name=op.f("ck_mail_invited"),
        ),
        sa.CheckConstraint("(state = 'sending') = (leased_until is not null)", name=op.f("ck_mail_leased")),
        sa.CheckConstraint("kind <> 'account' or address is not null", name=op.f("ck_mail_addressed")),
        sa.CheckConstraint(
            "kind <> 'reminder' or (attempts = 0 and error is null)", name=op.f("ck_mail_no_trace")
        ),
        sa.CheckConstraint("kind = 'account' or wrapped_content is null", name=op.f("ck_mail_content")),
        sa.CheckConstraint(
            "kind in ('invitation', 'reminder', 'interview', 'nomination', 'approval', 'release', 'objection', "
            "'appraisal', 'account')",
            name=op.f("ck_mail_kind"),
        ),
        sa.CheckConstraint(
            "state in ('pending', 'sending', 'sent', 'unknown', 'refused', 'failed')",
            name=op.f("ck_mail_state"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_mail_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["nonce"], ["invitation.nonce"], name=op.f("fk_mail_nonce_invitation"), onupdate="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint(
            "campaign_id", "person_id", "kind", "wave", name=op.f("uq_mail_campaign_id_person_id_kind_wave")
        ),
        sa.UniqueConstraint("nonce", "kind", "wave", name=op.f("uq_mail_nonce_kind_wave")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_mail_due", ["state", "due_at"], unique=False)

    op.create_table(
        "task",
        sa.Column("nonce", sa.LargeBinary(length=15), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("proof", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_task_cell_id_cell")),
        sa.ForeignKeyConstraint(
            ["nonce"], ["invitation.nonce"], name=op.f("fk_task_nonce_invitation"), onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("nonce", "position", name=op.f("pk_task")),
        sa.UniqueConstraint("cell_id", "seat", name=op.f("uq_task_cell_id_seat")),
        sa.UniqueConstraint("nonce", "cell_id", name=op.f("uq_task_nonce_cell_id")),
        sqlite_with_rowid=False,
    )

    # ### end Alembic commands ###
