"""The steps of a referral after it was proposed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from records import access
from records import selectors as records_selectors
from records.actor import Actor
from records.models import ConsentScope, Role
from referrals import selectors
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import UNDECIDED, WITH_A_HOSPITAL, ReferralStatus, check_move, needs_reason
from referrals.errors import FindingWithAHospital, HospitalFixed, HospitalMissing
from referrals.models import Hospital, Referral
from referrals.services.holding import referral_locked, visit_hold
from referrals.services.lateness import late_note
from referrals.services.places import place_hold
from referrals.services.step_facts import (
    REASON_LONGEST,
    cancel_code,
    hold_set,
    outcome_store,
    reason_required,
)
from referrals.services.step_rows import place_let_go, status_set
from screening.models import ConfirmedDiagnosis

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
    held_until: date | None = None,
    late_reason: str = "",
    outcome: Sequence[ConfirmedDiagnosis] = (),
) -> Referral:
    """One step of a referral, as the transition table allows (REFR-23).

    Cancelling what was sent leaves the patient without a hospital: somebody follows the case up (REFR-26).
    Authorising takes a physician's name and a hospital (REFR-24), sending it also the patient's consent to
    share. Another `hospital` than the present one takes a reason; a place is held there if one is known to be
    open. Closing it takes a reason, and so does handing it on.

    Parameters
    ----------
    code, reason : why, as a code, in words, or both; OTHER takes words.
    seen : the state (`selectors.state_of`) that the decision is about; empty where it is not told.
    held_until : the last day on hold, where the step is that (REFR-56).
    late_reason : why the hold may end after the deadline; without one somebody is called at once (REFR-57).
    outcome : what the hospital found; only with, and needed for, `completed` (REFR-54).

    Raises
    ------
    RecordNotFound, RoleRefused, ConsentMissing, IllegalTransition, HospitalMissing, HospitalFixed, ReasonMissing
    HoldInvalid, OutcomeMissing
    FindingWithAHospital
        Sending what another referral of the visit has sent already (REFR-55).
    ReferralChanged
        It is not in the state `seen`.
    """
    access.role_required(by, Role.PHYSICIAN, *(() if status in PHYSICIAN_ONLY else (Role.COORDINATOR,)))
    if status == ReferralStatus.REQUESTED:
        visit_hold(referral_id, by)
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
    hold_set(referral, wanted, held_until, now=now)
    outcome_store(referral, wanted, outcome)
    if wanted is ReferralStatus.CANCELLED and before in WITH_A_HOSPITAL:
        referral.cancel_code = code = cancel_code(code)
    status_set(referral, wanted, by=by, now=now, code=code, reason=reason.strip()[:REASON_LONGEST])
    if wanted is ReferralStatus.ON_HOLD:
        late_note(referral, late_reason, by=by, now=now)
    return referral


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
        visit_hold(referral_id, by)
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


def _hospital_change(referral: Referral, hospital: Hospital, now: datetime) -> None:
    place_let_go(referral)
    referral.hospital = hospital
    referral.capacity = place_hold(referral, now=now)


def _prepare(referral: Referral, wanted: ReferralStatus, by: Actor, now: datetime) -> None:
    if wanted in HOSPITAL_STEPS and referral.hospital is None:
        raise HospitalMissing("choose a hospital first")
    if wanted is ReferralStatus.REQUESTED:
        records_selectors.consent_in_force(referral.encounter.patient, ConsentScope.REFERRAL)
        _check_alone(referral)
    if wanted is ReferralStatus.AUTHORISED:
        referral.authorised_at, referral.authorised_by_id = now, by.practitioner_id
    if wanted in UNDECIDED:
        referral.authorised_at = referral.authorised_by = None


def _check_alone(referral: Referral) -> None:
    """Raises FindingWithAHospital. The visit is held, so that two who send at once cannot both find it free."""
    if selectors.referrals_of_same_finding(referral).exists():
        raise FindingWithAHospital("another referral of this visit has the finding; end that one first")
