from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.diagnosis import NONE, PRESENT, SEVERITIES
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality
from screening.domain.truth import (
    KEYWORDS,
    State,
    Truth,
    eye_states,
    keyword_of,
    known_of,
    person_states,
    speaks_of,
)
from screening.imaging.targets import TARGETS, SeverityTarget, targets_of

DAY = date(2026, 11, 27)
known_in_part = st.dictionaries(st.sampled_from(DISEASES), st.sampled_from((NONE, PRESENT)))


def known(stages: dict[Label, str], source: str = "read") -> dict[Label, Truth]:
    return {label: Truth(1, Laterality.RIGHT, label, stage, source) for label, stage in stages.items()}


def states(**told: State) -> dict[Label, State]:
    """Of one eye: diseases as told, the others looked for and not there."""
    return eye_states(known({Label(name): NONE for name in DISEASES})) | {
        Label(name): state for name, state in told.items()
    }


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


@given(read=known_in_part, confirmed=known_in_part)
def test_what_a_clinician_confirmed_goes_before_what_people_read(
    read: dict[Label, str], confirmed: dict[Label, str]
) -> None:
    both = known_of(known(read), known(confirmed, "hospital"))
    assert {label: truth.severity for label, truth in both.items()} == read | confirmed
    assert {label for label, truth in both.items() if truth.source == "hospital"} == set(confirmed)


@given(told=known_in_part)
def test_a_disease_that_nobody_told_is_neither_there_nor_absent(told: dict[Label, str]) -> None:
    of_eye = eye_states(known(told))
    assert {label for label in DISEASES if of_eye[label] is not None} == set(told)
    assert all(of_eye[label] is (stage == PRESENT) for label, stage in told.items())


@given(told=known_in_part)
def test_an_eye_is_normal_only_when_every_disease_was_looked_for_and_none_is_there(
    told: dict[Label, str],
) -> None:
    expected = False if PRESENT in told.values() else True if len(told) == len(DISEASES) else None
    assert eye_states(known(told))[Label.NORMAL] is expected


@pytest.mark.parametrize(
    ("right", "left", "person", "normal"),
    [
        (True, None, True, False),
        (True, False, True, False),
        (None, False, None, None),
        (False, False, False, True),
    ],
)
def test_a_person_has_what_one_eye_has_and_lacks_what_no_eye_leaves_open(
    right: State, left: State, person: State, normal: State
) -> None:
    joined = person_states([states(G=right), states(G=left)])
    assert (joined[Label.GLAUCOMA], joined[Label.CATARACT], joined[Label.NORMAL]) == (person, False, normal)
