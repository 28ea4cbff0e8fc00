"""What a client that speaks for a hospital reads of the referrals sent there: the rows that FHIR's Task has."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from config.api.reads import list_read
from config.fhir import loading_referred, reach
from records.errors import RecordNotFound
from records.models import AuditAction, PartnerClient, Patient
from records.services import audit_record
from referrals.models import Referral
from referrals.selectors import state_after


@dataclass(frozen=True)
class Filters:
    """`before`: the key behind which the page starts."""

    limit: int
    before: int | None = None
    status: str | None = None
    urgency: str | None = None
    changed_since: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Newest first; `more`: there are further ones behind the last."""

    referrals: list[Referral]
    more: bool


def referral_by_id(
    referral_id: int, *, client: PartnerClient, now: datetime, what: str = "referral"
) -> Referral:
    """One referral, the read audited. Raises RecordNotFound, also for what was not sent to this client's hospital."""
    found = _rows(client).filter(pk=referral_id).first()
    if found is None:
        raise RecordNotFound("no such referral here; check the number")
    audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=found,
        patient_id=found.encounter.patient_id,
        detail=f"REST {what}",
    )
    return found


def referrals_of_client(filters: Filters, *, client: PartnerClient, now: datetime) -> Page:
    """A page; the read is one audit row."""
    found = list(_rows(client).filter(_wanted(filters)).order_by("-pk")[: filters.limit + 1])
    page = Page(found[: filters.limit], more=len(found) > filters.limit)
    patients = (one.encounter.patient_id for one in page.referrals)
    list_read("referrals", patients, client=client, now=now)
    return page


def patient_in_sight(referral: Referral, *, client: PartnerClient) -> Patient | None:
    """The person, while the hospital is to treat them and the consent to share is in force (ADR 13)."""
    seen = reach.visits(client).filter(pk=referral.encounter_id)
    return referral.encounter.patient if seen.exists() else None


def state_seen(row: Referral, version: str) -> str:
    """The state that an answer to this version is about; of an earlier version, none that it has now."""
    if version != str(loading_referred.version_of(row)):
        return version
    return state_after(row.steps, followed_up=row.followed_up_at is not None)


def _rows(client: PartnerClient) -> QuerySet[Referral]:
    return (
        loading_referred.referrals(client)
        .select_related("assessment")
        .prefetch_related("reasons", *loading_referred.OF_TASK)
    )


def _wanted(filters: Filters) -> Q:
    asked = {
        "pk__lt": filters.before,
        "status": filters.status,
        "urgency": filters.urgency,
        "changed_at__gte": filters.changed_since,
    }
    return Q(**{name: value for name, value in asked.items() if value is not None})
