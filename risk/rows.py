"""From an assessed case to its rows. Called by the service, inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from risk.domain.bands import band_of
from risk.domain.disposition import Action, ActionKind, CaseDecision, Reason
from risk.domain.recall import recall_cause
from risk.domain.rules import RULES_VERSION
from risk.models import (
    AssessmentAction,
    AssessmentReason,
    LabelRisk,
    OpenQuestion,
    Recall,
    RiskAssessment,
    RiskContribution,
)
from risk.selectors import Case

if TYPE_CHECKING:
    from risk.domain.next_question import OpenQuestion as OpenQuestionValue
    from risk.fusion.explain import Explanation
    from risk.inference import FusedCase

CONTRIBUTIONS_KEPT = 5
SMALLEST_CONTRIBUTION = 0.01  # log-odds; below it nobody could tell a difference


@dataclass(frozen=True)
class Assessed:
    """A case, its fused risks and the decision."""

    case: Case
    fused: FusedCase
    decision: CaseDecision


def assessment_row(assessed: Assessed, *, now: datetime) -> RiskAssessment:
    """The unsaved assessment with its inputs and releases."""
    case, fused = assessed.case, assessed.fused
    return RiskAssessment(
        exam=case.outcome.exam,
        outcome=case.outcome,
        encounter=case.outcome.exam.encounter,
        risk_factors=case.factors_row,
        assessed_at=now,
        assessed_on=case.today,
        disposition=assessed.decision.disposition,
        urgency=assessed.decision.urgency,
        rules_version=RULES_VERSION,
        policy_version=case.policy.version,
        image_release=case.exam_result.release,
        fusion_release=fused.release.name,
        fusion_card_sha256=fused.release.card_sha256,
        previous_ungradable_exams=case.previous_ungradable_exams,
        release_held=case.release_held,
        read_at=case.read_at,
        inputs_sha256=fused.inputs_sha256,
        **fused.inputs,
    )


def risk_rows(assessment: RiskAssessment, assessed: Assessed) -> None:
    """Store the fused risk of each label with its strongest contributions."""
    rows = LabelRisk.objects.bulk_create(
        LabelRisk(
            assessment=assessment,
            label=one.label,
            image_score=one.image_score,
            image_risk=one.image_risk,
            fused_risk=one.fused_risk,
            risk_low=one.risk_low,
            risk_high=one.risk_high,
            band=band_of(one.label, one.fused_risk, assessed.case.policy.bands),
        )
        for one in assessed.fused.labels
    )
    contribution_rows(zip(rows, (one.explanation for one in assessed.fused.labels), strict=True))


def contribution_rows(explained: Iterable[tuple[LabelRisk, Explanation]]) -> None:
    """Store what says most of each risk."""
    RiskContribution.objects.bulk_create(
        RiskContribution(label_risk=row, rank=rank, name=part.name, log_odds=part.log_odds)
        for row, explanation in explained
        for rank, part in enumerate(explanation.contributions[:CONTRIBUTIONS_KEPT], start=1)
        if abs(part.log_odds) >= SMALLEST_CONTRIBUTION
    )


def question_rows(assessment: RiskAssessment, questions: Iterable[OpenQuestionValue]) -> None:
    """Store the unanswered questions worth asking."""
    OpenQuestion.objects.bulk_create(
        OpenQuestion(
            assessment=assessment,
            rank=rank,
            question=one.question,
            label=one.label,
            low=one.low,
            high=one.high,
            crosses=one.crosses,
        )
        for rank, one in enumerate(questions, start=1)
    )


def action_rows(assessment: RiskAssessment, assessed: Assessed) -> dict[ActionKind, AssessmentAction]:
    """Store the actions, each due from the clinic's date of the assessment."""
    rows = AssessmentAction.objects.bulk_create(
        action_row(assessment.pk, action, rank, due_by=_due_by(assessment, action))
        for rank, action in enumerate(assessed.decision.actions, start=1)
    )
    return {ActionKind(row.kind): row for row in rows}


def _due_by(assessment: RiskAssessment, action: Action) -> date | None:
    days = action.due_in_days
    return None if days is None else assessment.assessed_on + timedelta(days=days)


def action_row(assessment_id: int, action: Action, rank: int, *, due_by: date | None) -> AssessmentAction:
    """The unsaved row of one action; rank 1 comes first."""
    return AssessmentAction(
        assessment_id=assessment_id,
        rank=rank,
        kind=action.kind,
        urgency=action.urgency,
        due_by=due_by,
        indication=action.indication,
        labels=",".join(action.labels),
        red_flags=",".join(action.red_flags),
    )


def reason_rows(
    assessment: RiskAssessment, actions: dict[ActionKind, AssessmentAction], assessed: Assessed
) -> None:
    """Store the reasons of each action, then those of the case that belong to no action."""
    keys = {kind: row.pk for kind, row in actions.items()}
    AssessmentReason.objects.bulk_create(reasons_of(assessment.pk, keys, assessed.decision))


def reasons_of(
    assessment_id: int, actions: Mapping[ActionKind, int], decision: CaseDecision
) -> Iterator[AssessmentReason]:
    """The unsaved rows of a decision's reasons; `actions`: the keys of its stored actions."""
    for rank, (action, reason) in enumerate(decision.reasons_by_action(), start=1):
        yield AssessmentReason(
            assessment_id=assessment_id,
            action_id=actions[action.kind] if action else None,
            rank=rank,
            code=reason.code,
            parameters=parameters_of(reason),
        )


def recall_row(assessment: RiskAssessment, assessed: Assessed, *, now: datetime) -> Recall:
    """The unsaved entry of the recall register."""
    action = assessed.decision.action(ActionKind.RECALL)
    if action is None or action.due_in_days is None:
        raise ValueError("every decision carries a dated recall")
    return Recall(
        assessment=assessment,
        organization=assessment.encounter.organization,
        patient=assessment.encounter.patient,
        due_by=assessment.assessed_on + timedelta(days=action.due_in_days),
        cause=recall_cause(action),
        opened_at=now,
    )


def parameters_of(reason: Reason) -> str:
    return ";".join(f"{name}={value}" for name, value in reason.parameters)
