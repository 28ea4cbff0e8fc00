"""The head of each audit chain, kept outside the database so that a truncated trail shows."""

import json
import logging
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from records.audit import BrokenChain, first_break
from records.models import AuditEvent, Organization

logger = logging.getLogger(__name__)


def heads_export(*, now: datetime) -> int:
    """Append today's head of every organization whose trail is whole; returns how many were written.

    A broken trail is left out, with an error in the log: exporting its head would make it look right.
    """
    settings.AUDIT_HEAD_DIR.mkdir(parents=True, exist_ok=True)
    return sum(_head_append(organization, now) for organization in Organization.objects.order_by("pk"))


def _head_append(organization: Organization, now: datetime) -> bool:
    broken = trail_check(organization)
    if broken is not None:
        logger.error(
            "audit trail of organization %d: row %d %s", organization.pk, broken.sequence, broken.problem
        )
        return False
    head = AuditEvent.objects.filter(organization=organization).order_by("-sequence").first()
    if head is None:
        return False
    line = json.dumps({"exported_at": now.isoformat(), "sequence": head.sequence, "hash": head.hash})
    with _head_file(organization.pk).open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def organizations_gone() -> list[str]:
    """Keys of organizations of which a head was exported and that the database no longer knows."""
    known = {str(key) for key in Organization.objects.values_list("pk", flat=True)}
    return sorted(path.stem for path in settings.AUDIT_HEAD_DIR.glob("*.jsonl") if path.stem not in known)


def trail_check(organization: Organization) -> BrokenChain | None:
    """The first broken or missing row of an organization's trail, or None when it is whole."""
    events = (
        AuditEvent.objects.filter(organization=organization).order_by("sequence").iterator(chunk_size=2000)
    )
    return first_break(events, _exported_heads(organization.pk))


def _exported_heads(organization_id: int) -> dict[int, str]:
    """The hash first exported for each sequence: what is appended later cannot replace it."""
    path = _head_file(organization_id)
    heads: dict[int, str] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        head = json.loads(line)
        heads.setdefault(head["sequence"], head["hash"])
    return heads


def _head_file(organization_id: int) -> Path:
    return settings.AUDIT_HEAD_DIR / f"{organization_id}.jsonl"
