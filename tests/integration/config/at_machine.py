"""A clinic with a machine, for tests of the pages around it: packs released, dropped, stuck."""

from itertools import count

from django.utils import timezone

from pharmacy.gateways.dispenser import Answer, Outcome
from pharmacy.models import Bay, Dispense, Machine, Prescription
from pharmacy.services import answer_note, dispense_begin, dispense_release, machine_register
from records.actor import Actor, software
from records.models import Organization, Role
from tests.factories import records as people
from tests.integration.config import cast, handed_out
from tests.integration.pharmacy.dispensing import dropped, fresh_drug_data, scan

_serial = count(1)
_seed = count(200, 10)


def machine(clinic: Organization, by: Actor, *bays: str, port: int = 6050) -> Machine:
    """A machine, and drug data of today for it."""
    fresh_drug_data(timezone.localdate())
    return machine_register(
        name="Machine",
        host="127.0.0.1",
        port=port,
        number=777,
        our_number=100,
        bays=bays or ("1",),
        by=by,
        now=timezone.now(),
    )


def authorised(clinic: Organization, by: Actor, name: str = "홍길동") -> Prescription:
    """A medicine of a new patient, with a pharmacist's name under it; the clinic is stocked already."""
    encounter = cast.screened(by, name=name, seed=next(_seed), symptoms=handed_out.DRY)
    return handed_out.release(clinic, Prescription.objects.get(encounter=encounter))


def released(one: Prescription, bay: Bay | None = None) -> Dispense:
    """Released to the machine, which has not begun."""
    place = bay or Bay.objects.filter(machine__organization_id=one.organization_id).earliest("pk")
    by = people.actor(one.organization, Role.PHARMACIST)
    return dispense_release(prescription_id=one.pk, bay_id=place.pk, by=by, now=timezone.now())


def _answered(of: Dispense, answer: Answer) -> Dispense:
    by = software("pharmacy.dispenser", of.organization_id)
    dispense_begin(dispense_id=of.pk, by=by, now=timezone.now())
    return answer_note(dispense_id=of.pk, answer=answer, by=by, now=timezone.now())


def dropped_into_bay(one: Prescription, bay: Bay | None = None) -> tuple[Dispense, str]:
    """The dispense whose pack lies in the bay, and the code of that pack."""
    of, serial = released(one, bay), f"S{next(_serial)}"
    return _answered(of, dropped(of, serial)), scan(of.lot, serial)


def stuck(one: Prescription, bay: Bay | None = None) -> Dispense:
    """The machine fell silent with the order: the bay is locked."""
    return _answered(released(one, bay), Answer(Outcome.UNKNOWN, reason="machine-silent"))


def failed(one: Prescription) -> Dispense:
    """The machine could not be reached."""
    return _answered(released(one), Answer(Outcome.FAILED, reason="not-sent: MachineSilent"))
