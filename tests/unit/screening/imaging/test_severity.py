"""A grade follows the outputs of the network; where it contradicts the finding, it is unknown."""

import numpy as np
import pytest

from screening.domain.findings import LABELS, Decision, Finding, Label
from screening.domain.severity import AmdStage, Severity
from screening.imaging.ensemble import sigmoid
from screening.imaging.severity import grade_severity, severity_scores
from screening.imaging.severity_fit import SeverityTargets, fit_severity, measure_severity
from screening.imaging.severity_heads import SeverityHead, severity_from_json
from screening.imaging.targets import SEVERITIES

HEADS = {
    target: SeverityHead(1.0, 0.0, threshold) for target, threshold in zip(SEVERITIES, [0.5] * 5, strict=True)
}
RNG = np.random.default_rng(3)
UNKNOWN = float("nan")


def graded(scores: list[float], *suspected: Label, decision: Decision = Decision.PRESENT) -> Severity:
    findings = [
        Finding(label, 0.5, 0.0, 0.5, decision if label in suspected else Decision.ABSENT) for label in LABELS
    ]
    return grade_severity(np.array(scores), HEADS, findings)


@pytest.mark.parametrize(
    ("scores", "grade"),
    [([0.9, 0.2, 0.1], 1), ([0.9, 0.8, 0.1], 2), ([0.9, 0.8, 0.5], 3), ([0.2, 0.2, 0.6], 3)],
)
@pytest.mark.parametrize("decision", [Decision.PRESENT, Decision.ABSTAIN])
def test_retinopathy_takes_the_highest_step_reached(
    scores: list[float], grade: int, decision: Decision
) -> None:
    assert graded([*scores, 0.0, 0.0], Label.DIABETES, decision=decision) == Severity(icdr=grade)


def test_an_eye_without_the_finding_and_without_a_step_has_none() -> None:
    assert graded([0.1] * 5).icdr == 0


def test_a_finding_without_a_step_and_a_step_without_a_finding_are_unknown() -> None:
    assert graded([0.1] * 5, Label.DIABETES).icdr is None
    assert graded([0.9, 0.1, 0.1, 0.0, 0.0]).icdr is None


@pytest.mark.parametrize(
    ("dry", "wet", "stage"),
    [(0.9, 0.1, AmdStage.DRY), (0.1, 0.9, AmdStage.WET), (0.9, 0.9, AmdStage.WET), (0.1, 0.1, None)],
)
def test_wet_outranks_dry_and_neither_is_unknown(dry: float, wet: float, stage: AmdStage | None) -> None:
    assert graded([0.0, 0.0, 0.0, dry, wet], Label.AMD).amd is stage


def test_no_form_is_told_of_a_disease_that_is_not_suspected() -> None:
    assert graded([0.0, 0.0, 0.0, 0.9, 0.9]).amd is None


def test_scores_are_the_mean_of_both_branches_through_each_heads_line() -> None:
    logits = RNG.normal(0, 1, (2, 3, len(LABELS) + len(SEVERITIES)))
    heads = {target: SeverityHead(2.0, 1.0, 0.5) for target in SEVERITIES}
    mean = sigmoid(logits[:, :, len(LABELS) :]).mean(axis=0)
    assert severity_scores(logits, heads) == pytest.approx(sigmoid(2.0 * np.log(mean / (1 - mean)) + 1.0))


@pytest.mark.parametrize(("slope", "threshold"), [(0.0, 0.5), (1.0, 1.5)])
def test_a_head_that_cannot_be_is_refused(slope: float, threshold: float) -> None:
    raw = {target: {"slope": slope, "intercept": 0.0, "threshold": threshold} for target in SEVERITIES}
    with pytest.raises(ValueError, match="severity"):
        severity_from_json(raw)


def test_a_fitted_head_reaches_its_sensitivity_unless_that_costs_too_much() -> None:
    answers = (RNG.random((2000, 5)) < 0.3).astype(float)
    log_odds = RNG.normal(0, 1, answers.shape) + answers * [6.0, 6.0, 6.0, 1.0, 1.0]
    answers[:100] = UNKNOWN
    heads = fit_severity(log_odds, answers, SeverityTargets(sensitivity=0.9, min_specificity=0.8))
    for column, target in enumerate(SEVERITIES):
        head = heads[target]
        yes = sigmoid(log_odds[:, column] * head.slope + head.intercept) >= head.threshold
        if column < 3:
            assert yes[answers[:, column] == 1].mean() == pytest.approx(0.9, abs=0.02)
        else:
            assert yes[answers[:, column] == 0].mean() == pytest.approx(0.2, abs=0.02)


# none, mild, moderate, severe, and one whose grade no doctor stated
ANSWERS = np.array(
    [[0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, UNKNOWN, UNKNOWN, 0, 0]]
)


def measured(*icdr: int | None) -> dict[str, object]:
    people = [str(eye) for eye in range(len(ANSWERS))]
    found = measure_severity([Severity(icdr=one) for one in icdr], ANSWERS, people, seed=1, resamples=20)
    return {name: value["value"] if isinstance(value, dict) else value for name, value in found.items()}


def test_grades_as_the_doctors_words_agree_wholly_and_the_unstated_is_left_out() -> None:
    found = measured(0, 1, 2, 3, 0)
    assert found["quadratic_kappa"] == 1.0 and found["eyes_by_grade"] == [1, 1, 1, 1]
    assert found["sensitivity_moderate"] == found["sensitivity_severe"] == 1.0


def test_an_eye_that_could_not_be_graded_counts_as_serious() -> None:
    found = measured(0, None, None, 0, 0)
    assert found["eyes_not_graded"] == 2
    assert found["sensitivity_moderate"] == 0.5 and found["specificity_moderate"] == 0.5
