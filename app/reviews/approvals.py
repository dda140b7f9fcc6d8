"""Bulk approval: all rows of a commune that one value of the register repairs, after a sample without an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.db import Database
from app.engines.folder import RunFolder
from app.judgements import approval_store
from app.judgements.approval_store import Approval, Enrichment
from app.judgements.errors import ApprovalMissing
from app.judgements.store import Judgement
from app.reviews import store
from app.reviews.errors import ApprovalInForce, ApprovalWithdrawn, CategoryNotBulk, NothingToApprove, SampleTooSmall
from app.reviews.rates import Finding
from app.reviews.selection import Picked
from app.reviews.service import Clock, Folders, finding_of, fingerprinted
from app.reviews.store import Item, Review
from matching.survey import rank

APPROVAL: Final = "approval"  # the origin of items that were drawn for one
NEEDED: Final = 30  # judged without an error, or all rows where there are fewer
REPAIRS: Final = {"P2a": ("birth_date",), "P5a": ("personal_id",)}  # category -> fields that the register fills in
_COLUMNS: Final = (
    "record_id",
    "subject_no",
    "in_scope",
    "category",
    "personal_id",
    "parcel_commune_code",
    *(f"proposed_{name}" for name in ("birth_date", "personal_id")),
)


class Group(NamedTuple):
    """The rows of one commune and category, and how far the sample for their approval is."""

    commune_code: str
    category: str
    rows: int
    needed: int
    right: int
    wrong: int
    unclear: int
    open: int

    @property
    def ready(self) -> bool:
        """Whether it may be approved: enough judged, all of them the right person."""
        return self.right >= self.needed and not self.wrong and not self.unclear


class Approvals:
    """The bulk approvals of reviews."""

    def __init__(self, database: Database, *, folder: Folders, clock: Clock) -> None:
        self._database, self._folder, self._clock = database, folder, clock

    def sample(self, review: str, commune: str, category: str) -> Group:
        """Draw what is still missing from the sample that an approval needs; says how far it is."""
        found, rows = self._rows(review, commune, category)
        with self._database.writing() as session:
            store.existing(session, review, locked=True)
            items = store.items(session, review)
            have = {item.place for item in items}
            ranked = sorted(rows, key=lambda row: rank(found.seed, f"{APPROVAL}\x1f{row['place']}"))
            inside = sum(row["place"] in have for row in rows)
            wanted = [row for row in ranked if row["place"] not in have][: max(0, _needed(rows) - inside)]
            picked = [
                Picked(row["place"], row["record_id"], row["subject_no"], int(row["personal_id"]), APPROVAL, -1, False)
                for row in sorted(wanted, key=lambda row: row["place"])
            ]
            run = RunFolder(self._folder(found.job_id))
            first = max((item.number for item in items), default=0) + 1
            store.add_items(session, review, fingerprinted(run, picked), first=first)
            return _group(commune, category, rows, store.items(session, review), store.words(session, review))

    def approve(self, review: str, commune: str, category: str, *, signer: str) -> Approval:
        """Approve all rows of a commune and category; SampleTooSmall unless enough were judged without an error.

        ApprovalInForce where that was done already.
        """
        found, rows = self._rows(review, commune, category)
        now = self._clock()
        with self._database.writing() as session:
            store.existing(session, review, locked=True)
            for one in approval_store.listed(session, review):
                if (one.commune_code, one.category) == (commune, category) and one.withdrawn_at is None:
                    raise ApprovalInForce(approval=one.id)
            group = _group(commune, category, rows, store.items(session, review), store.words(session, review))
            if not group.ready:
                facts = group._asdict()
                judged = group.right + group.wrong + group.unclear
                raise SampleTooSmall(
                    needed=group.needed,
                    category=category,
                    commune=commune,
                    judged=judged,
                    errors=facts["wrong"],
                    unclear=facts["unclear"],
                )
            values = {
                "review_id": review,
                "list_name": found.list_name,
                "commune_code": commune,
                "category": category,
                "register_version": RunFolder(self._folder(found.job_id)).read_plan().register,
                "rows": len(rows),
                "signer": signer,
                "signed_at": now,
            }
            return approval_store.add(session, values, _enrichments(rows, REPAIRS[category]))

    def withdraw(self, review: str, approval: int, *, by: str) -> Approval:
        """Undo an approval of a review: none of its values is in force any more."""
        with self._database.writing() as session:
            if approval_store.existing(session, approval).review_id != review:
                raise ApprovalMissing(approval=approval)
            if not approval_store.withdraw(session, approval, by=by, now=self._clock()):
                raise ApprovalWithdrawn(approval=approval)
            return approval_store.existing(session, approval)

    def listed(self, review: str) -> list[Approval]:
        """The approvals of a review, undone ones too."""
        with self._database.reading() as session:
            store.existing(session, review)
            return approval_store.listed(session, review)

    def _rows(self, review: str, commune: str, category: str) -> tuple[Review, list[dict[str, Any]]]:
        if category not in REPAIRS:
            raise CategoryNotBulk(category=category, allowed=", ".join(REPAIRS))
        with self._database.reading() as session:
            found = store.existing(session, review)
        rows = repairable(RunFolder(self._folder(found.job_id)), commune, category)
        if not rows:
            raise NothingToApprove(category=category, commune=commune or "-")
        return found, rows


def repairable(run: RunFolder, commune: str, category: str) -> list[dict[str, Any]]:
    """The result rows of a commune and category for which the register has a value, each with its place."""
    table = pq.read_table(run.results, columns=list(_COLUMNS))
    here = pc.and_(pc.equal(table["category"], category), pc.equal(table["parcel_commune_code"].fill_null(""), commune))
    places = np.flatnonzero(pc.and_(here, table["in_scope"]).fill_null(False).to_numpy())
    rows = table.take(places).to_pylist()
    fields = REPAIRS[category]
    return [
        row | {"place": place}
        for place, row in zip(places.tolist(), rows, strict=True)
        if row["personal_id"] and any(row[f"proposed_{field}"] for field in fields)
    ]


def _needed(rows: Sequence[dict[str, Any]]) -> int:
    return min(NEEDED, len(rows))


def _group(
    commune: str, category: str, rows: Sequence[dict[str, Any]], items: Sequence[Item], words: dict[int, Judgement]
) -> Group:
    places = {row["place"] for row in rows}
    found = [finding_of(item, words) for item in items if item.place in places]
    counts = {finding: found.count(finding) for finding in Finding}
    return Group(
        commune,
        category,
        len(rows),
        _needed(rows),
        counts[Finding.RIGHT],
        counts[Finding.WRONG],
        counts[Finding.UNCLEAR],
        counts[Finding.OPEN],
    )


def _enrichments(rows: Sequence[dict[str, Any]], fields: Sequence[str]) -> list[Enrichment]:
    return [
        Enrichment(row["place"], field, row["record_id"], row["subject_no"], int(row["personal_id"]), value)
        for row in rows
        for field in fields
        if (value := row[f"proposed_{field}"])
    ]
