"""What a case that was assessed one by one changed, as the same rows that a run writes in bulk."""

from risk.domain.disposition import ActionKind
from risk.domain.rescoring import Cause
from risk.models import (
    AssessmentAction,
    LabelRisk,
    Recall,
    RecallState,
    RescoreBandChange,
    RescoreChange,
    RescoreChunk,
    RiskAssessment,
)


def change_record(chunk: RescoreChunk, before: RiskAssessment, after: RiskAssessment) -> None:
    """Store the change. The assessment was announced when it was stored, so nothing of it is announced again."""
    old, new = _risks(before), _risks(after)
    moved = [label for label in new if label in old and new[label].band != old[label].band]
    was, now = _recall(before, chunk), _recall(after, chunk)
    change = RescoreChange.objects.create(
        run=chunk.run,
        chunk=chunk,
        encounter_id=after.encounter_id,
        before=before,
        after=after,
        cause=Cause.INPUTS,
        causes=Cause.INPUTS,
        band_changed=bool(moved),
        disposition_before=before.disposition,
        disposition_after=after.disposition,
        urgency_before=before.urgency,
        urgency_after=after.urgency,
        recall_before=was.due_by if was else None,
        recall_after=now.due_by if now else None,
        overdue=_late(now, chunk) and not _late(was, chunk),
        referral_changed=_kind(before, ActionKind.REFERRAL) != _kind(after, ActionKind.REFERRAL),
        medicine_changed=_kind(before, ActionKind.MEDICINE) != _kind(after, ActionKind.MEDICINE),
        grading_changed=_kind(before, ActionKind.GRADING) != _kind(after, ActionKind.GRADING),
        explained_at=after.assessed_at,
    )
    RescoreBandChange.objects.bulk_create(
        RescoreBandChange(
            change=change,
            label=label,
            band_before=old[label].band,
            band_after=new[label].band,
            risk_before=old[label].fused_risk,
            risk_after=new[label].fused_risk,
        )
        for label in moved
    )


def _risks(assessment: RiskAssessment) -> dict[str, LabelRisk]:
    return {one.label: one for one in LabelRisk.objects.filter(assessment=assessment).order_by("label")}


def _recall(assessment: RiskAssessment, chunk: RescoreChunk) -> Recall | None:
    """The recall that stood before the run began, or stands now."""
    found = Recall.objects.filter(assessment=assessment).first()
    if found is None or found.state == RecallState.OPEN:
        return found
    return found if found.closed_at is not None and found.closed_at >= chunk.run.started_at else None


def _late(recall: Recall | None, chunk: RescoreChunk) -> bool:
    return recall is not None and recall.due_by < chunk.run.today


def _kind(assessment: RiskAssessment, kind: ActionKind) -> tuple[str, ...] | None:
    columns = ("urgency", "indication", "labels", "red_flags")
    return AssessmentAction.objects.filter(assessment=assessment, kind=kind).values_list(*columns).first()
