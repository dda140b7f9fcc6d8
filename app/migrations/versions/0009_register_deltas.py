"""What changed from one version of the register to the next, and over which one a version's people lie."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COUNTS = ("added", "changed", "unchanged", "removed", "unknown")


def upgrade() -> None:
    op.create_table(
        "register_deltas",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("parent_name", sa.String(40), nullable=False),
        sa.Column("base_id", sa.Integer()),
        *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in _COUNTS),
        sa.Column("fields", sa.Text(), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("version_id", name="pk_register_deltas"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["register_versions.id"], ondelete="CASCADE", name="fk_register_deltas_version_id"
        ),
        sa.ForeignKeyConstraint(["base_id"], ["register_versions.id"], name="fk_register_deltas_base_id"),
    )


def downgrade() -> None:
    op.drop_table("register_deltas")
