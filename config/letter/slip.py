"""The slip that sends a patient to a hospital, in the language in force: where, by when, with what, and what if worse.

It holds no finding, so that it can lie on a table and be read at the kiosk.
"""

from dataclasses import dataclass
from datetime import date

from config import patient_texts as texts
from config.handout.contents import contact
from config.patient_result import day_text, emergency
from records import access
from records.actor import Actor
from referrals.domain import rules
from referrals.domain.status import WITH_A_HOSPITAL, ReferralStatus
from referrals.models import Referral
from risk.domain.urgency import Urgency

# A hospital is named once a person authorised it (NX-02).
NAMED = (ReferralStatus.AUTHORISED, *WITH_A_HOSPITAL)


@dataclass(frozen=True)
class Slip:
    """Sentences, ready to print or to read aloud. `step` holds the only date."""

    hospital: str
    step: str
    today: bool
    address: str
    telephone: str
    way: tuple[str, ...]
    bring: str
    cannot_go: str
    worse: str
    watch: tuple[str, ...]
    emergency: str
    contact: str
    not_a_diagnosis: str


def has_slip(referral: Referral) -> bool:
    return referral.status in NAMED


def slip_referral(patient_id: int, *, by: Actor) -> Referral | None:
    """The newest referral of a patient that has a slip; None without one."""
    rows = access.within(Referral.objects.all(), by=by).filter(
        encounter__patient=patient_id, status__in=NAMED
    )
    loaded = rows.select_related("hospital", "organization", "encounter__patient")
    return loaded.order_by("-decided_at", "-pk").first()


def slip_of(referral: Referral, *, today: date) -> Slip:
    """`referral` must have a slip; `hospital` and `organization` must be loaded."""
    hospital, clinic = referral.hospital, referral.organization
    at_once = referral.urgency == Urgency.STAT
    phone = (at_once and hospital.emergency_phone) or hospital.phone
    return Slip(
        hospital=hospital.name,
        step=_step(referral, max(referral.due_by, today)),
        today=at_once,
        address=hospital.address,
        telephone=phone,
        way=tuple(_way(referral)),
        bring=str(texts.SLIP_BRING),
        cannot_go="" if at_once else str(texts.SLIP_CANNOT_GO),
        worse=str(texts.SLIP_WORSE),
        watch=tuple(str(sign) for sign in texts.WATCH),
        emergency=emergency(clinic.country),
        contact=contact(clinic),
        not_a_diagnosis=str(texts.SLIP_NOT_A_DIAGNOSIS),
    )


def _step(referral: Referral, on: date) -> str:
    sentence = texts.SLIP_TODAY if referral.urgency == Urgency.STAT else texts.SLIP_BY
    return str(sentence) % {"day": day_text(on)}


def _way(referral: Referral) -> list[str]:
    """How far it is, as it was ranked; from where, as the home is not always known."""
    ranked = referral.candidates.filter(hospital=referral.hospital_id).first()
    said = [str(texts.SLIP_ASK_THE_WAY)]
    if ranked is None:
        return said
    from_clinic = referral.reasons.filter(rule_id=rules.REFR_PLACE_OF_CLINIC).exists()
    far = texts.SLIP_FAR_FROM_CLINIC if from_clinic else texts.SLIP_FAR_FROM_HOME
    return [str(far) % {"distance": max(1, round(ranked.distance_km))}, *said]
