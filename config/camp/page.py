"""The view model of a camp day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.blinding import visits_blinded
from config.reason_words import referral_reason
from records.actor import Actor
from records.models import Patient
from referrals.domain.assignment import Assigned, Unassigned
from referrals.domain.assignment_gains import Gain
from referrals.domain.travel import Place, estimated_km
from referrals.models import Hospital, Referral
from referrals.selectors import home_of
from referrals.services.camp import CampDay

Names = Mapping[int, Hospital]


@dataclass(frozen=True)
class Line:
    """One person. `hospital`: of the plan, None where it has none and `reason` says why; `before`: as it is now.
    `withheld`: whoever looks may still read the case blinded, and is told nothing of it.
    """

    referral: Referral
    patient: Patient
    before: Hospital | None
    hospital: Hospital | None = None
    expected_on: date | None = None
    distance_km: float | None = None
    reason: str = ""
    withheld: bool = False

    @property
    def changed(self) -> bool:
        return self.hospital != self.before


def camp_page(camp: CampDay, day: date, *, by: Actor) -> dict[str, Any]:
    """What the page shows of a day's plan; a fixed number of queries for any number of people."""
    hospitals = _hospitals(camp)
    blinded = visits_blinded((one.encounter_id for one in camp.referrals.values()), by=by)
    going = [_going(one, camp.referrals[one.patient], hospitals, blinded) for one in camp.plan.assigned]
    left = [_left(one, camp.referrals[one.patient], blinded) for one in camp.plan.unassigned]
    return {
        "day": day,
        "going": going,
        "left": left,
        "changed": sum(line.changed for line in going) + sum(line.before is not None for line in left),
        "gains": _gains(camp.gains, hospitals),
        "seen": camp.digest,
    }


def _hospitals(camp: CampDay) -> Names:
    keys = {one.slot.hospital.key for one in camp.plan.assigned} | {gain.hospital for gain in camp.gains}
    return Hospital.objects.in_bulk(keys)


def _going(one: Assigned, referral: Referral, hospitals: Names, blinded: frozenset[int]) -> Line:
    start = home_of(referral.encounter) or Place(
        referral.organization.latitude, referral.organization.longitude
    )
    return Line(
        referral=referral,
        patient=referral.encounter.patient,
        before=referral.hospital,
        hospital=hospitals[one.slot.hospital.key],
        expected_on=one.slot.expected_on,
        distance_km=estimated_km(start, one.slot.hospital.place),
        withheld=referral.encounter_id in blinded,
    )


def _left(one: Unassigned, referral: Referral, blinded: frozenset[int]) -> Line:
    subject = ", ".join(value for _, value in one.reason.parameters)
    return Line(
        referral=referral,
        patient=referral.encounter.patient,
        before=referral.hospital,
        reason=referral_reason({"rule": one.reason.code, "subject": subject}),
        withheld=referral.encounter_id in blinded,
    )


def _gains(gains: Sequence[Gain], hospitals: Names) -> list[dict[str, Any]]:
    return [
        {"hospital": hospitals[one.hospital], "urgency": one.urgency.value, "people": one.people}
        for one in gains
    ]
