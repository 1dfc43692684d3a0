"""What customers send: submissions on their way, their files, and idempotency keys in use."""

import sqlalchemy as sa
from alembic import op

from gateway.models import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("customer_no", sa.String(length=32), nullable=True),
        sa.Column("key_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("leased_until", sa.Double(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("first_sent_at", Instant(), nullable=True),
        sa.Column("last_sent_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("case_no", sa.String(length=64), nullable=True),
        sa.Column("refusal", sa.String(length=64), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_submission_account_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["submission.id"], name="fk_submission_supersedes_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("public_id", name="uq_submission_public_id"),
        sa.UniqueConstraint("reference", name="uq_submission_reference"),
        sa.UniqueConstraint("key_mark", name="uq_submission_key_mark"),
    )
    for column in ("accepted_at", "account_id", "customer_no", "kind", "next_at", "state"):
        op.create_index(f"ix_submission_{column}", "submission", [column])
    op.create_table(
        "submission_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("scan", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_file_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_file"),
        sa.UniqueConstraint("submission_id", "position", name="uq_submission_file_submission_id"),
    )
    op.create_index("ix_submission_file_submission_id", "submission_file", ["submission_id"])
    op.create_table(
        "file_chunk",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["submission_file.id"], name="fk_file_chunk_file_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id", "position", name="pk_file_chunk"),
    )
    op.create_table(
        "running_key",
        sa.Column("key_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key_mark", name="pk_running_key"),
    )
