"""Reads of the pharmacy."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.duplicates import RecentSupply
from pharmacy.domain.formulary import FORMULARY_VERSION
from pharmacy.domain.policy import JurisdictionPolicy, policy_for
from pharmacy.domain.safety_answers import YES_NO_QUESTIONS
from pharmacy.domain.safety_answers import SafetyAnswers as AnswersValue
from pharmacy.domain.stock import LotOnShelf
from pharmacy.machine_selectors import lots_fewer_in_machine
from pharmacy.models import (
    AlertStage,
    FormularyItem,
    LedgerKind,
    Lot,
    Prescription,
    PrescriptionStatus,
    Product,
    RecallNotice,
    SafetyAnswers,
    SupplyBasis,
)
from pharmacy.models.prescription import OPEN_STATUSES, SUPPLYING_STATUSES
from pharmacy.temperature_selectors import lots_kept_back
from records import access
from records.actor import Actor
from records.models import Organization
from records.selectors import local_date
from risk.models import AssessmentReason, RiskAssessment
from screening.models import Encounter


def safety_answers_current(encounter: Encounter) -> SafetyAnswers | None:
    """The questionnaire in force for a visit; None when nobody asked."""
    current = SafetyAnswers.objects.filter(encounter=encounter, superseded_at=None)
    return current.prefetch_related("allergies", "medicines", "conditions").first()


def answers_value(row: SafetyAnswers | None) -> AnswersValue:
    """The questionnaire as rules read it; not asked at all means that everything is unknown."""
    if row is None:
        return AnswersValue()
    allergies = tuple(report.substance for report in sorted(row.allergies.all(), key=lambda r: r.pk))
    medicines = tuple(report.name for report in sorted(row.medicines.all(), key=lambda r: r.pk))
    conditions = tuple(report.name for report in sorted(row.conditions.all(), key=lambda r: r.pk))
    return AnswersValue(
        allergies=allergies if row.allergies_known else None,
        current_medicines=medicines if row.current_medicines_known else None,
        conditions=conditions if row.conditions_known else None,
        **{question: getattr(row, question) for question in YES_NO_QUESTIONS},
    )


def policy_of(organization: Organization) -> JurisdictionPolicy | None:
    """The policy of a clinic's country; None means blocked. An example counts in development only (PH-87)."""
    return policy_for(organization.country, development=settings.DEBUG)


def lots_locked(organization_id: int) -> list[Lot]:
    """The machine's lots, locked to the end of the transaction so that two proposals never take one pack."""
    lots = Lot.objects.select_for_update(of=("self",)).filter(organization_id=organization_id)
    # Everybody locks in the same order, so nobody waits in a circle.
    return list(lots.select_related("medicine").order_by("pk"))


def recalled_by_hand(organization_id: int, gtin: str, key: str) -> bool:
    """Whether somebody of the clinic recalled a lot (`labels.lot_key`), or all of its product."""
    notices = RecallNotice.objects.filter(organization_id=organization_id, gtin=gtin)
    return notices.filter(number__in=["", key]).exists()


def on_shelf(lots: Iterable[Lot]) -> list[LotOnShelf]:
    """Lots as the stock rules read them; a recalled lot is on no shelf (DM-05), nor one kept back (PS-03), nor one of
    which the machine has fewer packs than the books (MS-03).
    """
    rows = list(lots)
    barred = lots_kept_back([lot.pk for lot in rows]) | lots_fewer_in_machine(rows)
    return [
        LotOnShelf(lot.pk, lot.medicine.code, lot.expiry, lot.on_hand, lot.reserved)
        for lot in rows
        if lot.recalled_at is None and lot.pk not in barred
    ]


def medicine_of_gtin(organization_id: int, gtin: str) -> str:
    """The formulary code of a product number by a clinic's own lots, else by the list of products; or ""."""
    lots = Lot.objects.filter(organization_id=organization_id, gtin=gtin).order_by("pk")
    products = Product.objects.filter(gtin=gtin)
    own = lots.values_list("medicine__code", flat=True).first()
    return own or products.values_list("medicine__code", flat=True).first() or ""


def red_flags_of(assessment: RiskAssessment) -> tuple[str, ...]:
    """The red flags behind any action of an assessment, each once."""
    flags = (flag for action in assessment.actions.all() for flag in action.red_flags.split(",") if flag)
    return tuple(dict.fromkeys(flags))


def recent_supplies(encounter: Encounter, *, now: datetime, besides: int | None = None) -> list[RecentSupply]:
    """What the patient was proposed or given, and not refused since; without the prescription `besides`."""
    ours = Prescription.objects.filter(
        encounter__patient_id=encounter.patient_id, status__in=SUPPLYING_STATUSES, decided_at__lte=now
    ).exclude(pk=besides)
    # What waited for stock or for a person is used from the day on which it was let out.
    return [
        RecentSupply(
            p.medicine.code, local_date(p.authorised_at or p.decided_at, p.organization), p.supply_days
        )
        for p in ours.select_related("medicine", "organization").order_by("pk")
    ]


def state_of(prescription: Prescription) -> str:
    """Changes with every decision on it, so that a form can say what its reader saw."""
    return f"{prescription.status} followed-up" if prescription.followed_up_at else str(prescription.status)


def prescription_by_assessment(assessment_id: int) -> Prescription | None:
    """The decision on one assessment; None before there is one, or when no medicine was wished for."""
    return wished_for().select_related("lot", "encounter").filter(assessment_id=assessment_id).first()


def wished_for() -> QuerySet[Prescription]:
    """The decisions on what assessments wish for; not what an order or a diagnosis allows."""
    wishes = Prescription.objects.filter(basis=SupplyBasis.ASSESSMENT)
    return wishes.select_related("medicine").prefetch_related("alerts")


def prescriptions_waiting_for_pharmacist(*, by: Actor) -> QuerySet[Prescription]:
    """Proposals to release and cases to decide in the actor's organization, oldest first."""
    waiting = access.within(Prescription.objects.filter(status__in=OPEN_STATUSES), by=by)
    return waiting.select_related("medicine", "encounter__patient").order_by("decided_at", "pk")


def warning_signs_to_ask(prescription: Prescription) -> tuple[str, ...]:
    """The warning signs that the questionnaire left open (RM-03); to be asked before the release."""
    rows = AssessmentReason.objects.filter(assessment_id=prescription.assessment_id, code="RM-03")
    found = rows.values_list("parameters", flat=True).first() or ""
    return tuple(name for name in found.partition("=")[2].split(",") if name)


def prescriptions_open_of(encounter: Encounter, *, besides: int) -> list[Prescription]:
    """Undecided prescriptions of a visit that came from another assessment."""
    rows = Prescription.objects.select_for_update().filter(encounter=encounter, status__in=OPEN_STATUSES)
    return list(rows.filter(basis=SupplyBasis.ASSESSMENT).exclude(assessment_id=besides).order_by("pk"))


def alerts_of(prescription: Prescription, stage: AlertStage = AlertStage.PRESCRIBING) -> tuple[Alert, ...]:
    """The stored alerts of one of the two checks, in its order; not a shortage that a lot has ended (PH-26)."""
    at_stage = (row for row in prescription.alerts.all() if row.stage == stage)
    rows = sorted(at_stage, key=lambda row: row.position)
    alerts = (Alert(row.rule_id, Tier(row.tier), row.medicine_code, row.subject) for row in rows)
    return tuple(alert for alert in alerts if not _ended(alert, prescription))


def _ended(alert: Alert, prescription: Prescription) -> bool:
    held = prescription.lot_id is not None and alert.rule_id in rules.PH_SHORTAGE
    return held and alert.medicine == prescription.medicine.code


def kept_back_by_stock(prescription: Prescription) -> bool:
    """Whether nothing but a missing pack kept it back when it was decided (PH-26)."""
    if prescription.status != PrescriptionStatus.NEEDS_PHARMACIST or prescription.medicine is None:
        return False
    about = ("", prescription.medicine.code)
    stops = [one for one in alerts_of(prescription) if one.stops and one.medicine in about]
    return bool(stops) and all(one.rule_id in rules.PH_SHORTAGE for one in stops)


def formulary_in_force() -> QuerySet[FormularyItem]:
    """What this version of the formulary says, best first; empty before `load_formulary` ran."""
    items = FormularyItem.objects.filter(version=FORMULARY_VERSION).select_related("medicine")
    return items.prefetch_related("labels", "contraindications").order_by("position")


def supply_ended(prescription: Prescription) -> bool:
    """Whether what was left of a prescription was given back for good."""
    return prescription.entries.filter(kind=LedgerKind.RELEASE, dispense=None).exists()


def packs_reserved_for(prescription: Prescription) -> int:
    """Packs that are still set aside for a prescription: reserved, and neither dropped nor given back."""
    return prescription.entries.aggregate(left=Coalesce(Sum("reserved_change"), 0))["left"]


def lots_out_of_balance() -> QuerySet[Lot]:
    """Lots whose ledger does not add up to what they say; always empty."""
    numbers = ("on_hand", "reserved", "in_bay", "quarantined")
    summed = Lot.objects.annotate(
        **{f"booked_{name}": Coalesce(Sum(f"entries__{name}_change"), 0) for name in numbers}
    )
    balanced = Q(**{f"booked_{name}": F(name) for name in numbers})
    return summed.exclude(balanced).order_by("pk")
