"""Two identifiers at the kiosk: the record number on the slip and the birth date (PL-05)."""

import hashlib
from datetime import date, datetime
from hmac import compare_digest

from django.http import HttpRequest

import records.services
from config.api.throttling import spend
from config.kiosk.state import Kiosk, wrong_note, wrong_since
from pharmacy.domain.handout_rules import TRIES_MAX, TRIES_WINDOW
from records import access
from records.models import AuditAction, Patient

NOBODY = date(1, 1, 1)


def patient_identify(*, number: str, birth_date: date, kiosk: Kiosk, now: datetime) -> Patient | None:
    """The patient of this clinic with both; None says nothing of which was wrong. Audited either way."""
    alike = list(access.within(Patient.objects.filter(mrn__iexact=number), by=kiosk.by)[:2])
    found = alike[0] if len(alike) == 1 else None
    known = (found and found.birth_date) or NOBODY
    # Compared whoever was found, so that the time taken tells nothing; what stands in for nobody is nobody's.
    is_same = compare_digest(known.isoformat(), birth_date.isoformat()) and known != NOBODY
    records.services.audit_record(
        by=kiosk.by,
        now=now,
        action=AuditAction.READ,
        entity=found or kiosk.organization,
        patient_id=found.pk if found else None,
        detail="kiosk: identified"
        if is_same
        else "kiosk: refused, number and birth date do not belong together",
    )
    return found if is_same else None


def is_closed_to_tries(request: HttpRequest, *, now: datetime) -> bool:
    """Whether too many wrong pairs were given here lately."""
    lately = len(wrong_since(request, now=now, within=TRIES_WINDOW))
    return lately >= TRIES_MAX or _counted(request, now, 0) >= TRIES_MAX


def wrong_count(request: HttpRequest, *, now: datetime) -> None:
    """Count one; in the session, which needs no Redis, and in Redis, where two at once are two."""
    wrong_note(request, [*wrong_since(request, now=now, within=TRIES_WINDOW), now.timestamp()])
    _counted(request, now, 1)


def _counted(request: HttpRequest, now: datetime, amount: int) -> int:
    opened = hashlib.sha256((request.session.session_key or "").encode()).hexdigest()[:16]
    window = int(TRIES_WINDOW.total_seconds())
    allowance = spend(
        f"kiosk:{opened}", limit=TRIES_MAX, seconds=now.timestamp(), amount=amount, window=window
    )
    return TRIES_MAX - allowance.left
