"""Photographs of a visit: received once, stored when a person says which eye, refused kindly; a visit without any."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config import case, case_work
from screening.models import Encounter, Exam, FundusImage, ReceivedPhotograph
from tests.factories import photographs
from tests.factories import screening as made
from tests.integration.config.intake import UNKNOWN, address, eyes_stored, send, use


def test_a_photograph_is_stored_only_when_a_person_says_which_eye(nurse: Client, visit: Encounter) -> None:
    assert send(nurse, visit, photographs.jpeg(1), "12_left.jpg")[0] == 200
    assert ReceivedPhotograph.objects.get().named == "L"
    assert not FundusImage.objects.exists()
    use(nurse, visit, "R")
    assert eyes_stored() == ["R"]


def test_bytes_that_arrived_are_not_stored_twice(nurse: Client, visit: Encounter) -> None:
    for _ in range(2):
        assert send(nurse, visit, photographs.jpeg(1))[0] == 200
    use(nurse, visit, "R")
    assert send(nurse, visit, photographs.jpeg(1))[0] == 200
    assert (ReceivedPhotograph.objects.count(), FundusImage.objects.count()) == (1, 1)


def test_of_twenty_photographs_two_are_kept_and_the_rest_refused_kindly(
    nurse: Client, visit: Encounter
) -> None:
    statuses = [send(nurse, visit, photographs.jpeg(seed))[0] for seed in range(20)]
    assert statuses == [200] * 2 + [409] * 18
    files = [SimpleUploadedFile(f"{seed}.jpg", photographs.jpeg(seed)) for seed in range(20)]
    plain = nurse.post(address("intake-receive", visit), {"photograph": files}, follow=True)
    assert "There is one photograph for each eye already" in plain.content.decode()


def test_a_further_photograph_may_replace_a_stored_one(nurse: Client, visit: Encounter) -> None:
    for seed, eye in ((1, "R"), (2, "L")):
        send(nurse, visit, photographs.jpeg(seed))
        use(nurse, visit, eye)
    status, answer = send(nurse, visit, photographs.jpeg(3))
    assert (status, answer["full"]) == (409, True)
    assert send(nurse, visit, photographs.jpeg(3), replace="R")[0] == 200
    assert eyes_stored() == ["L", "R"]
    assert FundusImage.with_retracted.count() == 3


def test_a_photograph_of_the_wrong_eye_is_taken_back_and_asked_about_again(
    nurse: Client, visit: Encounter
) -> None:
    send(nurse, visit, photographs.jpeg(1))
    use(nurse, visit, "R")
    stored = FundusImage.objects.get()
    for _ in range(2):
        nurse.post(address("intake-take-back", visit), {"sha256": stored.sha256, "reason": "wrong-eye"})
    use(nurse, visit, "L")
    assert eyes_stored() == ["L"]


def test_photographs_that_wait_keep_the_visit_from_being_submitted(nurse: Client, visit: Encounter) -> None:
    send(nurse, visit, photographs.jpeg(1))
    answer = nurse.post(address("intake-submit", visit), follow=True)
    assert "which eye it shows" in answer.content.decode()
    assert Exam.objects.get().status == "open"


def test_submitting_twice_is_once_and_a_late_photograph_is_refused(nurse: Client, visit: Encounter) -> None:
    send(nurse, visit, photographs.jpeg(1))
    use(nurse, visit, "R")
    for _ in range(2):
        assert nurse.post(address("intake-submit", visit)).status_code == 302
    assert Exam.objects.get().status == "submitted"
    assert send(nurse, visit, photographs.jpeg(2))[0] == 409


@pytest.mark.slow
def test_every_hostile_file_is_received_or_refused_through_the_form(
    nurse: Client, visit: Encounter, shared: Path
) -> None:
    files = sorted(path for path in (shared / "data/images-hostile").rglob("*") if path.is_file())
    assert len(files) > 500
    for path in files:
        status, answer = send(nurse, visit, path.read_bytes(), path.name)
        assert status in (200, 409, 422), path.name
        assert len(answer["message"]) >= 8
        ReceivedPhotograph.objects.all().delete()


def test_nobody_signed_in_keeps_the_queue_with_a_401(visitor: Client, visit: Encounter) -> None:
    answer = visitor.post(address("intake-receive", visit), headers={"sec-fetch-mode": "cors"})
    assert answer.status_code == 401


def test_a_patient_who_cannot_be_photographed_is_referred_and_the_answers_stay(
    nurse: Client, visit: Encounter
) -> None:
    made.release()
    nurse.post(address("intake-questions", visit), UNKNOWN | {"sight": "loss"})
    for _ in range(2):
        nurse.post(address("intake-not-done", visit), {"reason": "eyes-stay-shut"})
    case_work.work_off_case(visit)
    decided = case.case_outcome(visit)["assessment"]
    assert (decided["disposition"], decided["urgency"]) == ("refer", "stat")
    assert "cannot be opened" in nurse.get(address("intake-progress", visit)).content.decode()
    assert nurse.get(reverse("case", args=[visit.public_id])).status_code == 200


def test_without_a_reason_nobody_is_left_without_a_photograph(nurse: Client, visit: Encounter) -> None:
    nurse.post(address("intake-not-done", visit), {"reason": "lazy"})
    assert Exam.objects.get().status == "open"
