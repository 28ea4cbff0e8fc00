"""What partners sent and nobody ordered is forgotten, bytes included."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from records.actor import software
from records.models import AuditAction, Consent, ConsentScope
from screening.models import FundusImage, PartnerUpload, ReceivedPhotograph
from screening.services.uploads import upload_audited
from screening.storage import original_forget
from screening.upload_selectors import UPLOAD_KEPT

logger = logging.getLogger(__name__)


def uploads_forget(*, now: datetime) -> int:
    """Delete what waited for its day, what a client sent that was revoked since, and whoever's consent was withdrawn.

    One that fails does not keep the others; the last failure is raised at the end. Returns how many.
    """
    forgotten, failure = 0, None
    for key in PartnerUpload.objects.filter(_over(now)).order_by("pk").values_list("pk", flat=True):
        try:
            forgotten += _forget(key, now)
        except Exception as error:
            logger.exception("An upload could not be forgotten")
            failure = error
    if failure is not None:
        raise failure
    return forgotten


def _over(now: datetime) -> Q:
    withdrawn = Consent.objects.filter(
        patient=OuterRef("patient_id"),
        scope=ConsentScope.SCREENING,
        withdrawn_at__gte=OuterRef("described_at"),
    )
    too_old = Q(received_at__lte=now - UPLOAD_KEPT)
    return too_old | Q(client__revoked_at__lte=now) | Q(Exists(withdrawn))


@transaction.atomic
def _forget(key: int, now: datetime) -> bool:
    free = PartnerUpload.objects.select_for_update(of=("self",), skip_locked=True)
    upload = free.filter(_over(now), pk=key).select_related("client").first()
    if upload is None:
        return False
    by = software("screening.uploads", upload.client.organization_id)
    upload_audited(upload, AuditAction.EXECUTE, by=by, now=now, reason="forgotten before any order")
    upload.delete()
    done = original_forget(upload.sha256, in_use=lambda: _in_use(upload.sha256))
    transaction.set_rollback(not done)
    return done


def _in_use(sha256: str) -> bool:
    rows = (FundusImage.with_retracted, ReceivedPhotograph.objects, PartnerUpload.objects)
    return any(found.filter(sha256=sha256).exists() for found in rows)
