"""What the safety check knows, read together for one visit."""

from collections.abc import Iterable
from datetime import datetime

from pharmacy import selectors
from pharmacy.domain.drug_rule_checks import reported_keys
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.safety_answers import SafetyAnswers as AnswersValue
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.drug_rule_selectors import drug_rules_bearing_on
from records.selectors import age_years, local_date
from risk import selectors as risk_selectors
from risk.domain.features import Smoking
from screening.models import Encounter


def safety_case(
    encounter: Encounter,
    *,
    policy: JurisdictionPolicy,
    answers: AnswersValue,
    red_flags: tuple[str, ...],
    ingredients: Iterable[str],
    now: datetime,
    besides: int | None = None,
) -> SafetyCase:
    """One visit as the check reads it.

    Parameters
    ----------
    ingredients : keys of the medicines to be checked (`drug_rule_checks.drug_keys`).
    besides : the prescription that is checked, which is no earlier supply of itself.
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
        drug_rules=drug_rules_bearing_on(ingredients, reported_keys(answers.current_medicines)),
    )


def _smoking(encounter: Encounter) -> Smoking:
    answered = risk_selectors.risk_factors_current(encounter)
    return Smoking(answered.smoking) if answered else Smoking.UNKNOWN
