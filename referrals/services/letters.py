"""The letters that hospitals got."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record
from referrals.letter_selectors import letter_kept, letter_name
from referrals.models import ReferralEvent, ReferralLetter


def letter_keep(
    *,
    event: ReferralEvent,
    public_id: UUID,
    language: str,
    version: int,
    data: bytes,
    by: Actor,
    now: datetime,
) -> ReferralLetter:
    """Keep the letter of a sending for good; of two that are made at once, both callers get the first.

    The file is stored before its row: a file without a row harms nobody.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    default_storage.save(letter_name(sha256), ContentFile(data))
    try:
        with transaction.atomic():
            letter = ReferralLetter.objects.create(
                event=event,
                public_id=public_id,
                language=language,
                version=version,
                sha256=sha256,
                made_at=now,
            )
            audit_record(
                by=by,
                now=now,
                action=AuditAction.CREATE,
                entity=letter,
                patient_id=event.referral.encounter.patient_id,
                detail=f"letter {version} {language} {sha256[:16]}",
            )
    except IntegrityError:
        first = letter_kept(event, language)
        if first is None:
            raise
        return first
    return letter
