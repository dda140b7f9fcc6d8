"""Jobs know the list of land users that their file is a state of, and how many judgements stand beside the verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("list_name", sa.String(200), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("judgements", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("jobs", "judgements")
    op.drop_column("jobs", "list_name")
