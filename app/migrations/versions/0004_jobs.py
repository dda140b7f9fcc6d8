"""Bulk jobs: their parts, workers and webhooks; pins of register versions; revoked models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("linkage_models", sa.Column("revoked_at", _MOMENT))
    op.create_table(
        "register_pins",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("pinned_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version_id", "holder", name="pk_register_pins"),
        sa.ForeignKeyConstraint(["version_id"], ["register_versions.id"], name="fk_register_pins_version_id"),
    )
    _jobs()
    _tasks()
    op.create_table(
        "job_workers",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("doing", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_job_workers"),
    )
    op.create_table(
        "job_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(20), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", _MOMENT),
        sa.Column("status", sa.Integer()),
        sa.Column("delivered_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_job_deliveries"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], ondelete="CASCADE", name="fk_job_deliveries_job_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_deliveries_next_at", "job_deliveries", ["next_at"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("client", sa.String(120), nullable=False, server_default=""),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("register_version", sa.String(80), nullable=False),
        sa.Column("register_scope", sa.Text(), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(60)),
        sa.Column("reason_facts", sa.Text()),
        sa.Column("rows_total", sa.BigInteger()),
        sa.Column("rows_read", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("served", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("client", "idempotency_key", name="uq_jobs_client_idempotency_key"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'stopped')",
            name=op.f("ck_jobs_state"),
        ),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])


def _tasks() -> None:
    op.create_table(
        "job_tasks",
        sa.Column("job_id", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("worker_id", sa.String(20)),
        sa.Column("leased_until", _MOMENT),
        sa.Column("not_before", _MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("counts", sa.Text()),
        sa.Column("rows", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("started_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("job_id", "stage", "part", name="pk_job_tasks"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], ondelete="CASCADE", name="fk_job_tasks_job_id"),
        sa.CheckConstraint("stage IN ('read', 'match', 'finish')", name=op.f("ck_job_tasks_stage")),
        sa.CheckConstraint("state IN ('ready', 'running', 'done')", name=op.f("ck_job_tasks_state")),
    )
    op.create_index("ix_job_tasks_state", "job_tasks", ["state"])


def downgrade() -> None:
    op.drop_table("job_deliveries")
    op.drop_table("job_workers")
    op.drop_table("job_tasks")
    op.drop_table("jobs")
    op.drop_table("register_pins")
    with op.batch_alter_table("linkage_models") as models:
        models.drop_column("revoked_at")
