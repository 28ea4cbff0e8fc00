"""What the rules read of many visits at once: the decisions in the photographs and the answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
from django.db import connection

from risk.domain.features import Diabetes, IopMethod, Measurements, RiskFactors, Sex, Symptoms
from risk.models import RiskAssessment
from risk.models import RiskFactors as RiskFactorsRow
from risk.night.queries import SIGNS
from risk.night.register import Register
from risk.selectors import SYMPTOM_COLUMNS
from screening import selectors as screening_selectors
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability

DECISIONS = {"p": Decision.PRESENT, "a": Decision.ABSENT, "u": Decision.ABSTAIN}
ANSWERS = (
    "diabetes",
    "systolic_mmhg",
    "diastolic_mmhg",
    "pregnant",
    "under_eye_care",
    "next_eye_appointment",
    "iop_right_mmhg",
    "iop_left_mmhg",
    "iop_method",
)


@dataclass(frozen=True)
class RuleInputs:
    """Of one visit. `signs` names the same photographs' decisions for many visits; empty where a person read them
    or there are several exams.
    """

    exam: ExamResult
    signs: str
    factors: RiskFactors
    previous_ungradable_exams: int
    visit: date


def rule_inputs(register: Register) -> list[RuleInputs]:
    """What the rules read of each of these visits, aged to the run's date."""
    encounters = register.encounters.tolist()
    signs, answers = _signs(encounters), _answers(encounters)
    before = dict(
        RiskAssessment.objects.filter(pk__in=register.assessments.tolist()).values_list(
            "encounter_id", "previous_ungradable_exams"
        )
    )
    visits = zip(encounters, register.ages, register.visit_dates(), strict=True)
    return [
        RuleInputs(
            exam=exam_of_signs(signs[key]) if key in signs else _visit_result(key),
            signs=signs.get(key, ""),
            factors=replace(answers.get(key, RiskFactors()), age_years=None if np.isnan(age) else int(age)),
            previous_ungradable_exams=before[key],
            visit=visit,
        )
        for key, age, visit in visits
    ]


def _signs(encounters: Sequence[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(SIGNS, {"encounters": encounters})
        # Without an eye there is nothing to name, and few such visits.
        return {key: signs for key, signs in cursor.fetchall() if signs}


def _answers(encounters: Iterable[int]) -> Mapping[int, RiskFactors]:
    rows = RiskFactorsRow.objects.filter(encounter__in=encounters, superseded_at=None)
    found = rows.values_list("encounter_id", *ANSWERS, *SYMPTOM_COLUMNS)
    return {row[0]: _factors(row[1 : len(ANSWERS) + 1], row[len(ANSWERS) + 1 :]) for row in found}


def _factors(answers: Sequence[object], symptoms: Sequence[bool | None]) -> RiskFactors:
    known = dict(zip(ANSWERS, answers, strict=True))
    right, left, method = (known.pop(name) for name in ("iop_right_mmhg", "iop_left_mmhg", "iop_method"))
    measured = Measurements(iop_right_mmhg=right, iop_left_mmhg=left, iop_method=IopMethod(method))
    known["diabetes"] = Diabetes(known["diabetes"])
    return RiskFactors(sex=Sex.UNKNOWN, symptoms=Symptoms(*symptoms), measurements=measured, **known)


def _visit_result(encounter: int) -> ExamResult:
    found = screening_selectors.visit_result(encounter)
    if found is None:
        raise ValueError("an assessed visit has a result")
    return found


@lru_cache(maxsize=4096)
def exam_of_signs(signs: str) -> ExamResult:
    """The photographs' decisions as the value that rules read, without scores: no rule reads one."""
    return ExamResult(tuple(_eye(*one.split(":")) for one in signs.split("|")), "")


def _eye(side: str, gradability: str, decisions: str) -> EyeResult:
    pairs = zip(decisions[::2], decisions[1::2], strict=True)
    findings = tuple(Finding(Label(label), None, None, None, DECISIONS[code]) for label, code in pairs)
    return EyeResult(Laterality(side), Gradability(gradability), (), findings)
