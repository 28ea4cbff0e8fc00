"""What the rules read of many visits, as numbers: visits whose numbers are the same are decided the same."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
from django.db import connection

from risk.domain.features import Diabetes, IopMethod, Measurements, RiskFactors, Sex, Symptoms
from risk.domain.rule_view import AGES, rule_view
from risk.fusion.frame import Floats
from risk.night.copying import keys_as_text
from risk.night.register import Keys, Register
from risk.night.rule_queries import ANSWERED, ANSWERS, SIGNS
from screening import selectors as screening_selectors
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability

DECISIONS = {"p": Decision.PRESENT, "a": Decision.ABSENT, "u": Decision.ABSTAIN}
Value = TypeVar("Value", bound=Hashable)


class Numbered(Generic[Value]):
    """Different values, in order of appearance, and the number of each."""

    def __init__(self) -> None:
        self._numbers: dict[Value, int] = {}

    def number(self, value: Value) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Value]:
        return list(self._numbers)


@dataclass(frozen=True)
class RuleInputs:
    """Of n visits: which of `exams` and of `factors` is theirs, the class of their age (ages_of), and the day from
    which the decision counts where an appointment is measured against it, else 0.
    """

    exams: Sequence[ExamResult]
    factors: Sequence[RiskFactors]
    exam: Keys
    answers: Keys
    age: Keys
    day: Keys


def rule_inputs(register: Register) -> RuleInputs:
    """What the rules read of each of these visits, aged to the run's date."""
    exams, exam = _exams(register.encounters)
    factors, answers = _answers(register.encounters)
    booked = np.array(
        [view.under_eye_care is True and view.next_eye_appointment is not None for view in factors]
    )
    day = np.where(booked[answers], register.rows["visit_day"], 0)
    return RuleInputs(exams, factors, exam, answers, ages_of(register.ages), day)


def ages_of(ages: Floats) -> Keys:
    """The class of each age as the rules see it: its place among AGES, -1 for unknown."""
    return np.where(np.isnan(ages), -1, np.digitize(ages, AGES) - 1)


def _exams(encounters: Keys) -> tuple[Sequence[ExamResult], Keys]:
    """Visits of which one result stands that nobody read share their signs; the others are read one by one."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNS, {"encounters": keys_as_text(encounters)})
        signs = dict(cursor.fetchall())
    known = Numbered[ExamResult]()
    numbers = {told: known.number(exam_of_signs(told)) for told in set(signs.values()) if told}
    # Without an eye there is nothing to name, and few such visits.
    places = [numbers.get(signs.get(key, "")) for key in encounters.tolist()]
    found = [
        known.number(_visit_result(key)) if place is None else place
        for key, place in zip(encounters.tolist(), places, strict=True)
    ]
    return known.values(), np.array(found, np.int64)


def _visit_result(encounter: int) -> ExamResult:
    found = screening_selectors.visit_result(encounter)
    if found is None:
        raise ValueError("an assessed visit has a result")
    return found


def _answers(encounters: Keys) -> tuple[Sequence[RiskFactors], Keys]:
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, {"encounters": keys_as_text(encounters)})
        rows = cursor.fetchall()
    known = Numbered[RiskFactors]()
    unanswered = known.number(rule_view(RiskFactors()))
    told = dict.fromkeys(encounters.tolist(), unanswered)
    numbers: dict[Sequence[object], int] = {}
    for encounter, *row in rows:
        answers = tuple(row)
        if answers not in numbers:
            numbers[answers] = known.number(rule_view(_factors(answers)))
        told[encounter] = numbers[answers]
    return known.values(), np.fromiter(told.values(), np.int64, len(told))


def _factors(row: Sequence[object]) -> RiskFactors:
    answers, symptoms = row[: len(ANSWERS)], row[len(ANSWERS) :]
    known = dict(zip(ANSWERS, answers, strict=True))
    right, left, method = (known.pop(name) for name in ("iop_right_mmhg", "iop_left_mmhg", "iop_method"))
    measured = Measurements(iop_right_mmhg=right, iop_left_mmhg=left, iop_method=IopMethod(method))
    known |= {"sex": Sex(known["sex"]), "diabetes": Diabetes(known["diabetes"])}
    return RiskFactors(symptoms=Symptoms(*symptoms), measurements=measured, **known)


def of_age(factors: RiskFactors, age: int) -> RiskFactors:
    """The answers with the age of a class."""
    return replace(factors, age_years=None if age < 0 else AGES[age])


@lru_cache(maxsize=4096)
def exam_of_signs(signs: str) -> ExamResult:
    """The photographs' decisions as the value that rules read, without scores: no rule reads one."""
    return ExamResult(tuple(_eye(*one.split(":")) for one in signs.split("|")), "")


def _eye(side: str, gradability: str, decisions: str) -> EyeResult:
    pairs = zip(decisions[::2], decisions[1::2], strict=True)
    findings = tuple(Finding(Label(label), None, None, None, DECISIONS[code]) for label, code in pairs)
    return EyeResult(Laterality(side), Gradability(gradability), (), findings)
