"""Deciding visits again, and telling what differs from the decision that is stored."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS, BandRow
from risk.domain.decide import decide_case
from risk.domain.disposition import Action, ActionKind, CaseDecision
from risk.domain.features import RiskFactors
from risk.domain.rescoring import due_dates
from risk.domain.rule_view import rule_view
from risk.models import AssessmentAction, AssessmentReason
from risk.night.basis import Basis
from risk.night.register import Register
from risk.night.rule_inputs import RuleInputs, exam_of_signs, rule_inputs
from risk.rows import parameters_of
from screening.domain.exam_result import ExamResult

ANY_DAY = date(2000, 1, 1)

Told = tuple[str, str, str, str]
Limits = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Stored:
    """A stored decision: what each action says by its kind, when it is due, and the reasons in their order."""

    told: Mapping[str, Told]
    due: Mapping[ActionKind, date | None]
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verdict:
    """A visit decided again. `same` as the stored decision, dates included; `changed`: the kinds of action that
    came, went or say something else.
    """

    decision: CaseDecision
    due: Mapping[ActionKind, date | None]
    same: bool
    changed: frozenset[str]


def verdicts_of(register: Register, bands: NDArray[np.int64], basis: Basis) -> list[Verdict]:
    """Decide these visits again; `bands` (n, 6) by their place among the bands."""
    keys = register.assessments.tolist()
    stored = stored_decisions(keys)
    limits = tuple(
        (row.raised_from, row.high_from) for row in map(basis.policy.bands.__getitem__, FUSED_LABELS)
    )
    return [
        verdict_of(_decide(one, tuple(band), limits), stored[key], visit=one.visit, today=basis.run.today)
        for one, band, key in zip(rule_inputs(register), bands.tolist(), keys, strict=True)
    ]


def _decide(one: RuleInputs, bands: tuple[int, ...], limits: Limits) -> CaseDecision:
    view = rule_view(one.factors)
    # Only an appointment is measured against the date: that of the visit, whose decision is made again.
    booked = view.under_eye_care and view.next_eye_appointment is not None
    rest = (view, bands, limits, one.visit if booked else ANY_DAY, one.previous_ungradable_exams)
    return _of_signs(one.signs, *rest) if one.signs else _of_exam(one.exam, *rest)


@lru_cache(maxsize=20_000)
def _of_signs(signs: str, *rest: object) -> CaseDecision:
    return _of_exam(exam_of_signs(signs), *rest)


def _of_exam(
    exam: ExamResult, factors: RiskFactors, bands: tuple[int, ...], limits: Limits, today: date, previous: int
) -> CaseDecision:
    rows = dict(zip(FUSED_LABELS, (BandRow(*limit) for limit in limits), strict=True))
    # Any risk of a band stands for all: the rules ask for the band alone.
    risks = {
        label: (0.0, row.raised_from, row.high_from)[band]
        for (label, row), band in zip(rows.items(), bands, strict=True)
    }
    return decide_case(exam, factors, risks, today=today, previous_ungradable_exams=previous, bands_from=rows)


def verdict_of(decision: CaseDecision, stored: Stored, *, visit: date, today: date) -> Verdict:
    """Compare a decision with the stored one."""
    told = {action.kind.value: _told(action) for action in decision.actions}
    due = due_dates(decision.actions, stored.due, visit=visit, today=today)
    changed = {kind for kind in told.keys() | stored.told.keys() if told.get(kind) != stored.told.get(kind)}
    reasons = tuple((reason.code, parameters_of(reason)) for _, reason in decision.reasons_by_action())
    same = not changed and due == stored.due and reasons == stored.reasons
    return Verdict(decision, due, same, frozenset(changed))


def _told(action: Action) -> Told:
    return action.urgency.value, action.indication, ",".join(action.labels), ",".join(action.red_flags)


def stored_decisions(assessments: Sequence[int]) -> dict[int, Stored]:
    """The stored decisions of these assessments."""
    told: dict[int, dict[str, Told]] = defaultdict(dict)
    due: dict[int, dict[ActionKind, date | None]] = defaultdict(dict)
    actions = AssessmentAction.objects.filter(assessment__in=assessments).order_by("assessment", "rank")
    columns = ("assessment_id", "kind", "due_by", "urgency", "indication", "labels", "red_flags")
    for key, kind, due_by, *words in actions.values_list(*columns):
        told[key][kind] = tuple(words)
        due[key][ActionKind(kind)] = due_by
    reasons: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = AssessmentReason.objects.filter(assessment__in=assessments).order_by("assessment", "rank")
    for key, code, parameters in rows.values_list("assessment_id", "code", "parameters"):
        reasons[key].append((code, parameters))
    return {key: Stored(told[key], due[key], tuple(reasons[key])) for key in assessments}
