"""The versions of the linkage model, and the pointer to the active one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "linkage_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True)),
        sa.Column("previous_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_linkage_models"),
        sa.UniqueConstraint("version", name="uq_linkage_models_version"),
        sa.ForeignKeyConstraint(["previous_id"], ["linkage_models.id"], name="fk_linkage_models_previous_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "linkage_model_pointer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_linkage_model_pointer"),
        sa.ForeignKeyConstraint(["model_id"], ["linkage_models.id"], name="fk_linkage_model_pointer_model_id"),
        sa.CheckConstraint("id = 1", name=op.f("ck_linkage_model_pointer_one_row")),
    )


def downgrade() -> None:
    op.drop_table("linkage_model_pointer")
    op.drop_table("linkage_models")
