"""The steps of a referral after it was proposed."""

from datetime import datetime

from django.db import transaction

from records import access
from records import selectors as records_selectors
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, ConsentScope, Role
from records.services import audit_record
from referrals.domain.status import GIVES_PLACE_BACK, NEEDS_REASON, ReferralStatus, check_move
from referrals.errors import HospitalMissing, ReasonMissing
from referrals.models import Hospital, Referral, ReferralEvent
from referrals.services.hospitals import place_give_back


@transaction.atomic
def referral_move(
    *,
    referral_id: int,
    status: ReferralStatus,
    by: Actor,
    now: datetime,
    reason: str = "",
    hospital: Hospital | None = None,
) -> Referral:
    """One step of a referral, as the transition table allows (REFR-23).

    Sending it (`requested`) takes a physician's name (REFR-24), the patient's consent to share, and a hospital;
    `hospital` overrides the proposed one and gives its place back. Closing it takes a reason, and so does
    handing it to the coordinator.

    Raises
    ------
    RecordNotFound, RoleRefused, ConsentMissing, IllegalTransition, HospitalMissing, ReasonMissing
    """
    may_send = (Role.PHYSICIAN,)
    access.role_required(by, *may_send, *(() if status is ReferralStatus.REQUESTED else (Role.COORDINATOR,)))
    referral = _locked(referral_id, by)
    wanted = check_move(ReferralStatus(referral.status), status)
    if wanted in NEEDS_REASON and not reason.strip():
        raise ReasonMissing("say why; the reason is kept with the referral")
    if wanted is ReferralStatus.REQUESTED:
        _prepare_sending(referral, hospital, by, now)
    return status_set(referral, wanted, by=by, now=now, reason=reason.strip()[:200])


def _locked(referral_id: int, by: Actor) -> Referral:
    rows = access.within(Referral.objects.select_for_update(of=("self",)), by=by)
    found = rows.select_related("encounter__patient", "capacity", "hospital").filter(pk=referral_id).first()
    if found is None:
        raise RecordNotFound("no such referral here; check the number")
    return found


def _prepare_sending(referral: Referral, hospital: Hospital | None, by: Actor, now: datetime) -> None:
    records_selectors.consent_in_force(referral.encounter.patient, ConsentScope.REFERRAL)
    if hospital is not None and hospital.pk != referral.hospital_id:
        _let_go_of_place(referral)
        referral.hospital = hospital
    if referral.hospital is None:
        raise HospitalMissing("choose a hospital first")
    referral.authorised_at, referral.authorised_by_id = now, by.practitioner_id


def _let_go_of_place(referral: Referral) -> None:
    if referral.capacity is not None:
        place_give_back(referral.capacity)
        referral.capacity = None


def status_set(
    referral: Referral, status: ReferralStatus, *, by: Actor, now: datetime, reason: str = ""
) -> Referral:
    """Store a step that was checked, its line of history and its audit row, in the caller's transaction."""
    before, referral.status = referral.status, status
    if status in GIVES_PLACE_BACK:
        _let_go_of_place(referral)
    if status is ReferralStatus.NEEDS_COORDINATOR:
        referral.hospital = None
    referral.save(update_fields=["status", "hospital", "capacity", "authorised_at", "authorised_by"])
    history_add(referral, before, by=by, now=now, reason=reason)
    return referral


def history_add(referral: Referral, before: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    """One line of history with its audit row."""
    ReferralEvent.objects.create(
        referral=referral,
        from_status=before,
        to_status=referral.status,
        recorded_at=now,
        actor=by.label,
        role=by.role,
        reason=reason,
    )
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE if before else AuditAction.CREATE,
        entity=referral,
        patient_id=referral.encounter.patient_id,
        detail=referral.status,
        reason=reason,
    )
