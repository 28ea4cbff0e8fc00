"""The safety check of one medicine for one person, at prescribing and again at the release.

Pure and deterministic: the same case gives the same alerts in the same order, whatever the order of what was
reported. Unknown is never safe: it is an alert of its own (PH-03), and stops. Source: facts 4.2, 4.4.
"""

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.allergies import check_allergies
from pharmacy.domain.contraindications import check_contraindications
from pharmacy.domain.dosing import check_dosing
from pharmacy.domain.drug_rule_checks import check_drug_rules
from pharmacy.domain.duplicates import check_duplicates
from pharmacy.domain.formulary.entry import FormularyEntry, Supply
from pharmacy.domain.interactions import check_interactions
from pharmacy.domain.orders import check_order
from pharmacy.domain.safety_case import SafetyCase
from risk.domain.features import Smoking

_TIER_ORDER = {tier: place for place, tier in enumerate((Tier.HARD, Tier.SOFT, Tier.INFO))}


def check_safety(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    """Every alert of one medicine for one person, red flags included; hard stops first, each once."""
    return _in_order((*check_red_flags(case), *check_medicine(entry, case)))


def check_red_flags(case: SafetyCase) -> tuple[Alert, ...]:
    """Alerts that stop every medicine (PH-01)."""
    return tuple(Alert(rules.PH_RED_FLAG, Tier.HARD, subject=flag) for flag in case.red_flags)


def check_medicine(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    """Every alert of one medicine, besides red flags."""
    answers = case.answers
    return _in_order(
        (
            *check_order(entry, case.order, case.policy, case.today),
            *_check_diagnosis(entry, case),
            *check_contraindications(entry, answers, case.age_years, case.policy),
            *_check_smoking(entry, case),
            *check_allergies(entry, answers.allergies),
            *check_duplicates(entry, answers.current_medicines, case.recent, case.today),
            *check_interactions(entry, answers.current_medicines),
            *check_dosing(entry, case),
            *check_drug_rules(entry, case),
        )
    )


def _check_diagnosis(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    if entry.supply is not Supply.CONFIRMED_DIAGNOSIS:
        return ()
    if case.confirmed is None:
        return (Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, "confirmed"),)
    if entry.indication in case.confirmed:
        return ()
    return (Alert(rules.PH_NOT_CONFIRMED, Tier.HARD, entry.code, entry.indication),)


def _check_smoking(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    if "beta-carotene" not in entry.ingredients or case.smoking is Smoking.NEVER:
        return ()
    if case.smoking is Smoking.UNKNOWN:
        return (Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, "smoking"),)
    return (Alert(rules.PH_SMOKER, Tier.HARD, entry.code, str(case.smoking)),)


def _in_order(alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
    return tuple(sorted(dict.fromkeys(alerts), key=_place))


def _place(alert: Alert) -> tuple[int, int, str, str]:
    return _TIER_ORDER[alert.tier], int(alert.rule_id.partition("-")[2]), alert.medicine, alert.subject
