from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import ConsentMissing, RecordNotFound
from records.models import AuditEvent, WorkItem
from screening import selectors, services
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.errors import (
    ExamIncomplete,
    ExamNotOpen,
    LateralityTaken,
    PhotographDamaged,
    SamePhotographBothEyes,
)
from screening.imaging.gate import PhotographRefused
from screening.models import ExamOutcome, ExamStatus, FundusImage
from screening.storage import original_bytes, original_name
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def _add(exam: object, eye: Laterality, data: bytes, by: Actor) -> FundusImage:
    return services.image_add(exam=exam, laterality=eye, data=data, by=by, now=NOW)


def test_a_visit_needs_consent(screener: Actor) -> None:
    with pytest.raises(ConsentMissing):
        made.open_exam(screener, cast.patient(screener, consented=False))


def test_the_original_bytes_are_kept_under_their_hash(screener: Actor) -> None:
    data = photographs.jpeg(1)
    image = _add(made.open_exam(screener), RIGHT, data, screener)
    assert original_bytes(image.sha256) == data
    assert (image.width, image.height, image.size_bytes) == (320, 300, len(data))


def test_the_same_photograph_for_the_same_eye_again_is_the_same_row(screener: Actor) -> None:
    exam, data = made.open_exam(screener), photographs.jpeg(1)
    assert _add(exam, RIGHT, data, screener) == _add(exam, RIGHT, data, screener)
    assert FundusImage.objects.count() == 1


def test_the_same_photograph_for_both_eyes_is_refused(screener: Actor) -> None:
    exam, data = made.open_exam(screener), photographs.jpeg(1)
    _add(exam, RIGHT, data, screener)
    with pytest.raises(SamePhotographBothEyes, match="choose the right file"):
        _add(exam, LEFT, data, screener)


def test_two_photographs_marked_left_are_refused(screener: Actor) -> None:
    exam = made.open_exam(screener)
    _add(exam, LEFT, photographs.jpeg(1), screener)
    with pytest.raises(LateralityTaken, match="check which eye"):
        _add(exam, LEFT, photographs.jpeg(2), screener)


def _retract(image: FundusImage, by: Actor) -> FundusImage:
    return services.image_retract(image=image, by=by, now=NOW, reason="the other patient")


def test_a_wrong_photograph_is_taken_back_and_stays_as_evidence(screener: Actor) -> None:
    exam = made.open_exam(screener)
    wrong = _add(exam, LEFT, photographs.jpeg(1), screener)
    assert _retract(_retract(wrong, screener), screener).entered_in_error_at == NOW
    right = _add(exam, LEFT, photographs.jpeg(2), screener)
    assert list(exam.images.all()) == [right]
    assert FundusImage.with_retracted.filter(exam=exam).count() == 2
    told = AuditEvent.objects.filter(entity=f"screening.fundusimage:{wrong.pk}", action="U")
    assert [event.reason for event in told] == ["the other patient"]


def test_a_photograph_of_the_wrong_eye_may_be_given_for_the_other(screener: Actor) -> None:
    exam, data = made.open_exam(screener), photographs.jpeg(1)
    _retract(_add(exam, LEFT, data, screener), screener)
    assert _add(exam, RIGHT, data, screener).laterality == RIGHT


def test_a_photograph_taken_back_is_no_mix_up_for_its_right_patient(screener: Actor) -> None:
    data = photographs.jpeg(1)
    _retract(_add(made.open_exam(screener), RIGHT, data, screener), screener)
    assert not _add(made.open_exam(screener), RIGHT, data, screener).possible_mix_up


def test_an_exam_whose_only_photograph_was_taken_back_cannot_be_submitted(screener: Actor) -> None:
    exam = made.open_exam(screener)
    _retract(_add(exam, LEFT, photographs.jpeg(1), screener), screener)
    with pytest.raises(ExamIncomplete):
        services.exam_submit(exam=exam, by=screener, now=NOW)


def test_after_submission_no_photograph_is_taken_back(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    with pytest.raises(ExamNotOpen, match="open a new one"):
        _retract(exam.images.get(laterality=LEFT), screener)
    assert exam.images.count() == 2


def test_another_clinics_photograph_cannot_be_taken_back(screener: Actor) -> None:
    image = _add(made.open_exam(screener), LEFT, photographs.jpeg(1), screener)
    with pytest.raises(RecordNotFound):
        _retract(image, cast.actor(cast.clinic()))
    assert FundusImage.objects.get() == image


def test_the_same_photograph_under_another_patient_is_accepted_and_flagged(screener: Actor) -> None:
    data = photographs.jpeg(1)
    first = _add(made.open_exam(screener), RIGHT, data, screener)
    second = _add(made.open_exam(screener), RIGHT, data, screener)
    assert (first.possible_mix_up, second.possible_mix_up) == (False, True)


def test_the_same_patients_photograph_at_a_later_visit_is_no_mix_up(screener: Actor) -> None:
    patient, data = cast.patient(screener), photographs.jpeg(1)
    _add(made.open_exam(screener, patient), RIGHT, data, screener)
    assert not _add(made.open_exam(screener, patient), RIGHT, data, screener).possible_mix_up


def test_nothing_is_revealed_of_another_organizations_photographs(screener: Actor) -> None:
    data, other = photographs.jpeg(1), cast.actor(cast.clinic())
    _add(made.open_exam(other), RIGHT, data, other)
    assert not _add(made.open_exam(screener), RIGHT, data, screener).possible_mix_up


def test_a_refused_photograph_leaves_nothing_behind(screener: Actor) -> None:
    exam = made.open_exam(screener)
    before = AuditEvent.objects.count()
    with pytest.raises(PhotographRefused):
        _add(exam, RIGHT, b"not a picture", screener)
    assert not FundusImage.objects.exists()
    assert AuditEvent.objects.count() == before


def test_an_exam_without_photographs_cannot_be_submitted(screener: Actor) -> None:
    with pytest.raises(ExamIncomplete, match="at least one eye"):
        services.exam_submit(exam=made.open_exam(screener), by=screener, now=NOW)


def test_one_eye_is_enough(screener: Actor) -> None:
    exam = made.open_exam(screener)
    _add(exam, LEFT, photographs.jpeg(1), screener)
    assert services.exam_submit(exam=exam, by=screener, now=NOW).status == ExamStatus.SUBMITTED


def test_submitting_twice_starts_the_scoring_once(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    services.exam_submit(exam=exam, by=screener, now=NOW + timedelta(seconds=1))
    assert WorkItem.objects.filter(kind="screening.score_exam", key=exam.pk).count() == 1


def test_a_submitted_exam_takes_no_further_photographs(screener: Actor) -> None:
    exam = made.open_exam(screener)
    _add(exam, LEFT, photographs.jpeg(1), screener)
    services.exam_submit(exam=exam, by=screener, now=NOW)
    with pytest.raises(ExamNotOpen, match="open a new one"):
        _add(exam, RIGHT, photographs.jpeg(2), screener)


def test_a_failed_submission_leaves_no_work_behind(screener: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    exam = made.open_exam(screener)
    _add(exam, LEFT, photographs.jpeg(1), screener)
    monkeypatch.setattr(AuditEvent, "save", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError), transaction.atomic():
        services.exam_submit(exam=exam, by=screener, now=NOW)
    assert not WorkItem.objects.exists()


def test_an_outcome_reads_back_as_the_value_it_was_stored_from(screener: Actor) -> None:
    eyes = (made.eye(RIGHT, D=0.8), made.ungradable(LEFT))
    stored = made.outcome(made.submitted_exam(screener), *eyes, by=screener)
    assert selectors.exam_result(stored).eyes == eyes
    assert selectors.exam_result(stored).present([Label.DIABETES]) == (Label.DIABETES,)


def test_a_second_worker_finds_the_first_ones_outcome(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    first = made.outcome(exam, made.eye(RIGHT), made.eye(LEFT), by=screener)
    assert made.outcome(exam, made.eye(RIGHT, D=0.9), made.eye(LEFT), by=screener) == first


def test_the_database_holds_one_current_outcome_per_exam(screener: Actor) -> None:
    stored = made.outcome(made.submitted_exam(screener), made.eye(RIGHT), made.eye(LEFT), by=screener)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExamOutcome.objects.create(exam=stored.exam, release=stored.release, engine="test", resulted_at=NOW)


def test_ungradable_exams_of_the_same_visit_are_counted(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    made.outcome(exam, made.ungradable(RIGHT), made.eye(LEFT), by=screener)
    again = made.next_exam(exam.encounter, screener, seed=9)
    assert (selectors.ungradable_exams_before(exam), selectors.ungradable_exams_before(again)) == (0, 1)


def test_an_eye_that_the_last_visit_left_unjudged_is_tried_a_second_time(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    made.outcome(exam, made.ungradable(RIGHT), made.eye(LEFT), by=screener)
    back = made.submitted_exam(screener, exam.encounter.patient, seed=9)
    stranger = made.submitted_exam(screener, cast.patient(screener, name="Im Seo-yeon"), seed=19)
    assert (selectors.ungradable_exams_before(back), selectors.ungradable_exams_before(stranger)) == (1, 0)


def test_an_eye_that_was_judged_since_starts_anew(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    made.outcome(exam, made.ungradable(RIGHT), made.eye(LEFT), by=screener)
    retake = made.next_exam(exam.encounter, screener, seed=9)
    made.outcome(retake, made.eye(RIGHT), by=screener)
    back = made.submitted_exam(screener, exam.encounter.patient, seed=19)
    assert selectors.ungradable_exams_before(back) == 0


def test_bytes_that_changed_in_storage_are_noticed(screener: Actor) -> None:
    image = _add(made.open_exam(screener), RIGHT, photographs.jpeg(1), screener)
    with default_storage.open(original_name(image.sha256), "r+b") as file:
        file.write(b"damaged")
    with pytest.raises(PhotographDamaged, match="restore it"):
        original_bytes(image.sha256)
