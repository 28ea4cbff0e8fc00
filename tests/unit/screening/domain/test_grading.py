"""Which visits people read, what counts when they differ, and what a person's read makes of an eye."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.exam_result import ExamResult, EyeResult, merge_photographs
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.grading import (
    SECOND_READ_SHARE,
    Cause,
    Position,
    Sees,
    Stage,
    grading_cause,
    next_stage,
    reading_in_force,
    second_read_drawn,
    sees,
)
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.domain.reading import (
    EyeReading,
    Reading,
    differences,
    eye_as_read,
    more_serious,
    overridden,
    problems_of,
)
from screening.domain.severity import AmdStage, Severity
from tests.unit.risk.cases import exam_of, eye, ungradable_eye

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
CLEAR = (EyeReading(RIGHT), EyeReading(LEFT))
DIABETIC = (EyeReading(RIGHT, present=frozenset({Label.DIABETES})), EyeReading(LEFT))
BLURRED = EyeReading(RIGHT, ungradable=QualityReason.BLURRED)

SEVERITIES = st.builds(
    Severity,
    icdr=st.sampled_from([None, 1, 2, 3, 4]),
    macular_oedema=st.sampled_from([None, True, False]),
    amd=st.sampled_from([None, *AmdStage]),
)


def readings(laterality: Laterality) -> st.SearchStrategy[EyeReading]:
    judged = st.builds(
        EyeReading,
        st.just(laterality),
        present=st.frozensets(st.sampled_from(DISEASES)),
        severity=SEVERITIES,
    )
    return judged | st.builds(EyeReading, st.just(laterality), ungradable=st.sampled_from(QualityReason))


READINGS = st.tuples(readings(RIGHT), readings(LEFT))


@pytest.mark.parametrize(
    ("result", "red_flag", "cause"),
    [
        (exam_of(eye(), eye(LEFT)), False, None),
        (exam_of(eye(unsure=[Label.GLAUCOMA]), eye(LEFT)), False, Cause.ABSTAINED),
        (exam_of(eye(present=[Label.GLAUCOMA]), eye(LEFT, unsure=[Label.GLAUCOMA])), False, None),
        (exam_of(ungradable_eye(), eye(LEFT, unsure=[Label.AMD])), False, Cause.UNGRADABLE),
        (exam_of(ungradable_eye(), eye(LEFT)), True, Cause.RED_FLAG),
    ],
)
def test_the_most_pressing_cause_brings_a_visit_to_a_reader(
    result: ExamResult, red_flag: bool, cause: Cause | None
) -> None:
    assert grading_cause(result, red_flag=red_flag) is cause


def test_a_visit_that_a_person_has_read_needs_no_reader_again() -> None:
    read = exam_of(eye_as_read(ungradable_eye(), BLURRED), eye_as_read(eye(LEFT), EyeReading(LEFT)))
    assert grading_cause(read, red_flag=True) is None


def test_one_first_read_in_ten_gets_a_second_reader_and_the_draw_cannot_be_chosen() -> None:
    drawn = [second_read_drawn(UUID(int=number), "salt") for number in range(5000)]
    assert abs(sum(drawn) / len(drawn) - SECOND_READ_SHARE) < 0.02
    case = uuid4()
    assert second_read_drawn(case, "salt") is second_read_drawn(case, "salt")
    assert any(second_read_drawn(UUID(int=n), "other") is not drawn[n] for n in range(100))


def test_the_second_reader_and_a_quality_case_see_the_photographs_only() -> None:
    blinded = Sees(machine=False, earlier_reads=False)
    assert {place: sees(place, quality=False) for place in Position} == {
        Position.FIRST: Sees(machine=True, earlier_reads=False),
        Position.SECOND: blinded,
        Position.ARBITER: Sees(machine=True, earlier_reads=True),
    }
    assert {sees(place, quality=True) for place in Position} == {blinded}


@pytest.mark.parametrize(
    ("reads", "second_wanted", "stage"),
    [
        ({}, True, Stage.FIRST),
        ({Position.FIRST: CLEAR}, False, Stage.DONE),
        ({Position.FIRST: CLEAR}, True, Stage.SECOND),
        ({Position.FIRST: CLEAR, Position.SECOND: CLEAR}, True, Stage.DONE),
        ({Position.FIRST: CLEAR, Position.SECOND: DIABETIC}, True, Stage.ARBITER),
        ({Position.FIRST: CLEAR, Position.SECOND: DIABETIC, Position.ARBITER: CLEAR}, True, Stage.DONE),
    ],
)
def test_who_reads_next(reads: dict[Position, Reading], second_wanted: bool, stage: Stage) -> None:
    assert next_stage(reads, second_wanted=second_wanted) is stage


def test_the_arbiter_settles_what_two_readers_disagree_about() -> None:
    disagree = {Position.FIRST: CLEAR, Position.SECOND: DIABETIC}
    assert reading_in_force(disagree) == DIABETIC
    assert reading_in_force(disagree | {Position.ARBITER: CLEAR}) == CLEAR
    assert reading_in_force({}) is None


def test_a_grade_not_stated_beside_one_that_is_counts_as_a_difference() -> None:
    stated = (
        EyeReading(RIGHT, present=frozenset({Label.DIABETES}), severity=Severity(icdr=2)),
        EyeReading(LEFT),
    )
    assert differences(DIABETIC, stated) == ((RIGHT, "icdr"),)
    assert differences(DIABETIC, (BLURRED, EyeReading(LEFT))) == ((RIGHT, "gradability"),)


@given(READINGS, READINGS)
def test_what_holds_in_disagreement_does_not_depend_on_who_read_first(one: Reading, other: Reading) -> None:
    assert more_serious(one, other) == more_serious(other, one)
    assert bool(differences(one, other)) == bool(differences(other, one))


@given(READINGS, READINGS)
def test_what_holds_in_disagreement_is_never_less_serious_than_either(one: Reading, other: Reading) -> None:
    for held, mine, theirs in zip(more_serious(one, other), one, other, strict=True):
        assert held.present == mine.present | theirs.present
        assert (held.ungradable is None) == (mine.ungradable is None and theirs.ungradable is None)
        for reader in (mine, theirs):
            if held.ungradable is None and Label.DIABETES in reader.present:
                order = (0, 1, 2, None, 3, 4)
                assert order.index(held.severity.icdr) >= order.index(reader.severity.icdr)
            if (
                held.ungradable is None
                and Label.AMD in reader.present
                and reader.severity.amd is AmdStage.WET
            ):
                assert held.severity.amd is AmdStage.WET


@given(READINGS)
def test_a_reading_agrees_with_itself(one: Reading) -> None:
    assert differences(one, one) == ()


def test_a_person_adds_and_clears_findings_and_the_scores_of_the_machine_stay() -> None:
    machine = eye(present=[Label.DIABETES])
    read = eye_as_read(machine, EyeReading(RIGHT, present=frozenset({Label.GLAUCOMA})))
    assert (read.decision(Label.DIABETES), read.decision(Label.GLAUCOMA)) == (
        Decision.ABSENT,
        Decision.PRESENT,
    )
    assert [f.score for f in read.findings if f.label is Label.DIABETES] == [0.88]
    assert read.decision(Label.NORMAL) is Decision.ABSENT
    assert read.read


def test_what_a_person_cannot_judge_they_have_not_cleared() -> None:
    read = eye_as_read(eye(present=[Label.DIABETES], unsure=[Label.AMD]), BLURRED)
    assert read.gradability is Gradability.UNGRADABLE
    assert [(f.label, f.decision) for f in read.findings] == [(Label.DIABETES, Decision.PRESENT)]


def test_a_person_can_judge_an_eye_that_the_machine_could_not_score() -> None:
    read = eye_as_read(ungradable_eye(), EyeReading(RIGHT, present=frozenset({Label.CATARACT})))
    assert read.gradability is Gradability.GRADABLE
    assert [f.score for f in read.findings if f.label is Label.CATARACT] == [None]


def test_a_newer_photograph_that_suspects_more_makes_the_severity_unknown_again() -> None:
    graded = EyeReading(
        RIGHT, present=frozenset({Label.DIABETES}), severity=Severity(1, macular_oedema=False)
    )
    merged = merge_photographs([eye_as_read(eye(), graded), eye(present=[Label.DIABETES])])
    assert (merged.severity.icdr, merged.read) == (None, False)
    assert merge_photographs([eye_as_read(eye(), graded), eye()]).severity.icdr == 1


def test_a_suspicion_outlives_a_retake_that_cannot_be_judged_either() -> None:
    suspected = eye_as_read(eye(present=[Label.DIABETES]), BLURRED)
    assert merge_photographs([suspected, ungradable_eye()]).decision(Label.DIABETES) is Decision.PRESENT
    assert merge_photographs([suspected, eye()]).decision(Label.DIABETES) is Decision.PRESENT


def test_deciding_what_the_machine_left_open_overrides_nothing() -> None:
    machine = eye(present=[Label.DIABETES], unsure=[Label.AMD])
    assert overridden(machine, EyeReading(RIGHT, present=frozenset({Label.AMD}))) == {Label.DIABETES}
    assert overridden(None, EyeReading(RIGHT)) == frozenset()


def test_a_read_is_complete_when_every_disease_is_decided_and_no_grade_contradicts() -> None:
    all_absent = dict.fromkeys(DISEASES, False)
    assert problems_of(EyeReading(RIGHT), all_absent) == {}
    assert problems_of(EyeReading(RIGHT), all_absent | {Label.AMD: None}) == {"A": "undecided"}
    assert problems_of(EyeReading(RIGHT, severity=Severity(icdr=2)), all_absent) == {"icdr": "contradiction"}
    assert problems_of(EyeReading(RIGHT, severity=Severity(amd=AmdStage.DRY)), all_absent) == {
        "amd": "contradiction"
    }
    assert problems_of(BLURRED, {}) == {}


def test_a_disease_is_denied_only_by_a_person_who_judged_both_eyes() -> None:
    def read(*eyes: EyeResult) -> bool:
        return exam_of(*eyes).denied(Label.GLAUCOMA)

    right, left = eye_as_read(eye(), EyeReading(RIGHT)), eye_as_read(eye(LEFT), EyeReading(LEFT))
    assert read(right, left)
    assert not read(right)
    assert not read(right, eye(LEFT))
    assert not read(eye_as_read(eye(), BLURRED), left)
