"""What a referral rests on: the diseases that its assessment names, and the eyes that show them."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from config.fhir.loading_past import pasts
from config.fhir.mapping.referrals import Why
from config.fhir.visit_past import seen_by
from referrals.models import Referral
from referrals.selectors import findings_of
from risk.domain.disposition import ActionKind
from risk.domain.referral_need import UNGRADABLE_AGAIN
from risk.models import AssessmentAction
from screening.domain.exam_result import EyeResult
from screening.domain.findings import Decision, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability


def why_referred(rows: Sequence[Referral]) -> list[Why]:
    """Of each row of `loading_referred.referrals`, in as many queries for many as for one.

    A hospital that is not to treat the person, or no longer, is not told what was found. The eyes are those that the
    assessment knew, so that an order stays what was sent; a disease that the answers alone make likely is in none.
    """
    prefetch_related_objects(rows, "assessment__actions__reasons", "assessment__encounter")
    told = [row.assessment for row in rows if row.in_care]
    seen = {one.pk: seen_by(past, one) for one, past in zip(told, pasts(told), strict=True)}
    return [_why(row, seen.get(row.assessment_id, ())) for row in rows]


def _why(row: Referral, seen: tuple[EyeResult, ...]) -> Why:
    actions = [one for one in row.assessment.actions.all() if one.kind == ActionKind.REFERRAL]
    if not row.in_care or not actions:
        return Why()
    labels, _ = findings_of(actions[0])
    return Why(labels, _eyes(actions[0], labels, seen))


def _eyes(
    action: AssessmentAction, labels: Sequence[Label], seen: Sequence[EyeResult]
) -> tuple[Laterality, ...]:
    unjudged = UNGRADABLE_AGAIN in {reason.code for reason in action.reasons.all()}
    return tuple(
        eye.laterality
        for eye in seen
        if any(eye.decision(label) is Decision.PRESENT for label in labels)
        or (unjudged and eye.gradability is Gradability.UNGRADABLE)
    )
