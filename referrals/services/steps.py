"""The steps of a referral after it was proposed."""

from datetime import datetime

from django.db import transaction

from records import access
from records import selectors as records_selectors
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, ConsentScope, Role
from records.services import audit_record
from referrals import events, selectors
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import GIVES_PLACE_BACK, UNDECIDED, ReferralStatus, check_move, needs_reason
from referrals.errors import HospitalFixed, HospitalMissing, ReasonMissing, ReferralChanged
from referrals.models import Hospital, Referral, ReferralEvent
from referrals.services.hospitals import place_give_back
from referrals.services.places import place_hold

REASON_LONGEST = 200
# Authorising is the physician's alone (REFR-24); every other step may be the coordinator's too.
PHYSICIAN_ONLY = (ReferralStatus.AUTHORISED,)
HOSPITAL_STEPS = (ReferralStatus.PROPOSED, ReferralStatus.AUTHORISED)


@transaction.atomic
def referral_move(
    *,
    referral_id: int,
    status: ReferralStatus,
    by: Actor,
    now: datetime,
    code: DecisionCode | str = "",
    reason: str = "",
    hospital: Hospital | None = None,
    seen: str = "",
) -> Referral:
    """One step of a referral, as the transition table allows (REFR-23).

    Authorising takes a physician's name and a hospital (REFR-24), sending it also the patient's consent to
    share. Another `hospital` than the present one takes a reason; a place is held there if one is known to be
    open. Closing it takes a reason, and so does handing it on.

    Parameters
    ----------
    code, reason : why, as a code, in words, or both; OTHER takes words.
    seen : the state (`selectors.state_of`) that the decision is about; empty where it is not told.

    Raises
    ------
    RecordNotFound, RoleRefused, ConsentMissing, IllegalTransition, HospitalMissing, HospitalFixed, ReasonMissing
    ReferralChanged
        It is not in the state `seen`.
    """
    access.role_required(by, Role.PHYSICIAN, *(() if status in PHYSICIAN_ONLY else (Role.COORDINATOR,)))
    referral = referral_locked(referral_id, by, seen)
    before = ReferralStatus(referral.status)
    wanted = check_move(before, ReferralStatus(status))
    other_place = hospital is not None and hospital.pk != referral.hospital_id
    if needs_reason(before, wanted) or (other_place and before is not ReferralStatus.NEEDS_COORDINATOR):
        reason_required(code, reason)
    if hospital is not None and wanted not in HOSPITAL_STEPS:
        raise HospitalFixed("the physician's name stands for this hospital; hand it back to change it")
    if other_place:
        _hospital_change(referral, hospital, now)
    _prepare(referral, wanted, by, now)
    return status_set(referral, wanted, by=by, now=now, code=code, reason=reason.strip()[:REASON_LONGEST])


def referral_authorise_and_send(
    *,
    referral_id: int,
    by: Actor,
    now: datetime,
    code: DecisionCode | str = "",
    reason: str = "",
    hospital: Hospital | None = None,
    seen: str = "",
) -> Referral:
    """Both steps of a physician at once: either both are stored or none. Raises as `referral_move` does."""
    with transaction.atomic():
        referral_move(
            referral_id=referral_id,
            status=ReferralStatus.AUTHORISED,
            by=by,
            now=now,
            code=code,
            reason=reason,
            hospital=hospital,
            seen=seen,
        )
        return referral_move(referral_id=referral_id, status=ReferralStatus.REQUESTED, by=by, now=now)


def reason_required(code: DecisionCode | str, reason: str) -> None:
    """A code says enough, except OTHER. Raises ReasonMissing."""
    if not reason.strip() and code in ("", DecisionCode.OTHER):
        raise ReasonMissing("say why; the reason is kept with the referral")


def referral_locked(referral_id: int, by: Actor, seen: str = "") -> Referral:
    """A referral of the actor's organization, held to the end of the transaction.

    Raises RecordNotFound, and ReferralChanged where it is not in the state `seen`.
    """
    rows = access.within(Referral.objects.select_for_update(of=("self",)), by=by)
    loaded = rows.select_related("encounter__patient", "capacity", "hospital", "organization")
    found = loaded.filter(pk=referral_id).first()
    if found is None:
        raise RecordNotFound("no such referral here; check the number")
    if seen and seen != selectors.state_of(found):
        raise ReferralChanged("somebody decided on it meanwhile; look at it again")
    return found


def _hospital_change(referral: Referral, hospital: Hospital, now: datetime) -> None:
    _let_go_of_place(referral)
    referral.hospital = hospital
    referral.capacity = place_hold(referral, now=now)


def _prepare(referral: Referral, wanted: ReferralStatus, by: Actor, now: datetime) -> None:
    if wanted in HOSPITAL_STEPS and referral.hospital is None:
        raise HospitalMissing("choose a hospital first")
    if wanted is ReferralStatus.REQUESTED:
        records_selectors.consent_in_force(referral.encounter.patient, ConsentScope.REFERRAL)
    if wanted is ReferralStatus.AUTHORISED:
        referral.authorised_at, referral.authorised_by_id = now, by.practitioner_id
    if wanted in UNDECIDED:
        referral.authorised_at = referral.authorised_by = None


def _let_go_of_place(referral: Referral) -> None:
    if referral.capacity is not None:
        place_give_back(referral.capacity)
        referral.capacity = None


def status_set(
    referral: Referral,
    status: ReferralStatus,
    *,
    by: Actor,
    now: datetime,
    code: DecisionCode | str = "",
    reason: str = "",
) -> Referral:
    """Store a step that was checked, its line of history and its audit row, in the caller's transaction."""
    before, referral.status = referral.status, status
    if status in GIVES_PLACE_BACK:
        _let_go_of_place(referral)
    if status is ReferralStatus.NEEDS_COORDINATOR:
        referral.hospital = None
    referral.save(
        update_fields=[
            "status",
            "hospital",
            "capacity",
            "authorised_at",
            "authorised_by",
            "refused_at",
            "refusal_code",
        ]
    )
    history_add(referral, before, by=by, now=now, code=code, reason=reason)
    return referral


def history_add(
    referral: Referral,
    before: str,
    *,
    by: Actor,
    now: datetime,
    code: DecisionCode | str = "",
    reason: str = "",
) -> None:
    """One line of history with its audit row."""
    ReferralEvent.objects.create(
        referral=referral,
        from_status=before,
        to_status=referral.status,
        recorded_at=now,
        actor=by.label,
        role=by.role,
        hospital=referral.hospital,
        code=code,
        reason=reason,
    )
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE if before else AuditAction.CREATE,
        entity=referral,
        patient_id=referral.encounter.patient_id,
        detail=referral.status,
        reason=": ".join(part for part in (str(code), reason) if part),
    )
    events.referral_stepped.send(sender=None, key=referral.pk)
