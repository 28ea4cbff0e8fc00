"""Exam results and risk factors that the tests of this folder build their cases from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from risk.domain.decide import decide_case
from risk.domain.disposition import CaseDecision
from risk.domain.features import Diabetes, RiskFactors, Sex, Symptoms
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability

TODAY = date(2026, 11, 23)
LOGIT = {Decision.PRESENT: 2.0, Decision.ABSTAIN: -0.2, Decision.ABSENT: -3.0}
SCORE = {Decision.PRESENT: 0.88, Decision.ABSTAIN: 0.45, Decision.ABSENT: 0.05}
NO_SYMPTOMS = Symptoms(**dict.fromkeys(Symptoms.__dataclass_fields__, False))
HEALTHY = RiskFactors(
    age_years=55,
    sex=Sex.FEMALE,
    diabetes=Diabetes.NONE,
    systolic_mmhg=125,
    diastolic_mmhg=80,
    pregnant=False,
    symptoms=NO_SYMPTOMS,
)


def eye(
    laterality: Laterality = Laterality.RIGHT, present: Iterable[Label] = (), unsure: Iterable[Label] = ()
) -> EyeResult:
    decisions = dict.fromkeys(LABELS, Decision.ABSENT)
    decisions |= dict.fromkeys(unsure, Decision.ABSTAIN) | dict.fromkeys(present, Decision.PRESENT)
    findings = tuple(Finding(label, SCORE[d], LOGIT[d], 0.5, d) for label, d in decisions.items())
    return EyeResult(laterality, Gradability.GRADABLE, (), findings)


def ungradable_eye(laterality: Laterality = Laterality.RIGHT) -> EyeResult:
    return EyeResult(laterality, Gradability.UNGRADABLE, (), ())


def exam(*present: Label, unsure: Iterable[Label] = ()) -> ExamResult:
    return ExamResult((eye(present=present, unsure=unsure), eye(Laterality.LEFT)), "test-release")


def exam_of(*eyes: EyeResult) -> ExamResult:
    return ExamResult(eyes, "test-release")


def told(**symptoms: bool | None) -> RiskFactors:
    return replace(HEALTHY, symptoms=replace(NO_SYMPTOMS, **symptoms))


def decide(result: ExamResult, factors: RiskFactors = HEALTHY, **arguments: Any) -> CaseDecision:
    arguments = {"fused": {}, "today": TODAY, "previous_ungradable_exams": 0} | arguments
    return decide_case(result, factors, **arguments)
