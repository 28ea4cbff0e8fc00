"""The head of each audit chain, kept outside the database so that a truncated trail shows."""

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from records.audit import BrokenChain, first_break
from records.models import AuditEvent, Organization


def heads_export(*, now: datetime) -> int:
    """Append today's head of every organization to its file; returns how many were written."""
    settings.AUDIT_HEAD_DIR.mkdir(parents=True, exist_ok=True)
    heads = AuditEvent.objects.order_by("organization_id", "-sequence").distinct("organization_id")
    for head in heads:
        line = json.dumps({"exported_at": now.isoformat(), "sequence": head.sequence, "hash": head.hash})
        with _head_file(head.organization_id).open("a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    return len(heads)


def trail_check(organization: Organization) -> BrokenChain | None:
    """The first broken or missing row of an organization's trail, or None when it is whole."""
    events = (
        AuditEvent.objects.filter(organization=organization).order_by("sequence").iterator(chunk_size=2000)
    )
    return first_break(events, _exported_heads(organization.pk))


def _exported_heads(organization_id: int) -> dict[int, str]:
    path = _head_file(organization_id)
    if not path.exists():
        return {}
    heads = [json.loads(line) for line in path.read_text().splitlines()]
    return {head["sequence"]: head["hash"] for head in heads}


def _head_file(organization_id: int) -> Path:
    return settings.AUDIT_HEAD_DIR / f"{organization_id}.jsonl"
