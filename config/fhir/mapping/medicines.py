"""A medicine as ordered or supplied (MedicationRequest) and as handed out (MedicationDispense)."""

from datetime import date

from config.fhir.mapping.elements import (
    OURS,
    SNOMED,
    UCUM,
    Element,
    coding,
    concept,
    moment,
    reference,
    versioned,
    without_empty,
)
from config.fhir.mapping.parties import practitioner_named
from pharmacy.domain.fhir_status import PRESCRIPTION_FHIR_STATUS, fhir_status
from pharmacy.domain.order_reading import DoseUnit
from pharmacy.models import Dispense, MedicationOrder, Medicine, Prescription

ATC = "http://www.whocc.no/atc"
ORDER = "order-"
# UCUM has no capsule; what stands in braces is an annotation.
_UNIT = {DoseUnit.DROP: ("drop in each eye", "[drp]"), DoseUnit.CAPSULE: ("capsule", "{capsule}")}


def supply(row: Prescription) -> Element:
    """What a person authorised. `medicine`, `order`, `authorised_by` and `encounter.patient` must be loaded."""
    request = {"quantity": _packs(row.packs), "expectedSupplyDuration": _days(row.supply_days)}
    return versioned(
        without_empty(
            {
                "resourceType": "MedicationRequest",
                "id": str(row.pk),
                "status": PRESCRIPTION_FHIR_STATUS[row.status],
                "intent": "order",
                "medicationCodeableConcept": _supplied(row),
                "subject": reference("Patient", row.encounter.patient.public_id),
                "authoredOn": moment(row.authorised_at),
                "requester": {"display": row.order.prescriber} if row.order else None,
                "recorder": practitioner_named(row.authorised_by),
                "basedOn": [reference("MedicationRequest", f"{ORDER}{row.order_id}")] if row.order_id else [],
                "reasonCode": [concept(f"{OURS}indication", row.indication)],
                "supportingInformation": [reference("DiagnosticReport", row.encounter.public_id)],
                "dosageInstruction": [_dosage(row.order)] if row.order else [],
                "dispenseRequest": request,
            }
        ),
        row.changed_at,
    )


def order(row: MedicationOrder, today: date) -> Element:
    """A physician's order as it stands on a day of the clinic. `medicine` and `patient` must be loaded."""
    request = {
        "validityPeriod": {"start": moment(row.written_on), "end": moment(row.valid_until)},
        "numberOfRepeatsAllowed": row.refills_allowed,
        "expectedSupplyDuration": _days(row.supply_days),
    }
    return versioned(
        {
            "resourceType": "MedicationRequest",
            "id": f"{ORDER}{row.pk}",
            "status": row.fhir_status_on(today),
            "intent": "order",
            "medicationCodeableConcept": _medicine(row.medicine),
            "subject": reference("Patient", row.patient.public_id),
            "authoredOn": moment(row.written_on),
            "requester": {"display": row.prescriber},
            "dosageInstruction": [_dosage(row)],
            "dispenseRequest": request,
        },
        row.changed_at,
    )


def dispense(row: Dispense) -> Element:
    """One release and what became of it; why it ended without a hand-over stays with the clinic.

    `lot.medicine`, `prescription.encounter.patient` and `released_by` must be loaded.
    """
    status = fhir_status(row.status, packs_handed_over=row.packs_handed_over)
    supplied = row.prescription
    return versioned(
        without_empty(
            {
                "resourceType": "MedicationDispense",
                "id": str(row.pk),
                "status": status,
                "medicationCodeableConcept": _medicine(row.lot.medicine),
                "subject": reference("Patient", supplied.encounter.patient.public_id),
                "performer": [{"actor": practitioner_named(row.released_by)}],
                "authorizingPrescription": [reference("MedicationRequest", supplied.pk)],
                "quantity": _packs(row.packs_handed_over if status == "completed" else row.packs),
                "daysSupply": _days(supplied.supply_days),
                "whenHandedOver": moment(row.handed_over_at),
            }
        ),
        row.changed_at,
    )


def _supplied(row: Prescription) -> Element:
    """One whose lot was taken back waits for another medicine of the same indication."""
    return _medicine(row.medicine) if row.medicine else concept(f"{OURS}indication", row.indication)


def _medicine(row: Medicine) -> Element:
    text = f"{row.ingredient} {row.strength}".strip()
    codes = [coding(f"{OURS}medicine", row.code, text), *([coding(ATC, row.atc)] if row.atc else [])]
    return {"coding": codes, "text": text}


def _dosage(row: MedicationOrder) -> Element:
    """In the physician's words, and beside them what they come to in a day.

    An order counts the units of a day, not how they are divided: of several, each time is one to all of them. Which
    eyes are treated stands in the words alone.
    """
    drops, most = row.unit == DoseUnit.DROP, row.units_per_day
    often = {"frequency": 1, "period": 1, "periodUnit": "d"}
    one = {"doseQuantity": _units(row, 1)}
    some = {"doseRange": {"low": _units(row, 1), "high": _units(row, most)}}
    return without_empty(
        {
            "text": row.dose_text,
            "timing": {"repeat": often if most == 1 else often | {"frequencyMax": most}},
            "route": concept(SNOMED, "54485002", "Ophthalmic route") if drops else None,
            "doseAndRate": [one if most == 1 else some],
            "maxDosePerPeriod": {"numerator": _units(row, most), "denominator": _days(1)},
        }
    )


def _units(row: MedicationOrder, number: int) -> Element:
    unit, code = _UNIT[DoseUnit(row.unit)]
    return {"value": number, "unit": unit, "system": UCUM, "code": code}


def _packs(number: int) -> Element:
    return {"value": number, "unit": "pack"}


def _days(number: int) -> Element:
    return {"value": number, "unit": "day", "system": UCUM, "code": "d"}
