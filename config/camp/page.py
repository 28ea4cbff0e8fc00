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
from referrals.domain.matching import subject_of
from referrals.domain.travel import estimated_km
from referrals.models import Hospital, Referral
from referrals.selectors import start_of
from referrals.services.camp import CampDay

Names = Mapping[int, Hospital]


@dataclass(frozen=True)
class Line:
    """One person. `hospital`: of the plan, None where it has none and `reason` says why; `before`: as it is now."""

    referral: Referral
    patient: Patient
    before: Hospital | None
    hospital: Hospital | None = None
    expected_on: date | None = None
    distance_km: float | None = None
    reason: str = ""

    @property
    def changed(self) -> bool:
        return self.hospital != self.before


def camp_page(camp: CampDay, day: date, *, by: Actor) -> dict[str, Any]:
    """What the page shows of a day's plan; a fixed number of queries for any number of people.

    Whoever the reader may still read blinded is counted as `held_back` and not named: to stand on this page is a
    result already. What more places would change tells hospital and urgency, so it waits until nobody is (GR-07).
    """
    hospitals = _hospitals(camp)
    blinded = visits_blinded((one.encounter_id for one in camp.referrals.values()), by=by)
    shown = {key: one for key, one in camp.referrals.items() if one.encounter_id not in blinded}
    going = [_going(one, shown[one.patient], hospitals) for one in camp.plan.assigned if one.patient in shown]
    left = [_left(one, shown[one.patient]) for one in camp.plan.unassigned if one.patient in shown]
    held_back = len(camp.referrals) - len(shown)
    return {
        "day": day,
        "going": going,
        "left": left,
        "changed": sum(line.changed for line in going) + sum(line.before is not None for line in left),
        "held_back": held_back,
        "gains": [] if held_back else _gains(camp.gains, hospitals),
        "seen": camp.digest,
    }


def _hospitals(camp: CampDay) -> Names:
    keys = {one.slot.hospital.key for one in camp.plan.assigned} | {gain.hospital for gain in camp.gains}
    return Hospital.objects.in_bulk(keys)


def _going(one: Assigned, referral: Referral, hospitals: Names) -> Line:
    start = start_of(referral.encounter)
    return Line(
        referral=referral,
        patient=referral.encounter.patient,
        before=referral.hospital,
        hospital=hospitals[one.slot.hospital.key],
        expected_on=one.slot.expected_on,
        distance_km=estimated_km(start, one.slot.hospital.place),
    )


def _left(one: Unassigned, referral: Referral) -> Line:
    return Line(
        referral=referral,
        patient=referral.encounter.patient,
        before=referral.hospital,
        reason=referral_reason({"rule": one.reason.code, "subject": subject_of(one.reason)}),
    )


def _gains(gains: Sequence[Gain], hospitals: Names) -> list[dict[str, Any]]:
    return [
        {"hospital": hospitals[one.hospital], "urgency": one.urgency.value, "people": one.people}
        for one in gains
    ]
