"""Audits: what each is fixed to and who signed it; what the authority answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str, length: int, *, nullable: bool = False, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=nullable, server_default=default)


def upgrade() -> None:
    op.create_table(
        "audits",
        _text("id", 20),
        _text("client", 120, default=""),
        _text("name", 200),
        _text("purpose", 300),
        _text("area_code", 10),
        _text("area_name", 200),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("jobs", sa.Text(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        _text("register_version", 80),
        _text("model", 120),
        _text("definitions", 60),
        sa.Column("land_users", sa.BigInteger(), nullable=False),
        _text("frozen_digest", 64),
        _text("created_by", 120),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _text("report_digest", 64, nullable=True),
        _text("signed_by", 120, nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
    )
    op.create_index("ix_audits_area_code", "audits", ["area_code"])
    op.create_table(
        "audit_answers",
        _text("audit_id", 20),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("status", 40),
        _text("wrong_field", 60, nullable=True),
        sa.Column("right_value", sa.Text()),
        _text("officer", 120, nullable=True),
        sa.Column("answered_on", sa.Date()),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", "run", "place", name="pk_audit_answers"),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.id"], name="fk_audit_answers_audit_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    for table in ("audit_answers", "audits"):
        op.drop_table(table)
