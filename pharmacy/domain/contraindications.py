"""What stops a medicine for one person, besides allergies and duplicates."""

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.formulary import FormularyEntry
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.safety_answers import SafetyAnswers


def check_contraindications(
    entry: FormularyEntry, answers: SafetyAnswers, age_years: int | None, policy: JurisdictionPolicy
) -> tuple[Alert, ...]:
    """Every alert of the label, of age and of the questionnaire for one medicine.

    Source: facts 2.1 (label rows and "global kiosk stops"), tiers of facts 4.2.
    """
    return (
        *_check_legal_class(entry, policy),
        *_check_age(entry, age_years, policy),
        *_check_surgery(entry, answers),
        *_check_pregnancy(entry, answers),
        *_check_lenses(entry, answers),
        *_check_narrow_angle(entry, answers),
        *_check_guardian(entry, answers, age_years, policy),
    )


def _unknown(entry: FormularyEntry, question: str) -> tuple[Alert, ...]:
    return (Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, question),)


def _check_legal_class(entry: FormularyEntry, policy: JurisdictionPolicy) -> tuple[Alert, ...]:
    if entry.legal_class.get(policy.country) in policy.allowed:
        return ()
    return (Alert(rules.PH_LEGAL_CLASS, Tier.HARD, entry.code, policy.country),)


def _check_age(entry: FormularyEntry, age_years: int | None, policy: JurisdictionPolicy) -> tuple[Alert, ...]:
    limits = entry.age_limits.get(policy.country)
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
    if entry.preservative_free and not entry.is_antihistamine:
        return ()
    if answers.pregnant_or_breastfeeding is None:
        return _unknown(entry, "pregnant_or_breastfeeding")
    return (Alert(rules.PH_PREGNANCY, Tier.SOFT, entry.code),) if answers.pregnant_or_breastfeeding else ()


def _check_lenses(entry: FormularyEntry, answers: SafetyAnswers) -> tuple[Alert, ...]:
    if answers.contact_lenses is False:
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
    if age_years is None or age_years >= policy.guardian_under_years or answers.guardian_present is True:
        return ()
    if answers.guardian_present is None:
        return _unknown(entry, "guardian_present")
    return (Alert(rules.PH_GUARDIAN, Tier.SOFT, entry.code, str(age_years)),)
