"""Audits may wait for their jobs: whether each is frozen yet, who freezes it, and why it could not be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audits", sa.Column("state", sa.String(12), nullable=False, server_default="ready"))
    op.add_column("audits", sa.Column("reason", sa.String(60)))
    op.add_column("audits", sa.Column("reason_facts", sa.Text()))
    op.add_column("audits", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("audits", sa.Column("leased_until", sa.DateTime(timezone=True)))
    op.create_index("ix_audits_state", "audits", ["state"])


def downgrade() -> None:
    op.drop_index("ix_audits_state", "audits")
    for column in ("leased_until", "attempts", "reason_facts", "reason", "state"):
        op.drop_column("audits", column)
