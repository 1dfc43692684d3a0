"""Accounts, their links with customer numbers, and sessions."""

import sqlalchemy as sa
from alembic import op

from gateway.models import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
    )
    op.create_table(
        "customer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("customer_no", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_customer_link_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_link"),
        sa.UniqueConstraint("public_id", name="uq_customer_link_public_id"),
        sa.UniqueConstraint("account_id", "customer_no", name="uq_customer_link_account_id"),
    )
    op.create_index("ix_customer_link_customer_no", "customer_link", ["customer_no"])
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("key_hash", name="uq_session_key_hash"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])


def downgrade() -> None:
    op.drop_table("session")
    op.drop_table("customer_link")
    op.drop_table("account")
