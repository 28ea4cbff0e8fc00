"""The hash chain of the audit trail: how a row's hash is made, and how a chain is checked."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from records.models import AuditEvent

GENESIS = "0" * 64
HASHED_FIELDS = (
    "organization_id",
    "sequence",
    "actor",
    "role",
    "action",
    "entity",
    "patient_id",
    "detail",
    "reason",
    "previous_hash",
)


@dataclass(frozen=True)
class BrokenChain:
    """The first row at which the trail stops being what was written."""

    sequence: int
    problem: str


def audit_hash(event: AuditEvent) -> str:
    """SHA-256 over every recorded field and the previous row's hash."""
    fields = {name: getattr(event, name) for name in HASHED_FIELDS}
    fields["recorded_at"] = event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def first_break(events: Iterable[AuditEvent], exported_heads: dict[int, str]) -> BrokenChain | None:
    """Walk one organization's rows in order; `exported_heads` maps a sequence to the hash exported then."""
    previous, expected = GENESIS, 1
    for event in events:
        if event.sequence != expected:
            return BrokenChain(expected, "missing")
        if event.previous_hash != previous:
            return BrokenChain(expected, "does not continue the row before it")
        if event.hash != audit_hash(event):
            return BrokenChain(expected, "changed after it was written")
        if exported_heads.get(expected, event.hash) != event.hash:
            return BrokenChain(expected, "differs from the head exported that day")
        previous, expected = event.hash, expected + 1
    truncated = [sequence for sequence in exported_heads if sequence >= expected]
    return BrokenChain(expected, "missing, though a later head was exported") if truncated else None
