"""Judgements: what people decided about land users, only ever added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CASE = ("list_name", "record_id", "subject_no", "fingerprint", "personal_id", "chair")


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(200), nullable=False),
        sa.Column("record_id", sa.String(200), nullable=False),
        sa.Column("subject_no", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("personal_id", sa.BigInteger(), nullable=False),
        sa.Column("chair", sa.String(10), nullable=False),
        sa.Column("word", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(120), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Integer()),
        sa.Column("undoes_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
        sa.UniqueConstraint("replaces_id", name="uq_judgements_replaces_id"),
        sa.UniqueConstraint("undoes_id", name="uq_judgements_undoes_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["judgements.id"], name="fk_judgements_replaces_id"),
        sa.ForeignKeyConstraint(["undoes_id"], ["judgements.id"], name="fk_judgements_undoes_id"),
        sa.CheckConstraint("chair IN ('first', 'second', 'decision')", name=op.f("ck_judgements_chair")),
        sa.CheckConstraint("word IN ('same', 'not_same', 'cant_tell', 'undone')", name=op.f("ck_judgements_word")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_judgements_first_word",
        "judgements",
        list(_CASE),
        unique=True,
        sqlite_where=sa.text("replaces_id IS NULL"),
        postgresql_where=sa.text("replaces_id IS NULL"),
    )
    op.create_index("ix_judgements_record", "judgements", ["list_name", "record_id"])


def downgrade() -> None:
    op.drop_index("ix_judgements_record", "judgements")
    op.drop_index("uq_judgements_first_word", "judgements")
    op.drop_table("judgements")
