"""What a referral rests on: the diseases that its assessment names, and the eyes that show them."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from config.fhir.mapping.referrals import Why
from referrals.models import Referral
from referrals.selectors import findings_of
from risk.domain.disposition import ActionKind
from risk.models import AssessmentAction
from screening import selectors
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Decision, Label
from screening.domain.laterality import Laterality

# A second visit in which an eye could not be judged (docs/CLINICAL_RULES.md).
UNJUDGED_AGAIN = "RI-02"


def why_referred(rows: Sequence[Referral]) -> list[Why]:
    """Of each row of `loading_referred.referrals`, in as many queries for many as for one.

    A hospital that is not to treat the person, or no longer, is not told what was found. The eyes are those of the
    result in force; a disease that the answers alone make likely is in none.
    """
    prefetch_related_objects(rows, "assessment__actions__reasons")
    results = selectors.visit_results([row.encounter_id for row in rows if row.in_care])
    return [_why(row, results.get(row.encounter_id)) for row in rows]


def _why(row: Referral, result: ExamResult | None) -> Why:
    actions = [one for one in row.assessment.actions.all() if one.kind == ActionKind.REFERRAL]
    if not row.in_care or not actions:
        return Why()
    labels, _ = findings_of(actions[0])
    return Why(labels, () if result is None else _eyes(actions[0], labels, result))


def _eyes(action: AssessmentAction, labels: Sequence[Label], result: ExamResult) -> tuple[Laterality, ...]:
    unjudged = UNJUDGED_AGAIN in {reason.code for reason in action.reasons.all()}
    return tuple(
        eye.laterality
        for eye in result.eyes
        if any(eye.decision(label) is Decision.PRESENT for label in labels)
        or (unjudged and eye in result.ungradable_eyes)
    )
