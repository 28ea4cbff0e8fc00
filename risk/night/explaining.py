"""Why the risks of changed visits are what they are: found after the night's parts, for it takes far longer a visit."""

import logging
from datetime import datetime

import numpy as np
from django.conf import settings
from django.db import transaction

from risk.domain.bands import FUSED_LABELS
from risk.domain.next_question import OpenQuestion, worth_asking
from risk.errors import FusionReleaseInvalid, RiskError
from risk.fusion.explain import Explanation, explain
from risk.fusion.frame import COLUMN_NAMES, Frame
from risk.fusion.open_questions import open_questions
from risk.inference import fusion_release
from risk.models import LabelRisk, RescoreChange, RescoreRun, RiskAssessment
from risk.night.queries import LOGITS
from risk.rows import contribution_rows, question_rows
from risk.selectors import policy_by_version

logger = logging.getLogger(__name__)

CHANGES_A_PASS = 200
NUM_THREADS = 1

Explained = tuple[dict[str, Explanation], tuple[OpenQuestion, ...]]


def changes_explain(*, now: datetime, run: RescoreRun | None = None, limit: int = CHANGES_A_PASS) -> int:
    """Explain some changed visits that are not explained yet, the oldest first; returns how many were found.

    No transaction is open while a model runs; done twice at once, one of both is kept.
    """
    waiting = RescoreChange.objects.filter(explained_at=None).select_related("after", "run").order_by("pk")
    found = list((waiting.filter(run=run) if run else waiting)[:limit])
    for change in found:
        _store(change, _explained_if_possible(change), now=now)
    return len(found)


def _explained_if_possible(change: RescoreChange) -> Explained | None:
    """None where the assessment is history by now, or its release is no longer here: nobody else waits for it."""
    if change.after.superseded_at is not None:
        return None
    try:
        return _explained(change)
    except RiskError:
        logger.exception("change %d cannot be explained", change.pk)
        return None


def _explained(change: RescoreChange) -> Explained:
    """From the stored inputs alone, so that it is the same whenever it is found."""
    after = change.after
    release = fusion_release(settings.FUSION_RELEASES_DIR / after.fusion_release)
    if release.card_sha256 != after.fusion_card_sha256:
        raise FusionReleaseInvalid(f"{release.name} is another one than the visit was assessed with")
    frame, logits = Frame(COLUMN_NAMES, _values(after, COLUMN_NAMES)), _values(after, LOGITS)
    policy = policy_by_version(after.policy_version, organization_id=change.run.organization_id)
    reasons = {
        label.value: explain(release.fusions[label], frame, _or_none(logit), num_threads=NUM_THREADS)
        for label, logit in zip(FUSED_LABELS, logits[0], strict=True)
    }
    questions = open_questions(release.fusions, frame, logits, policy.bands, num_threads=NUM_THREADS)
    return reasons, worth_asking(questions)


def _values(assessment: RiskAssessment, names: tuple[str, ...]) -> np.ndarray:
    known = (getattr(assessment, name) for name in names)
    return np.array([[np.nan if value is None else value for value in known]])


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@transaction.atomic
def _store(change: RescoreChange, explained: Explained | None, *, now: datetime) -> None:
    if not RescoreChange.objects.filter(pk=change.pk, explained_at=None).update(explained_at=now):
        return
    if explained is None:
        return
    reasons, questions = explained
    risks = LabelRisk.objects.filter(assessment=change.after).order_by("label")
    contribution_rows((row, reasons[row.label]) for row in risks)
    question_rows(change.after, questions)
