"""One table holds every feature: what the frame reads, what is refused, and how others name it."""

from collections import Counter
from dataclasses import fields

import pytest

from risk.domain.feature_table import FEATURES, Feature
from risk.domain.features import Measurements, RiskFactors
from risk.domain.plausibility import PLAUSIBLE
from risk.fusion.frame import COLUMN_NAMES
from risk.fusion.missing import MISSING

KNOWN = {field.name for field in (*fields(RiskFactors), *fields(Measurements))}


@pytest.mark.parametrize("feature", FEATURES, ids=lambda one: one.name)
def test_every_feature_has_unit_range_code_or_why_none_and_source(feature: Feature) -> None:
    assert feature.name in KNOWN
    assert feature.unit
    assert (feature.low is None) == (feature.high is None)
    assert feature.low is None or feature.low < feature.high
    assert feature.code.startswith(("LOINC ", "ICD-10 ", "FHIR ", "none: "))
    assert feature.source.startswith("facts 1.5")
    assert feature.evidence in ("V", "R", "K")
    assert 0 <= feature.missing < 1


def test_every_column_of_the_frame_is_read_from_a_feature_of_the_table() -> None:
    assert set(COLUMN_NAMES) == {column for feature in FEATURES for column in feature.columns}


def test_every_number_of_the_table_has_the_range_that_is_checked() -> None:
    assert {one.name for one in FEATURES if one.low is not None} == set(PLAUSIBLE)


def test_a_simulated_answer_goes_missing_in_one_question_or_two() -> None:
    asked = Counter(name for names in MISSING for name in names)
    assert set(asked) == set(COLUMN_NAMES) - {"age_years", "female"}
