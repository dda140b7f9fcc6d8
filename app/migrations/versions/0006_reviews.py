"""Reviews: what people are asked to judge; bulk approvals and the values that they approve."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("job_id", sa.String(20), nullable=False),
        sa.Column("list_name", sa.String(200), nullable=False),
        sa.Column("seed", sa.String(100), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("second_share", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        _moment("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_reviews_job_id", ondelete="CASCADE"),
    )
    op.create_index("ix_reviews_job_id", "reviews", ["job_id"])
    op.create_table(
        "review_strata",
        sa.Column("review_id", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("category", sa.String(10), nullable=False),
        sa.Column("commune_code", sa.String(10), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "number", name="pk_review_strata"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_review_strata_review_id", ondelete="CASCADE"),
    )
    _items()
    _approvals()


def _items() -> None:
    heads = ("first_id", "second_id", "decision_id")
    op.create_table(
        "review_items",
        sa.Column("review_id", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("stratum", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.String(200), nullable=False),
        sa.Column("subject_no", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("personal_id", sa.BigInteger(), nullable=False),
        sa.Column("wants_second", sa.Boolean(), nullable=False),
        sa.Column("first_id", sa.Integer()),
        sa.Column("first_by", sa.String(120)),
        sa.Column("second_id", sa.Integer()),
        sa.Column("decision_id", sa.Integer()),
        sa.Column("taken_by", sa.String(120)),
        _moment("taken_until"),
        sa.PrimaryKeyConstraint("review_id", "number", name="pk_review_items"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_review_items_review_id", ondelete="CASCADE"),
        *(sa.ForeignKeyConstraint([name], ["judgements.id"], name=f"fk_review_items_{name}") for name in heads),
        sa.CheckConstraint("origin IN ('sample', 'doubt', 'approval')", name=op.f("ck_review_items_origin")),
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.String(20), nullable=False),
        sa.Column("list_name", sa.String(200), nullable=False),
        sa.Column("commune_code", sa.String(10), nullable=False),
        sa.Column("category", sa.String(10), nullable=False),
        sa.Column("register_version", sa.String(80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(120), nullable=False),
        _moment("signed_at", nullable=False),
        sa.Column("withdrawn_by", sa.String(120)),
        _moment("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_approvals_review_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_approvals_review_id", "approvals", ["review_id"])
    op.create_table(
        "enrichments",
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("record_id", sa.String(200), nullable=False),
        sa.Column("subject_no", sa.Integer(), nullable=False),
        sa.Column("personal_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", "place", "field", name="pk_enrichments"),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name="fk_enrichments_approval_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("enrichments", "approvals", "review_items", "review_strata", "reviews"):
        op.drop_table(table)
