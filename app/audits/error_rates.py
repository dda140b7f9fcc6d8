"""How often an audit's results are wrong, as far as its jobs' judged samples say; in words where nobody knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from app.audits.folder import AuditFolder
from app.audits.store import Audit
from app.engines.folder import write_text
from app.errors import Text
from app.jobs import service as jobs
from app.jobs.errors import JobMissing
from app.jobs.service import Jobs
from app.reviews.rendering import rates_told
from app.reviews.service import Reviews

Json = dict[str, Any]
NOT_JUDGED: Final = Text(
    "Chưa có mẫu nào được xét: chưa biết kết quả sai bao nhiêu. Mở đợt rà soát: khop review open",
    "No sample was judged: how often the results are wrong isn't known. Open a review: khop review open",
)
KINDS: Final = {
    "missed_match": Text("sót người", "missed"),
    "wrong_match": Text("sai người", "wrong person"),
}
VERDICTS: Final = {
    "full": Text("khớp hoàn toàn", "full"),
    "partial": Text("khớp một phần", "partial"),
    "none": Text("không khớp", "none"),
}


def error_rates(reviews: Reviews, room: Jobs, audit: Audit, folder: AuditFolder) -> list[Json]:
    """The error rates of every review of the audit's jobs, and a note where no judged item stands behind any of them.

    Reviews are deleted with their job; an audit tells then what it saw last.
    """
    found, gone = [], set()
    for job_id in audit.job_ids:
        try:
            jobs.progress(room, job_id, client=None)
        except JobMissing:
            gone.add(job_id)
        for review in reviews.listed(job=job_id):
            told = rates_told(*reviews.rates(review.id), "vi").model_dump(mode="json")
            found.append({"review_id": review.id, "job_id": job_id, "simulated": review.simulated, **told})
    kept: list[Json] = json.loads(folder.rates.read_text(encoding="utf-8")) if folder.rates.exists() else []
    found += [each for each in kept if each["job_id"] in gone]
    if found != kept:
        write_text(folder.rates, json.dumps(found, ensure_ascii=False, indent=1))
    if any(is_judged(each) for each in found):
        return found
    return [*found, {"note": NOT_JUDGED._asdict()}]


def is_judged(review: Json) -> bool:
    """Whether anything of a review's sample was judged."""
    return any(rate["judged"] for rate in review.get("by_verdict", ()))


def told_shortly(rates: Sequence[Json]) -> list[str]:
    """The error rates by verdict as sentences for a cover; without a judged sample, the words that say so."""
    found = []
    for review in rates:
        if "by_verdict" not in review:
            found.append(review["note"]["vi"])
        elif is_judged(review):
            found += [_sentence(rate) for rate in review["by_verdict"] if rate["judged"]]
            found.append(review["note"])
    return found


def _sentence(rate: Json) -> str:
    kind, verdict = KINDS[rate["error"]].vi, VERDICTS[rate["verdict"]].vi
    between = f"{_percent(rate['low'])} đến {_percent(rate['high'])}"
    seen = f"{rate['errors']} sai trong {rate['judged']} lượt đã xét"
    return f"Tỷ lệ {kind} trong nhóm {verdict}: {_percent(rate['rate'])} (khoảng 95 %: {between}; {seen})."


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %".replace(".", ",")
