"""What label and leaflet of one released medicine say, in the language in force."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from config import patient_texts
from config.handout.directions import Directions, directions_of
from config.patient_result import day_text, emergency
from pharmacy import selectors
from pharmacy.domain.alerts import Tier
from pharmacy.domain.formulary import FormularyEntry, entry_by_code
from pharmacy.domain.handout_rules import TOLD
from pharmacy.domain.keeping import Keeping, keeping, see_doctor_on
from pharmacy.domain.leaflet import Section
from pharmacy.leaflet_texts import HEADINGS
from pharmacy.medicine_texts import MEDICINES
from pharmacy.models import AlertStage, Prescription, PrescriptionStatus
from pharmacy.texts import alert_text
from records import access
from records.actor import Actor
from records.models import Organization
from records.selectors import local_date


@dataclass(frozen=True)
class Handout:
    """Sentences, ready to print or to read aloud.

    `dose`, `dose_language`, `a_day` and `ordered` as in `Directions`. `better_by`: when to see a doctor, or which one
    to ask; empty where nothing gets better by the medicine.
    """

    patient: str
    born: str
    number: str
    medicine: str
    packs: int
    lot: str
    expiry: str
    dose: str
    dose_language: str
    a_day: str
    ordered: str
    throw_away: str
    better_by: str
    warnings: tuple[str, ...]
    sections: tuple[tuple[Section, str, tuple[str, ...]], ...]
    watch: tuple[str, ...]
    emergency: str
    contact: str
    clinic: str
    released: str
    not_a_diagnosis: str


def prescription_released(prescription_id: int, *, by: Actor, now: datetime) -> Prescription:
    """A released medicine of the actor's organization, with the read audited; not one of a lot in quarantine. Raises
    RecordNotFound.
    """
    released = Prescription.objects.filter(status=PrescriptionStatus.AUTHORISED, lot__recalled_at=None)
    rows = released.select_related(
        "medicine",
        "lot",
        "order",
        "organization",
        "authorised_by",
        "encounter__patient",
        "encounter__organization",
    )
    return access.fetch(
        rows.prefetch_related("alerts"), by=by, now=now, patient="encounter.patient_id", pk=prescription_id
    )


def handout(prescription: Prescription) -> Handout:
    """What the patient is told of a released medicine.

    Raises
    ------
    HandoutMissing
        Nobody has written a leaflet for it; then a pharmacist explains it.
    """
    entry, clinic = entry_by_code(prescription.medicine.code), prescription.organization
    directions = directions_of(entry, prescription.order)
    patient = prescription.encounter.patient
    released_on = local_date(prescription.authorised_at, clinic)
    kept = keeping(entry, released_on=released_on, expiry=prescription.lot.expiry)
    return Handout(
        patient=patient.name,
        born=patient.birth_date.isoformat() if patient.birth_date else _("not known"),
        number=patient.mrn,
        medicine=_name(entry),
        packs=prescription.packs,
        lot=prescription.lot.number,
        expiry=prescription.lot.expiry.isoformat(),
        dose=directions.dose,
        dose_language=directions.dose_language,
        a_day=directions.a_day,
        ordered=directions.ordered,
        throw_away=_throw_away(kept),
        better_by=directions.if_worse or _better_by(see_doctor_on(entry, released_on=released_on)),
        warnings=warnings(prescription),
        sections=_sections(directions, kept),
        watch=tuple(str(sign) for sign in patient_texts.WATCH),
        emergency=emergency(clinic.country),
        contact=contact(clinic),
        clinic=clinic.name,
        released=_("Released by %(name)s, pharmacist, on %(day)s.")
        % {"name": prescription.authorised_by.name, "day": day_text(released_on)},
        not_a_diagnosis=_("Screening support, not a diagnosis."),
    )


def warnings(prescription: Prescription) -> tuple[str, ...]:
    """What the last safety check said of this medicine that a patient can act on (PL-01)."""
    alerts = selectors.alerts_of(prescription, AlertStage.RELEASE) or selectors.alerts_of(prescription)
    said = (
        alert_text(alert)
        for alert in alerts
        if alert.tier is Tier.INFO and alert.medicine == prescription.medicine.code and alert.rule_id in TOLD
    )
    return tuple(dict.fromkeys(said))


def contact(clinic: Organization) -> str:
    """How a patient reaches a human."""
    if clinic.telephone:
        return _("Questions? Call us: %(telephone)s (%(clinic)s).") % {
            "telephone": clinic.telephone,
            "clinic": clinic.name,
        }
    return _("Questions? Come to us: %(clinic)s.") % {"clinic": clinic.name}


def _name(entry: FormularyEntry) -> str:
    name = str(MEDICINES[entry.code])
    return name if entry.strength in name else f"{name}, {entry.strength}"


def _throw_away(kept: Keeping) -> str:
    day = day_text(kept.throw_away_on)
    if kept.single_dose:
        return _("Open, use, throw away at once. Do not keep it. Use none after %(day)s.") % {"day": day}
    if kept.opened_days is None:
        return _("Use none after %(day)s.") % {"day": day}
    return _("Throw the bottle away on %(day)s, even if something is left.") % {"day": day}


def _better_by(day: date | None) -> str:
    if day is None:
        return ""
    return _("Not better by %(day)s? Stop and see a doctor.") % {"day": day_text(day)}


def _sections(directions: Directions, kept: Keeping) -> tuple[tuple[Section, str, tuple[str, ...]], ...]:
    leaflet = {section: tuple(map(str, directions.sections[section])) for section in Section}
    leaflet[Section.KEEPING] = (_throw_away(kept), *leaflet[Section.KEEPING])
    return tuple((section, str(HEADINGS[section]), leaflet[section]) for section in Section)
