from datetime import date, timedelta

import pytest

from screening.domain.diagnosis import SEVERITIES
from screening.domain.findings import Label
from screening.domain.truth import KEYWORDS, keyword_of, speaks_of
from screening.imaging.targets import TARGETS, SeverityTarget, targets_of

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(("days", "speaks"), [(-1, False), (0, True), (182, True), (183, False)])
def test_a_diagnosis_is_the_truth_of_photographs_of_half_a_year_before_it(days: int, speaks: bool) -> None:
    assert speaks_of(DAY, DAY - timedelta(days=days)) is speaks


def test_every_stage_has_the_word_that_training_learns_it_by() -> None:
    labels = (0, 1, 0, 0, 0, 0, 0, 0)
    learned = {
        stage: dict(zip(TARGETS, targets_of(labels, {keyword_of(Label.DIABETES, stage)}), strict=True))
        for stage in SEVERITIES[Label.DIABETES]
        if stage != "none"
    }
    assert learned["mild"][SeverityTarget.DR_MODERATE] == 0
    assert learned["moderate"][SeverityTarget.DR_MODERATE] == 1
    assert learned["proliferative"][SeverityTarget.DR_SEVERE] == 1
    assert learned["present"][SeverityTarget.DR_MILD] == 1
    assert learned["present"][SeverityTarget.DR_MODERATE] != learned["present"][SeverityTarget.DR_MODERATE]
    assert set(KEYWORDS[Label.AMD]) == set(SEVERITIES[Label.AMD]) - {"none", "present"}
