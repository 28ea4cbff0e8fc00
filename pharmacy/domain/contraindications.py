"""What stops a medicine for one person, besides allergies and duplicates."""

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.conditions import conditions_named_in, is_understood
from pharmacy.domain.drug_rules import Route
from pharmacy.domain.formulary import FormularyEntry
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.domain.substance_types import TEARS


def check_contraindications(
    entry: FormularyEntry, answers: SafetyAnswers, age_years: int | None, policy: JurisdictionPolicy
) -> tuple[Alert, ...]:
    """Every alert of the label, of age and of the questionnaire for one medicine.

    Source: facts 2.1 (label rows and "global kiosk stops"), tiers of facts 4.2.
    """
    return (
        *_check_age(entry, age_years, policy),
        *_check_surgery(entry, answers),
        *_check_pregnancy(entry, answers),
        *_check_lenses(entry, answers),
        *_check_narrow_angle(entry, answers),
        *_check_guardian(entry, answers, age_years, policy),
        *_check_conditions(entry, answers),
    )


def _unknown(entry: FormularyEntry, question: str) -> tuple[Alert, ...]:
    return (Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, question),)


def _check_age(entry: FormularyEntry, age_years: int | None, policy: JurisdictionPolicy) -> tuple[Alert, ...]:
    limits = entry.age_limits.get(policy.labels_of)
    if age_years is None or limits is None:
        return _unknown(entry, "age_years")
    if not limits.allow(age_years):
        return (Alert(rules.PH_AGE_LABEL, Tier.HARD, entry.code, str(age_years)),)
    if age_years < entry.ask_under_years:
        return (Alert(rules.PH_AGE_ASK, Tier.SOFT, entry.code, str(age_years)),)
    return ()


def _check_surgery(entry: FormularyEntry, answers: SafetyAnswers) -> tuple[Alert, ...]:
    if answers.eye_surgery_last_3_months is None:
        return _unknown(entry, "eye_surgery_last_3_months")
    return (Alert(rules.PH_EYE_SURGERY, Tier.HARD, entry.code),) if answers.eye_surgery_last_3_months else ()


def _check_pregnancy(entry: FormularyEntry, answers: SafetyAnswers) -> tuple[Alert, ...]:
    # Preservative-free tears are the one medicine that either answer allows, so unknown allows it too.
    if entry.medicine_class == TEARS and entry.preservative_free:
        return ()
    if answers.pregnant_or_breastfeeding is None:
        return _unknown(entry, "pregnant_or_breastfeeding")
    return (Alert(rules.PH_PREGNANCY, Tier.SOFT, entry.code),) if answers.pregnant_or_breastfeeding else ()


def _check_lenses(entry: FormularyEntry, answers: SafetyAnswers) -> tuple[Alert, ...]:
    if answers.contact_lenses is False or entry.route is not Route.OCULAR:
        return ()
    # Irritation by a lens looks like allergy, and the preservative stays in soft lenses.
    if not entry.preservative_free or entry.is_antihistamine:
        if answers.contact_lenses is None:
            return _unknown(entry, "contact_lenses")
        return (Alert(rules.PH_LENSES, Tier.SOFT, entry.code),)
    # Said as well when it is unknown: harmless advice to somebody who wears none.
    return (Alert(rules.PH_LENSES_OUT, Tier.INFO, entry.code),)


def _check_narrow_angle(entry: FormularyEntry, answers: SafetyAnswers) -> tuple[Alert, ...]:
    if not entry.is_antihistamine or answers.narrow_angle is False:
        return ()
    if answers.narrow_angle is None:
        return _unknown(entry, "narrow_angle")
    return (Alert(rules.PH_NARROW_ANGLE, Tier.SOFT, entry.code),)


def _check_guardian(
    entry: FormularyEntry, answers: SafetyAnswers, age_years: int | None, policy: JurisdictionPolicy
) -> tuple[Alert, ...]:
    # An unknown age is already stopped by the age rule.
    if age_years is None or not policy.is_under_age(age_years) or answers.guardian_present is True:
        return ()
    if answers.guardian_present is None:
        return _unknown(entry, "guardian_present")
    return (Alert(rules.PH_GUARDIAN, Tier.SOFT, entry.code, str(age_years)),)


def _check_conditions(entry: FormularyEntry, answers: SafetyAnswers) -> tuple[Alert, ...]:
    if not entry.contraindications and not entry.cautions:
        return ()
    if answers.conditions is None:
        return _unknown(entry, "conditions")
    return tuple(alert for text in answers.conditions for alert in _check_condition(entry, text))


def _check_condition(entry: FormularyEntry, text: str) -> tuple[Alert, ...]:
    named = conditions_named_in(text)
    return (
        *(_condition(rules.PH_CONDITION, Tier.HARD, entry, c) for c in named if c in entry.contraindications),
        *(_condition(rules.PH_CONDITION_CAUTION, Tier.SOFT, entry, c) for c in named if c in entry.cautions),
        *(() if is_understood(text) else (_condition(rules.PH_CONDITION_UNREAD, Tier.SOFT, entry, text),)),
    )


def _condition(rule_id: str, tier: Tier, entry: FormularyEntry, subject: str) -> Alert:
    return Alert(rule_id, tier, entry.code, subject)
