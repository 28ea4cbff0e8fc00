"""What the safety check knows, read together for one visit."""

from collections.abc import Sequence
from datetime import datetime

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, stops_of
from pharmacy.domain.confirmed import indications_of
from pharmacy.domain.drug_rule_checks import reported_keys
from pharmacy.domain.drug_rules import DrugRules, Route
from pharmacy.domain.formulary import FormularyEntry, entry_by_code
from pharmacy.domain.orders import PhysicianOrder
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.safety_answers import SafetyAnswers as AnswersValue
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.safety_check import check_safety
from pharmacy.drug_data_selectors import drug_rules_about
from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.order_selectors import order_for
from records.selectors import age_years, local_date
from risk import selectors as risk_selectors
from risk.domain.features import Smoking
from screening.diagnosis_selectors import diagnoses_in_force
from screening.models import Encounter


def alerts_now(prescription: Prescription, *, now: datetime) -> tuple[Alert, ...]:
    """Every alert of a prescription's medicine as the case stands now; nothing is stored.

    The answers in force are asked, and the assessment in force: what was corrected since counts.
    """
    code = prescription.medicine.code if prescription.medicine else ""
    policy = selectors.policy_of(prescription.organization)
    if policy is None:
        return (Alert(rules.PH_COUNTRY, Tier.HARD, subject=prescription.organization.country),)
    try:
        entry = entry_by_code(code)
    except KeyError:
        return (Alert(rules.PH_NO_MEDICINE, Tier.HARD, code, prescription.indication),)
    encounter = prescription.encounter
    assessment = risk_selectors.assessment_current_for_encounter(encounter) or prescription.assessment
    case = safety_case(
        encounter,
        policy=policy,
        answers=selectors.answers_value(selectors.safety_answers_current(encounter)),
        red_flags=selectors.red_flags_of(assessment),
        entries=[entry],
        now=now,
        besides=prescription.pk,
        order=order_for(prescription, code, today=local_date(now, prescription.organization)),
    )
    return check_safety(entry, case)


def waits_for_stock(prescription: Prescription, *, now: datetime) -> bool:
    """Whether nothing but a missing pack keeps it back as the case stands now (PH-26)."""
    kept = prescription.status == PrescriptionStatus.NEEDS_PHARMACIST and prescription.medicine is not None
    return kept and not stops_of(alerts_now(prescription, now=now))


def safety_case(
    encounter: Encounter,
    *,
    policy: JurisdictionPolicy,
    answers: AnswersValue,
    red_flags: tuple[str, ...],
    entries: Sequence[FormularyEntry],
    now: datetime,
    besides: int | None = None,
    order: PhysicianOrder | None = None,
) -> SafetyCase:
    """One visit as the check reads it.

    Parameters
    ----------
    entries : the medicines to be checked.
    besides : the prescription that is checked, which is no earlier supply of itself.
    order : the physician's order that the medicine is supplied on.
    """
    today = local_date(now, encounter.organization)
    return SafetyCase(
        answers=answers,
        age_years=age_years(encounter.patient.birth_date, today),
        policy=policy,
        today=today,
        red_flags=red_flags,
        recent=tuple(selectors.recent_supplies(encounter, now=now, besides=besides)),
        smoking=_smoking(encounter),
        # Nothing recorded is not confirmed, and no answer of the day can say otherwise (PH-63).
        confirmed=indications_of(diagnoses_in_force(encounter.patient_id)),
        order=order,
        drug_rules=_drug_rules(entries, answers),
    )


def _drug_rules(entries: Sequence[FormularyEntry], answers: AnswersValue) -> DrugRules:
    """The notices that bear on medicines of one route, beside what is reported to be in use."""
    ingredients = {one for entry in entries for one in entry.ingredients}
    route = entries[0].route if entries else Route.UNSTATED
    beside = {part for key in reported_keys(answers.current_medicines) for part in key.split("+")}
    return drug_rules_about(ingredients, route, beside=beside)


def _smoking(encounter: Encounter) -> Smoking:
    answered = risk_selectors.risk_factors_current(encounter)
    return Smoking(answered.smoking) if answered else Smoking.UNKNOWN
