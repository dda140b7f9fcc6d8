"""The tables of the service, and the tables that each version of the register has for itself.

The fixed tables are made by migrations (app/migrations). A version's tables carry its number in their names and are
made and dropped as a whole: docs/decisions/0003-register-store.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets time zones, so they are put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


register_versions = Table(
    "register_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("state", String(20), nullable=False),  # staged, ready, active, retired, failed
    Column("scope", Text, nullable=False),  # which provinces, as of when: shown with every "not found"
    Column("units_as_of", Date),  # the date whose administrative units the commune codes follow
    Column("source_name", String(300), nullable=False),
    Column("source_hash", String(64), nullable=False),  # SHA-256 of the file
    Column("program", String(60), nullable=False),  # the release whose rules read the rows
    Column("rows_read", BigInteger, nullable=False, server_default="0"),
    Column("rows_kept", BigInteger, nullable=False, server_default="0"),
    Column("rows_rejected", BigInteger, nullable=False, server_default="0"),
    Column("keys_kept", BigInteger, nullable=False, server_default="0"),
    Column("statistics", String(64)),  # digest
    Column("created_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("previous_id", Integer, ForeignKey("register_versions.id", ondelete="SET NULL")),  # what rollback restores
    CheckConstraint("state IN ('staged', 'ready', 'active', 'retired', 'failed')", name="state"),
    Index("ix_register_versions_source_hash", "source_hash"),
    sqlite_autoincrement=True,  # the number of a dropped version never comes back
)

register_statistics = Table(
    "register_statistics",
    metadata,
    Column("version_id", Integer, ForeignKey("register_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

register_deltas = Table(
    "register_deltas",  # of versions that came out of another one, not out of a whole file
    metadata,
    Column("version_id", Integer, ForeignKey("register_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", Integer, nullable=False),  # the version that the changes were made to; it may be gone
    Column("parent_name", String(40), nullable=False),  # as in stamps
    Column("base_id", Integer, ForeignKey("register_versions.id")),  # whose people lie below; none: all people are here
    *(
        Column(name, BigInteger, nullable=False, server_default="0")
        for name in ("added", "changed", "unchanged", "removed", "unknown")  # people of the file
    ),
    Column("fields", Text, nullable=False, server_default="{}"),  # how many people changed in each field: JSON
)

register_pointer = Table(
    "register_pointer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", Integer, ForeignKey("register_versions.id"), nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

linkage_models = Table(
    "linkage_models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", String(120), nullable=False, unique=True),  # name and digest: follows from the content
    Column("content", Text, nullable=False),  # the JSON document, never changed
    Column("note", Text, nullable=False),  # how it was made
    Column("created_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("previous_id", Integer, ForeignKey("linkage_models.id")),  # what rollback restores; none: the built-in one
    Column("revoked_at", Instant),  # nobody may decide by it any more
    sqlite_autoincrement=True,
)

linkage_model_pointer = Table(
    "linkage_model_pointer",  # empty: the model that ships with the program
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model_id", Integer, ForeignKey("linkage_models.id"), nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

judgements = Table(
    "judgements",  # only ever added to
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list_name", String(200), nullable=False),  # the list of land users that the record stands in
    Column("record_id", String(200), nullable=False),
    Column("subject_no", Integer, nullable=False),
    Column("fingerprint", String(32), nullable=False),  # of the clean land user: matching.fingerprint
    Column("personal_id", BigInteger, nullable=False),  # 0: none of the people shown
    Column("chair", String(10), nullable=False),
    Column("word", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reviewer", String(120), nullable=False),
    Column("judged_at", Instant, nullable=False),
    Column("replaces_id", Integer, ForeignKey("judgements.id"), unique=True),  # a word is replaced once
    Column("undoes_id", Integer, ForeignKey("judgements.id"), unique=True),  # and taken back once
    CheckConstraint("chair IN ('first', 'second', 'decision')", name="chair"),
    CheckConstraint("word IN ('same', 'not_same', 'cant_tell', 'undone')", name="word"),
    Index(
        "uq_judgements_first_word",  # a chain begins once
        "list_name",
        "record_id",
        "subject_no",
        "fingerprint",
        "personal_id",
        "chair",
        unique=True,
        sqlite_where=text("replaces_id IS NULL"),
        postgresql_where=text("replaces_id IS NULL"),
    ),
    Index("ix_judgements_record", "list_name", "record_id"),
    sqlite_autoincrement=True,
)

register_pins = Table(
    "register_pins",  # versions that somebody goes on reading: they can't be dropped
    metadata,
    Column("version_id", Integer, ForeignKey("register_versions.id"), primary_key=True),
    Column("holder", String(80), primary_key=True),  # "job:…", "audit:…"
    Column("pinned_at", Instant, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(20), primary_key=True),  # letters drawn at random: it stands in addresses and logs
    Column("client", String(120), nullable=False, server_default=""),  # who created it; "": an operator on the machine
    Column("file_name", Text, nullable=False),  # as the caller named it: data, never the name of a file of ours
    Column("file_bytes", BigInteger, nullable=False),
    Column("request_digest", String(64), nullable=False),  # SHA-256 of file and options
    Column("idempotency_key", String(200)),
    Column("options", Text, nullable=False),  # how the file is read: JSON
    Column("register_id", Integer, nullable=False),
    Column("register_version", String(80), nullable=False),  # as answers are stamped with it
    Column("register_scope", Text, nullable=False),
    Column("model", String(120), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("code", String(200), nullable=False),  # the program whose workers may do it
    Column("list_name", String(200), nullable=False, server_default=""),  # which judgements belong to it
    Column("judgements", Integer, nullable=False, server_default="0"),  # that stand beside its verdicts
    Column("state", String(12), nullable=False),  # app/jobs/states.py
    Column("reason", String(60)),  # the code of the error behind states waiting, stopped and failed
    Column("reason_facts", Text),  # its facts: JSON
    Column("rows_total", BigInteger),  # input rows, once they are counted
    Column("rows_read", BigInteger, nullable=False, server_default="0"),
    Column("served", BigInteger, nullable=False, server_default="0"),  # when a worker last took a part of it, in order
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    CheckConstraint(
        "state IN ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'stopped')",
        name="state",
    ),
    UniqueConstraint("client", "idempotency_key"),
    Index("ix_jobs_state", "state"),
)

job_tasks = Table(
    "job_tasks",  # the parts of a job, each leased to one worker at a time: docs/decisions on the queue
    metadata,
    Column("job_id", String(20), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", String(10), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("state", String(10), nullable=False),  # ready, running, done
    Column("worker_id", String(20)),
    Column("leased_until", Instant),  # a worker that is alive moves it on
    Column("not_before", Instant),  # after a failure
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("counts", Text),  # what the part gave: JSON
    Column("rows", BigInteger, nullable=False, server_default="0"),  # input rows
    Column("started_at", Instant),
    Column("ended_at", Instant),
    CheckConstraint("stage IN ('read', 'match', 'finish')", name="stage"),
    CheckConstraint("state IN ('ready', 'running', 'done')", name="state"),
    Index("ix_job_tasks_state", "state"),
)

job_workers = Table(
    "job_workers",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("code", String(200), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("doing", String(80)),  # job, stage and part
)

job_deliveries = Table(
    "job_deliveries",  # webhooks to be sent, or sent
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", String(20), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("url", String(500), nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant),  # none: delivered, or given up
    Column("status", Integer),  # the last answer
    Column("delivered_at", Instant),
    Index("ix_job_deliveries_next_at", "next_at"),
    sqlite_autoincrement=True,
)

clients = Table(
    "clients",  # systems and offices, never people
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("subject", String(255), unique=True),  # who it is in the tokens of the OIDC issuer
    Column("scopes", Text, nullable=False),  # words, with spaces between
    Column("rate", Float),  # requests a second; none: the service's setting, 0: no limit, as the next two
    Column("concurrent", Integer),
    Column("attempts", Integer),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    sqlite_autoincrement=True,
)

client_keys = Table(
    "client_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False, index=True),
    Column("prefix", String(12), nullable=False, unique=True),  # to look the key up by
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the key
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    sqlite_autoincrement=True,
)

client_changes = Table(
    "client_changes",  # one row, made with the table
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),  # moves with every change of clients and keys
    CheckConstraint("id = 1", name="one_row"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(20), primary_key=True),  # letters drawn at random: it stands in addresses and logs
    Column("job_id", String(20), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("list_name", String(200), nullable=False),
    Column("seed", String(100), nullable=False),
    Column("sampled", Integer, nullable=False),  # items of the random sample
    Column("doubtful", Integer, nullable=False),  # items chosen because the machine may be wrong there
    Column("second_share", Integer, nullable=False),  # percent of the sample that a second reviewer judges too
    Column("simulated", Boolean, nullable=False),  # people and land users are synthetic: figures are labelled so
    Column("created_by", String(120), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_reviews_job_id", "job_id"),
)

review_strata = Table(
    "review_strata",
    metadata,
    Column("review_id", String(20), ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("verdict", String(10), nullable=False),
    Column("category", String(10), nullable=False),
    Column("commune_code", String(10), nullable=False),  # of the parcel; "": unknown
    Column("size", BigInteger, nullable=False),  # land users of the job
    Column("sampled", Integer, nullable=False),
)

review_items = Table(
    "review_items",
    metadata,
    Column("review_id", String(20), ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("origin", String(10), nullable=False),
    Column("stratum", Integer, nullable=False),  # of review_strata
    Column("place", BigInteger, nullable=False),  # of its row in the results
    Column("record_id", String(200), nullable=False),
    Column("subject_no", Integer, nullable=False),
    Column("fingerprint", String(32), nullable=False),
    Column("personal_id", BigInteger, nullable=False),  # whom the machine named; 0: nobody
    Column("wants_second", Boolean, nullable=False),
    Column("first_id", Integer, ForeignKey("judgements.id")),  # the last word of each chair
    Column("first_by", String(120)),
    Column("second_id", Integer, ForeignKey("judgements.id")),
    Column("decision_id", Integer, ForeignKey("judgements.id")),
    Column("taken_by", String(120)),  # who has it before them
    Column("taken_until", Instant),
    CheckConstraint("origin IN ('sample', 'doubt', 'approval')", name="origin"),
)

approvals = Table(
    "approvals",  # of values from the register for all rows of a commune and category
    metadata,
    Column("id", Integer, primary_key=True),
    Column("review_id", String(20), ForeignKey("reviews.id", ondelete="CASCADE"), nullable=False),
    Column("list_name", String(200), nullable=False),
    Column("commune_code", String(10), nullable=False),
    Column("category", String(10), nullable=False),
    Column("register_version", String(80), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("signer", String(120), nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("withdrawn_by", String(120)),
    Column("withdrawn_at", Instant),  # set: the approval and its values are in force no more
    Index("ix_approvals_review_id", "review_id"),
    sqlite_autoincrement=True,
)

enrichments = Table(
    "enrichments",  # the approved values, one a row
    metadata,
    Column("approval_id", Integer, ForeignKey("approvals.id", ondelete="CASCADE"), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # of its row in the results
    Column("field", String(20), primary_key=True),
    Column("record_id", String(200), nullable=False),
    Column("subject_no", Integer, nullable=False),
    Column("personal_id", BigInteger, nullable=False),  # of whom the value is
    Column("value", Text, nullable=False),
)


audits = Table(
    "audits",
    metadata,
    Column("id", String(20), primary_key=True),  # letters drawn at random: it stands in addresses and logs
    Column("client", String(120), nullable=False, server_default=""),  # who made it; "": an operator on the machine
    Column("name", String(200), nullable=False),
    Column("purpose", String(300), nullable=False),
    Column("area_code", String(10), nullable=False),  # of a present-day province or commune
    Column("area_name", String(200), nullable=False),
    Column("day", Date, nullable=False),  # that the audit is of
    Column("jobs", Text, nullable=False),  # their ids, in order: JSON; a job may be deleted, the audit keeps its files
    Column("register_id", Integer, nullable=False),  # pinned: it stays until the audit is deleted
    Column("register_version", String(80), nullable=False),
    Column("model", String(120), nullable=False),
    Column("definitions", String(60), nullable=False),  # version and digest
    Column("land_users", BigInteger, nullable=False),
    Column("frozen_digest", String(64), nullable=False),  # SHA-256 of all that it is fixed to
    Column("created_by", String(120), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("report_digest", String(64)),  # of the signed report
    Column("signed_by", String(120)),
    Column("signed_at", Instant),
    Column("state", String(12), nullable=False, server_default="ready"),  # waiting, ready, failed: app/audits/states.py
    Column("reason", String(60)),  # the code of the error behind "failed"
    Column("reason_facts", Text),  # its facts: JSON
    Column("attempts", Integer, nullable=False, server_default="0"),  # at freezing it
    Column("leased_until", Instant),  # who freezes it has it until then
    Index("ix_audits_area_code", "area_code"),
    Index("ix_audits_state", "state"),
)

audit_answers = Table(
    "audit_answers",  # what the authority that keeps the register said of land users
    metadata,
    Column("audit_id", String(20), ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True),
    Column("run", Integer, primary_key=True, autoincrement=False),  # which job of the audit
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # of its row in the results
    Column("status", String(40), nullable=False),  # a code of the audit's definitions
    Column("wrong_field", String(60)),
    Column("right_value", Text),
    Column("officer", String(120)),
    Column("answered_on", Date),
    Column("taken_at", Instant, nullable=False),
)


class VersionTables(NamedTuple):
    """The tables of one register version."""

    people: Table
    keys: Table
    progress: Table
    rejects: Table
    masked: Table  # of a version over another one: the people of that one who went or changed
    staged_people: Table  # SQLite only, as the next: people in the order of the file, waiting to be sorted
    staged_keys: Table  # packed keys of batches, waiting to be sorted


# The kernel's columns, in the order of matching.columns.StoredPerson; a test keeps the two alike.
_PERSON_COLUMNS: tuple[tuple[str, type[BigInteger] | type[SmallInteger] | type[Text]], ...] = (
    ("syllables", Text),
    ("written", BigInteger),
    ("key", BigInteger),
    ("folded", BigInteger),
    ("sorted", BigInteger),
    ("surname", BigInteger),
    ("given", BigInteger),
    ("others", Text),
    ("birth", BigInteger),
    ("sex", SmallInteger),
    ("numbers", Text),
    ("communes", Text),
    ("status", SmallInteger),
)
DISPLAY_COLUMNS = ("full_name", "other_names", "old_ids", "address")


def _person_columns() -> list[Column[Any]]:
    kernel = [Column(name, kind, nullable=False) for name, kind in _PERSON_COLUMNS]
    return [*kernel, *(Column(name, Text, nullable=False) for name in DISPLAY_COLUMNS)]


def version_tables(version: int) -> VersionTables:
    """The tables of a register version, by its number."""
    own = MetaData(naming_convention=NAMES)
    big = BigInteger().with_variant(Integer(), "sqlite")  # so that the personal number is SQLite's row number
    return VersionTables(
        people=Table(
            f"people_{version}",
            own,
            Column("personal_id", big, primary_key=True, autoincrement=False),
            *_person_columns(),
        ),
        keys=Table(
            f"blocking_keys_{version}",
            own,
            Column("key", BigInteger, primary_key=True, autoincrement=False),
            Column("person", BigInteger, primary_key=True, autoincrement=False),
            sqlite_with_rowid=False,
        ),
        progress=Table(
            f"import_progress_{version}",
            own,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("phase", String(20), nullable=False),
            *(Column(name, BigInteger, nullable=False) for name in ("read", "kept", "rejected", "keys", "batches")),
        ),
        rejects=Table(
            f"import_rejects_{version}",
            own,
            Column("line", big, primary_key=True, autoincrement=False),
            Column("field", String(60), nullable=False),
            Column("reason", String(60), nullable=False),
        ),
        masked=Table(
            f"masked_people_{version}", own, Column("personal_id", big, primary_key=True, autoincrement=False)
        ),
        staged_people=Table(
            f"staged_people_{version}", own, Column("personal_id", big, nullable=False), *_person_columns()
        ),
        staged_keys=Table(
            f"staged_keys_{version}",
            own,
            Column("part", Integer, primary_key=True, autoincrement=False),
            Column("batch", Integer, primary_key=True, autoincrement=False),
            Column("packed_keys", LargeBinary, nullable=False),
            Column("packed_persons", LargeBinary, nullable=False),
            sqlite_with_rowid=True,
        ),
    )
