"""Registrations, staff, mail, second factors, terms, tokens, throttles and the audit log."""

import sqlalchemy as sa
from alembic import op

from gateway.models import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_INDEXES = {
    "audit_event": ["account_id", "action", "actor", "at", "customer_no"],
    "consent": ["account_id"],
    "mail": ["next_at", "state"],
    "one_time_code": ["account_id", "session_id", "staff_id"],
    "registration": ["account_id", "check_at", "customer_mark", "email_mark", "state"],
    "throttle": ["failed_at"],
    "trusted_device": ["account_id"],
    "used_token": ["expires_at"],
}


def upgrade() -> None:
    _account()
    _tables()
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def _account() -> None:
    # Plain ADD COLUMN: SQLite's way of making a table anew would delete the links of every account on the way.
    for column in (
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("holder", sa.String(120), nullable=False, server_default=""),
        sa.Column("phone", sa.String(32), nullable=False, server_default=""),
        sa.Column("language", sa.String(2), nullable=False, server_default="pl"),
        sa.Column("password_until", Instant(), nullable=True),
        sa.Column("second_factor", sa.String(8), nullable=False, server_default="email"),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("locked_at", Instant(), nullable=True),
    ):
        op.add_column("account", column)
    op.create_index("ix_account_email", "account", ["email"], unique=True)


def _tables() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("customer_no", sa.String(length=32), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=48), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("terms_version", sa.String(length=32), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )

    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_until", Instant(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
    )
    op.create_table(
        "throttle",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", Instant(), nullable=False),
        sa.Column("waits_until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_throttle"),
    )

    op.create_table(
        "used_token",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_used_token"),
    )

    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("particulars", sa.LargeBinary(), nullable=True),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.Column("email_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("customer_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("terms_version", sa.String(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("proved_at", Instant(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("check_at", Instant(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("mail_failed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_registration_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name="fk_registration_decided_by", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("public_id", name="uq_registration_public_id"),
    )

    op.create_table(
        "trusted_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_trusted_device_account_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_trusted_device"),
        sa.UniqueConstraint("key_hash", name="uq_trusted_device_key_hash"),
    )

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=48), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_mail_account_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_mail_registration_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("message_id", name="uq_mail_message_id"),
    )

    # Everybody signs in again: a session now says who it is of, which device, and what it waits for.
    op.drop_table("session")
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("device", sa.String(80), nullable=False),
        sa.Column("waits_for", sa.String(16), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_session_staff_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["link_id"], ["customer_link.id"], name="fk_session_link_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("public_id", name="uq_session_public_id"),
        sa.UniqueConstraint("key_hash", name="uq_session_key_hash"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_index("ix_session_staff_id", "session", ["staff_id"])
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_one_time_code_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_one_time_code_session_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_one_time_code_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_code"),
    )


def downgrade() -> None:
    raise NotImplementedError("registrations and the audit log are not thrown away; restore a backup instead")
