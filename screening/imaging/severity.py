"""From a release's severity outputs to a grade of one eye. Unknown is a grade too: the rules take it as serious."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Decision, Finding, Label
from screening.domain.severity import AmdStage, Severity
from screening.imaging.arrays import Doubles
from screening.imaging.ensemble import ensemble_log_odds, sigmoid
from screening.imaging.severity_heads import SeverityHeads
from screening.imaging.targets import RETINOPATHY_STEPS, SEVERITIES, SeverityTarget

_SUSPECTED = (Decision.ABSTAIN, Decision.PRESENT)


def severity_scores(branch_logits: np.ndarray[Any, Any], heads: SeverityHeads) -> Doubles:
    """Calibrated probabilities (n, 5) from branch logits (2, n, 13 or more), in the order of SEVERITIES."""
    outputs = slice(len(LABELS), len(LABELS) + len(SEVERITIES))
    slope = np.array([heads[target].slope for target in SEVERITIES])
    intercept = np.array([heads[target].intercept for target in SEVERITIES])
    return sigmoid(ensemble_log_odds(branch_logits[:, :, outputs]) * slope + intercept)


def grade_severity(scores: Doubles, heads: SeverityHeads, findings: Sequence[Finding]) -> Severity:
    """The severity of one eye from its scores (5,).

    Retinopathy takes the highest step whose score reaches its threshold; severe and proliferative are one step
    and given as 3. Where the finding and the grade contradict each other, the grade is unknown. Wet outranks
    dry. A form of macular degeneration is told only where the disease is suspected.
    """
    yes = {target: score >= heads[target].threshold for target, score in zip(SEVERITIES, scores, strict=True)}
    suspected = {finding.label for finding in findings if finding.decision in _SUSPECTED}
    return Severity(
        icdr=_step(yes, suspected=Label.DIABETES in suspected),
        amd=_form(yes) if Label.AMD in suspected else None,
    )


def _step(yes: Mapping[SeverityTarget, bool], *, suspected: bool) -> int | None:
    step = max((step for step, target in enumerate(RETINOPATHY_STEPS, start=1) if yes[target]), default=0)
    return step if suspected == (step > 0) else None


def _form(yes: Mapping[SeverityTarget, bool]) -> AmdStage | None:
    if yes[SeverityTarget.AMD_WET]:
        return AmdStage.WET
    return AmdStage.DRY if yes[SeverityTarget.AMD_DRY] else None
