"""The versions of the register, their statistics, and the pointer to the active one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("units_as_of", sa.Date()),
        sa.Column("source_name", sa.String(300), nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("program", sa.String(60), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("rows_kept", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("rows_rejected", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("keys_kept", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("statistics", sa.String(64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True)),
        sa.Column("previous_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_register_versions"),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["register_versions.id"], ondelete="SET NULL", name="fk_register_versions_previous_id"
        ),
        sa.CheckConstraint(
            "state IN ('staged', 'ready', 'active', 'retired', 'failed')", name=op.f("ck_register_versions_state")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_register_versions_source_hash", "register_versions", ["source_hash"])
    op.create_table(
        "register_statistics",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_register_statistics"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["register_versions.id"], ondelete="CASCADE", name="fk_register_statistics_version_id"
        ),
    )
    op.create_table(
        "register_pointer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_pointer"),
        sa.ForeignKeyConstraint(["version_id"], ["register_versions.id"], name="fk_register_pointer_version_id"),
        sa.CheckConstraint("id = 1", name=op.f("ck_register_pointer_one_row")),
    )


def downgrade() -> None:
    op.drop_table("register_pointer")
    op.drop_table("register_statistics")
    op.drop_table("register_versions")
