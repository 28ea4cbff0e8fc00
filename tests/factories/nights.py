"""A night written as rows: one part, and one visit that it moved to another band."""

from records.models import Organization
from risk.models import (
    ChunkState,
    RescoreBandChange,
    RescoreChange,
    RescoreChunk,
    RescoreRun,
    RiskAssessment,
    RunState,
)
from tests.factories.records import NOW


def night(organization: Organization, assessment: RiskAssessment, *, overdue: bool = True) -> RescoreChange:
    """A finished run that replaced this current assessment because of another risk model."""
    run = RescoreRun.objects.create(
        organization=organization,
        started_at=NOW,
        finished_at=NOW,
        started_by="test",
        night=NOW.date(),
        today=NOW.date(),
        fusion_release=assessment.fusion_release,
        fusion_card_sha256=assessment.fusion_card_sha256,
        policy_version=0,
        rules_version=assessment.rules_version,
        state=RunState.DONE,
    )
    key = assessment.encounter_id
    chunk = RescoreChunk.objects.create(
        run=run,
        number=0,
        first=key,
        last=key,
        visits=1,
        fused=1,
        changed=1,
        state=ChunkState.DONE,
        done_at=NOW,
    )
    change = RescoreChange.objects.create(
        run=run,
        chunk=chunk,
        encounter_id=key,
        before=_before(assessment),
        after=assessment,
        cause="model",
        causes="model,age",
        band_changed=True,
        disposition_before="self-care",
        disposition_after=assessment.disposition,
        urgency_before="routine",
        urgency_after=assessment.urgency,
        recall_before=NOW.date(),
        recall_after=NOW.date(),
        overdue=overdue,
        referral_changed=True,
        medicine_changed=False,
        grading_changed=False,
        explained_at=NOW,
    )
    RescoreBandChange.objects.create(
        change=change, label="G", band_before="low", band_after="high", risk_before=0.03, risk_after=0.42
    )
    return change


def _before(assessment: RiskAssessment) -> RiskAssessment:
    before = RiskAssessment.objects.get(pk=assessment.pk)
    before.pk, before.superseded_at = None, NOW
    before._state.adding = True
    before.save()
    return before
