"""Payments on their way to an operator and back, and what each of them pays."""

import sqlalchemy as sa
from alembic import op

from gateway.models import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("operator", sa.String(length=16), nullable=False),
        sa.Column("operator_ref", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("key_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("valid_until", Instant(), nullable=False),
        sa.Column("paid_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("leased_until", sa.Double(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_payment_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("key_mark", name=op.f("uq_payment_key_mark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
    )
    for column in ("state", "account_id", "created_at", "next_at"):
        op.create_index(op.f(f"ix_payment_{column}"), "payment", [column])
    op.create_table(
        "payment_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("customer_no", sa.String(length=32), nullable=False),
        sa.Column("open_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_part_payment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_payment_part_submission_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_part")),
        sa.UniqueConstraint("open_mark", name=op.f("uq_payment_part_open_mark")),
    )
    for column in ("payment_id", "customer_no"):
        op.create_index(op.f(f"ix_payment_part_{column}"), "payment_part", [column])


def downgrade() -> None:
    op.drop_table("payment_part")
    op.drop_table("payment")
