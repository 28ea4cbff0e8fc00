"""What was asked and measured of a patient, in few words for a doctor. What is not known is left out and said so."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

import pharmacy.selectors
import risk.selectors
import risk.texts
from config.intake import choices
from config.intake.shown import typed_of
from config.measurement_form import METHODS
from pharmacy.domain.safety_answers import SafetyAnswers
from risk.domain.features import IopMethod, Measurements, RiskFactors
from screening.models import Encounter

Rows = tuple[tuple[str, str], ...]


def history_of(encounter: Encounter) -> Rows:
    """Pairs of what and how it is."""
    row = risk.selectors.risk_factors_current(encounter)
    safety = pharmacy.selectors.answers_value(pharmacy.selectors.safety_answers_current(encounter))
    factors = risk.selectors.risk_factors_value(row) if row else None
    told = [*(_answers(factors, safety) if factors else ()), *_measured(factors), *_safety(safety)]
    return tuple((name, words) for name, words in told if words)


def _answers(factors: RiskFactors, safety: SafetyAnswers) -> Iterator[tuple[str, str]]:
    typed = typed_of(factors, safety)
    yield _("Diabetes"), _diabetes(typed)
    yield _("High blood pressure"), _chosen(choices.HYPERTENSION, typed["hypertension"])
    yield _("Smoking"), _chosen(choices.SMOKING, typed["smoking"])
    yield _("In the family"), ", ".join(_chosen(choices.FAMILY, one) for one in typed["family"])
    if factors.pregnant:
        yield _("Pregnancy"), _chosen(choices.PREGNANCY, "pregnant")
    if factors.steroid_use:
        yield _("Steroids"), _("Yes")


def _diabetes(typed: dict[str, Any]) -> str:
    parts = [_chosen(choices.DIABETES, typed["diabetes"])]
    if typed["diabetes_years"]:
        parts.append(_("for %(years)s years") % {"years": typed["diabetes_years"]})
    if typed["hba1c"]:
        parts.append(f"HbA1c {typed['hba1c']} %")
    return ", ".join(part for part in parts if part)


def _chosen(offered: Sequence[tuple[str, Any]], value: str) -> str:
    return str(dict(offered).get(value, value)) if value else ""


def _measured(factors: RiskFactors | None) -> Iterator[tuple[str, str]]:
    if factors is None:
        return
    pressure = (factors.systolic_mmhg, factors.diastolic_mmhg)
    if any(pressure):
        yield _("Blood pressure"), "/".join("?" if one is None else str(one) for one in pressure) + " mmHg"
    eyes = factors.measurements
    if eyes is None:
        return
    yield _("Eye pressure"), _pressures(eyes)
    yield (
        _("Refraction (dioptres)"),
        _both_eyes(eyes.refraction_right_dioptres, eyes.refraction_left_dioptres, "+.2f"),
    )


def _pressures(eyes: Measurements) -> str:
    values = _both_eyes(eyes.iop_right_mmhg, eyes.iop_left_mmhg, "g")
    if not values:
        return ""
    method = str(dict(METHODS)[eyes.iop_method]) if eyes.iop_method is not IopMethod.UNKNOWN else ""
    return f"{values} mmHg" + (f" ({method})" if method else "")


def _both_eyes(right: float | None, left: float | None, look: str) -> str:
    told = [(risk.texts.EYES["R"], right), (risk.texts.EYES["L"], left)]
    return ", ".join(f"{eye} {value:{look}}" for eye, value in told if value is not None)


def _safety(safety: SafetyAnswers) -> Iterator[tuple[str, str]]:
    yield _("Allergies"), _listed(safety.allergies)
    yield _("Medicines now"), _listed(safety.current_medicines)
    if safety.eye_surgery_last_3_months:
        yield _("Eye operation in the last 3 months"), _("Yes")


def _listed(given: tuple[str, ...] | None) -> str:
    return _("Not known") if given is None else ", ".join(given) or _("None")
