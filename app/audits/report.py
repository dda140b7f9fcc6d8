"""The report of an audit as one JSON document, of which every other form is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.audits.definitions import Definitions
from app.audits.frozen import Frozen
from app.audits.guidance import guidance_for
from app.audits.store import Audit

FORM: Final = 2  # of the document: another number, other fields
Json = dict[str, Any]


class Content(NamedTuple):
    """What a report is made of, besides the audit itself."""

    frozen: Frozen
    definitions: Definitions
    figures: Json
    rates: Sequence[Json]
    authority: Mapping[str, int] | None = None
    authority_rates: Sequence[Json] = ()
    progress: Json | None = None


def report(audit: Audit, content: Content) -> Json:
    """The report; texts stand in both languages."""
    whole = content.figures["whole"]
    return {
        "form": FORM,
        "audit": {
            "id": audit.id,
            "name": audit.name,
            "area": {"code": audit.area_code, "name": audit.area_name},
            "day": audit.day.isoformat(),
            "purpose": audit.purpose,
            "created_by": audit.created_by,
            "created_at": audit.created_at.isoformat(timespec="seconds"),
        },
        "preliminary": content.definitions.preliminary._asdict(),
        "frozen": _grounds(audit, content.frozen),
        "definitions": _definitions(content.definitions),
        "shares": shares(whole),
        "figures": content.figures,
        "error_rates": [*content.rates],
        "authority": None if content.authority is None else dict(content.authority),
        "authority_rates": [*content.authority_rates],
        "progress": content.progress,
        "guidance": guidance_for(whole),
    }


def shares(figures: Mapping[str, int]) -> dict[str, float | None]:
    """Rates, each of what its definition says."""
    within = figures["land_users.in_scope"]
    found = {
        "cross_checked": _share(within, within + figures["rows.unread"]),
        **{name: _share(figures[f"land_users.{name}"], within) for name in ("full", "partial", "none")},
        "identity_confirmed": _share(figures["land_users.identity.confirmed"], within),
        "identity_established": _share(
            figures["land_users.identity.confirmed"] + figures["land_users.identity.probable"], within
        ),
        "full_independent": _share(figures["land_users.full_independent"], within),
        "parcels_all_full": _share(figures["parcels.all_full"], figures["parcels.total"]),
        "parcels_people_ok": _share(figures["parcels.people_ok"], figures["parcels.total"]),
    }
    return {name: value if value is None else round(value, 6) for name, value in found.items()}


def _share(part: int, of: int) -> float | None:
    return part / of if of else None


def _grounds(audit: Audit, frozen: Frozen) -> Json:
    """What the figures follow from; digests are told with the name of what they are of."""
    return {
        "digest": audit.frozen_digest,
        "model": frozen.model,
        "thresholds": frozen.thresholds,
        "register": {
            "version": frozen.register.version,
            "scope": frozen.register.scope,
            "snapshot_sha256": frozen.register.snapshot_sha256,
        },
        "gazetteer": frozen.gazetteer,
        "program": frozen.code,
        "definitions": audit.definitions,
        "as_of": frozen.as_of,
        "jobs": [
            {
                "id": run.job_id,
                "input_sha256": run.input_sha256,
                "results_sha256": run.results_sha256,
                "rows": run.rows,
                "judgements": run.judgements,
            }
            for run in frozen.runs
        ],
    }


def _definitions(definitions: Definitions) -> Json:
    named = [
        *({"code": term.code, "vi": term.vi, "en": term.en} for term in definitions.terms),
        *({"code": each.code, "vi": each.vi, "en": each.en} for each in definitions.criteria),
    ]
    return {
        "label": definitions.label,
        "texts": named,
        "criteria": [{"code": c.code, "vi": c.name_vi, "en": c.name_en} for c in definitions.criteria],
        "statuses": [
            {
                "code": status.code,
                "vi": status.vi,
                "en": status.en,
                "verdicts": list(status.verdicts),
                "categories": list(status.categories),
            }
            for status in definitions.statuses
        ],
        "groups": list(definitions.groups),
        "deadlines": dict(definitions.deadlines),
    }
