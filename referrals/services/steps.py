"""The steps of a referral after it was proposed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from records import access
from records import selectors as records_selectors
from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, ConsentScope, Role
from records.selectors import local_date
from records.services import audit_record
from referrals import alarm_selectors, events, selectors
from referrals.domain.deadlines import too_far
from referrals.domain.decisions import CANCEL_CODES, DecisionCode
from referrals.domain.silence import Calendar, Rung, Waiting, first_due, next_due, waiting_for
from referrals.domain.status import (
    CLOSED,
    GIVES_PLACE_BACK,
    UNDECIDED,
    WITH_A_HOSPITAL,
    ReferralStatus,
    check_move,
    needs_reason,
)
from referrals.errors import (
    FindingWithAHospital,
    HoldInvalid,
    HospitalFixed,
    HospitalMissing,
    OutcomeMissing,
    ReasonMissing,
    ReferralChanged,
)
from referrals.models import (
    AlarmRung,
    AppointmentStatus,
    Hospital,
    Referral,
    ReferralEvent,
    ReferralOutcome,
)
from referrals.services.hospitals import place_give_back
from referrals.services.places import place_hold
from screening.models import ConfirmedDiagnosis, Encounter

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
    held_until: date | None = None,
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
        _visit_hold(referral_id, by)
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
        referral.cancel_code = code = _cancel_code(code)
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
        _visit_hold(referral_id, by)
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


def _cancel_code(code: DecisionCode | str) -> DecisionCode:
    """Words alone are another reason. Raises ReasonMissing for a code that tells no end."""
    known = DecisionCode(code or DecisionCode.OTHER)
    if known not in CANCEL_CODES:
        raise ReasonMissing(f"choose why it is cancelled: {', '.join(CANCEL_CODES)}")
    return known


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


def _visit_hold(referral_id: int, by: Actor) -> None:
    """Hold the visit to the end of the transaction, and before the referral as whoever proposes for it does: the other
    way round the two would wait for each other.
    """
    visit = access.within(Referral.objects.filter(pk=referral_id), by=by).values("encounter")
    Encounter.objects.select_for_update(no_key=True).filter(pk__in=visit).first()


def _hospital_change(referral: Referral, hospital: Hospital, now: datetime) -> None:
    _let_go_of_place(referral)
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


def hold_set(referral: Referral, status: ReferralStatus, until: date | None, *, now: datetime) -> None:
    """Note how long it is on hold, in the caller's transaction. Raises HoldInvalid."""
    on_hold, today = status is ReferralStatus.ON_HOLD, local_date(now, referral.organization)
    if until is not None and (not on_hold or until < today):
        raise HoldInvalid("hold it until a day that is not past, and nothing else has such a day")
    if until is not None and too_far(until, today=today):
        raise HoldInvalid("it is more than two years ahead; check the year")
    referral.held_until = until if on_hold else None


def outcome_store(referral: Referral, status: ReferralStatus, outcome: Sequence[ConfirmedDiagnosis]) -> None:
    """Keep which diagnoses closed it, in the caller's transaction. Raises OutcomeMissing."""
    if bool(outcome) is not (status is ReferralStatus.COMPLETED):
        raise OutcomeMissing("completing it takes what was found, by eye and disease; other steps take none")
    ReferralOutcome.objects.bulk_create(
        ReferralOutcome(referral=referral, diagnosis=diagnosis) for diagnosis in outcome
    )


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
    if status is not ReferralStatus.ON_HOLD:
        referral.held_until = None
    if status in CLOSED:
        referral.alarm_at = None
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
            "cancel_code",
            "held_until",
            "alarm_at",
        ]
    )
    history_add(referral, before, by=by, now=now, code=code, reason=reason)
    _appointment_follow(referral, now)
    silence_follow(referral, now=now)
    if status is ReferralStatus.REJECTED or code == DecisionCode.NO_ANSWER:
        events.referral_sent_back.send(sender=None, key=referral.pk)
    return referral


def _appointment_follow(referral: Referral, now: datetime) -> None:
    """Whoever is treated came; of what is closed otherwise nobody expects the patient."""
    booked = referral.appointments.filter(status=AppointmentStatus.BOOKED)
    if referral.status in (ReferralStatus.IN_PROGRESS, ReferralStatus.COMPLETED):
        booked.update(status=AppointmentStatus.FULFILLED, ended_at=now)
    elif referral.status in CLOSED:
        booked.update(status=AppointmentStatus.CANCELLED, ended_at=now)


def silence_follow(referral: Referral, *, now: datetime) -> None:
    """After a step: close the alarm of the one before, and say when the new silence is looked at.

    A silence that goes on, as after a hold, has its alarm again: how far it climbed is not forgotten.
    """
    calendar = alarm_selectors.calendar_of(referral.organization, now.year)
    waiting = waiting_for(alarm_selectors.course_of(referral), calendar)
    alarms = referral.alarms.filter(closed_at=None)
    if waiting is not None:
        alarms = alarms.exclude(step=waiting.step, begun_at=waiting.since)
    alarms.update(closed_at=now)
    referral.alarm_at = None
    if waiting is not None:
        referral.alarms.filter(step=waiting.step, begun_at=waiting.since).update(closed_at=None)
        raised = AlarmRung.objects.filter(
            alarm__referral=referral, alarm__step=waiting.step, alarm__begun_at=waiting.since
        )
        last = raised.order_by("rung").last()
        referral.alarm_at = _next_look(waiting, last, calendar)
    referral.save(update_fields=["alarm_at"])


def _next_look(waiting: Waiting, last: AlarmRung | None, calendar: Calendar) -> datetime | None:
    if last is None:
        return first_due(waiting, calendar)
    return None if last.rung == Rung.GIVEN_UP else next_due(waiting.urgency, last.raised_at, calendar)


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
