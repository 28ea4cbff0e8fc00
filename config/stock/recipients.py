"""Who received packs of a lot, for a recall: as a list and as CSV. Every read is audited."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO

from config.blinding import visits_blinded
from config.nights.report import as_text
from pharmacy.models import DispensedPack, Lot, Prescription
from pharmacy.services import recipients_of_lots
from records.actor import Actor
from records.models import Patient
from referrals.models import PatientNeeds
from screening.services import result_look

COLUMNS = ("name", "record number", "birth date", "when", "packs", "certain", "telephone")


@dataclass(frozen=True)
class Recipient:
    """`packs` that the person still has or may have; `certain` is False where nobody knows yet what reached them.
    `telephone`: empty where none is known.
    """

    patient: Patient
    at: datetime | None
    packs: int
    certain: bool
    telephone: str = ""


def recipients(lot: Lot, *, by: Actor, now: datetime) -> list[Recipient]:
    """The patients of a lot, the oldest supply first."""
    supplied = recipients_of_lots([lot], by=by, now=now)
    _looked_at(supplied, by=by, now=now)
    found = [_recipient(one, lot) for one in supplied]
    told = PatientNeeds.objects.in_bulk([one.patient.pk for one in found], field_name="patient_id")
    return [replace(one, telephone=_telephone(told.get(one.patient.pk))) for one in found]


def _looked_at(supplied: Iterable[Prescription], *, by: Actor, now: datetime) -> None:
    """A recall names everybody; whoever could still read one of their visits blinded has seen its result (GR-07)."""
    visits = {one.encounter_id: one.encounter for one in supplied}
    for key in visits_blinded(visits, by=by):
        result_look(encounter=visits[key], by=by, now=now, why="traced a recall")


def _telephone(told: PatientNeeds | None) -> str:
    """The patient's, else of whoever is called instead; empty where none is known."""
    return (told.phone or told.caretaker_phone) if told else ""


def _recipient(one: Prescription, lot: Lot) -> Recipient:
    dispenses = list(one.dispenses.filter(lot=lot).order_by("pk"))
    given = sum(dispense.packs_handed_over for dispense in dispenses)
    back = DispensedPack.objects.filter(dispense__in=dispenses, returned_at__isnull=False).count()
    handed = [dispense.handed_over_at for dispense in dispenses if dispense.handed_over_at]
    patient = one.encounter.patient
    if given > back:
        return Recipient(patient, max(handed, default=one.authorised_at), given - back, certain=True)
    # No machine, or one that has not said: a release is the last that is known.
    return Recipient(patient, one.authorised_at, one.packs, certain=False)


def csv_of(rows: Iterable[Recipient]) -> str:
    """A spreadsheet of the list, in UTF-8 with the mark that spreadsheets look for."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in rows:
        patient = one.patient
        writer.writerow(
            (
                as_text(patient.name),
                as_text(patient.mrn),
                patient.birth_date or "",
                one.at.isoformat(timespec="minutes") if one.at else "",
                one.packs,
                "yes" if one.certain else "no",
                as_text(one.telephone),
            )
        )
    return "\ufeff" + out.getvalue()
