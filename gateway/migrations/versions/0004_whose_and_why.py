"""What was sent: by whom who is not logged in, of which meter, and in which words it was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("sender_mark", sa.LargeBinary(length=32), nullable=True))
    op.add_column("submission", sa.Column("subject_mark", sa.LargeBinary(length=32), nullable=True))
    op.add_column("submission", sa.Column("refusal_why", sa.JSON(), nullable=True))
    op.create_index("ix_submission_sender_mark", "submission", ["sender_mark"])
