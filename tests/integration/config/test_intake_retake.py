"""Photographing again while the patient is here, and what was typed into a small form when the session ended."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from config import case_work
from records import session
from records.actor import Actor
from records.models import Membership, Role, WorkItem
from screening.domain.exam_result import EyeResult
from screening.domain.laterality import Laterality
from screening.models import Encounter, Exam, GradingTask
from tests.factories import photographs
from tests.factories import screening as made
from tests.integration.config.intake import UNKNOWN, address, send, use


def test_an_ungradable_eye_is_photographed_again_and_an_old_page_opens_no_second_retake(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    nurse.post(address("intake-questions", visit), UNKNOWN)
    exam = made.next_exam(visit, by, seed=5)
    made.outcome(exam, made.ungradable(made.Laterality.RIGHT), by=by)
    for item in case_work.work_of(visit):
        if item.kind == "screening.score_exam":
            item.delete()
    case_work.work_off_case(visit)
    assert "Photograph again" in nurse.get(address("intake-progress", visit)).content.decode()
    for _ in range(2):
        nurse.post(address("intake-again", visit), {"after": exam.pk})
    assert Exam.objects.count() == 2
    assert nurse.get(address("intake-photographs", visit)).status_code == 200


def _decided(nurse: Client, visit: Encounter, by: Actor, *eyes: EyeResult) -> Exam:
    """Both eyes are photographed and judged so; the case is decided."""
    made.release()
    nurse.post(address("intake-questions", visit), UNKNOWN)
    for seed, eye in enumerate("RL"):
        send(nurse, visit, photographs.jpeg(seed))
        use(nurse, visit, eye)
    nurse.post(address("intake-submit", visit))
    exam = Exam.objects.get()
    made.outcome(exam, *eyes, by=by)
    WorkItem.objects.filter(kind="screening.score_exam").delete()
    case_work.work_off_case(visit)
    return exam


RIGHT_BLURRED = (made.ungradable(Laterality.RIGHT), made.eye(Laterality.LEFT))
BOTH_GOOD = (made.eye(Laterality.RIGHT), made.eye(Laterality.LEFT))


def test_a_retake_says_which_eye_why_and_what_to_do_and_asks_for_no_other(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    exam = _decided(nurse, visit, by, *RIGHT_BLURRED)
    shown = nurse.get(address("intake-progress", visit)).context["progress"].unclear
    assert [(eye.laterality, eye.quality_reasons) for eye in shown] == [("R", ("blurred",))]
    text = nurse.get(address("intake-progress", visit)).content.decode()
    assert "Blurred" in text
    assert "focus again" in text

    nurse.post(address("intake-again", visit), {"after": exam.pk})
    page = nurse.get(address("intake-photographs", visit))
    right, left = page.context["board"].places
    assert (right.wanted, right.wanted_because, left.wanted) == (True, ["blurred"], False)
    assert "Good: taken" in page.content.decode()
    send(nurse, visit, photographs.jpeg(9))
    use(nurse, visit, "R")
    page = nurse.get(address("intake-photographs", visit))
    assert page.context["board"].complete
    assert "One eye has no photograph" not in page.content.decode()


def test_whoever_is_still_to_read_blinded_is_not_told_what_the_machine_made_of_an_eye(
    nurse: Client, visit: Encounter, by: Actor, colleague: Callable[[str], Client]
) -> None:
    exam = _decided(nurse, visit, by, *RIGHT_BLURRED)
    nurse.post(address("intake-again", visit), {"after": exam.pk})
    GradingTask.objects.filter(encounter=visit).update(stage="second")
    places = colleague(Role.GRADER).get(address("intake-photographs", visit)).context["board"].places
    assert [(place.wanted, place.good) for place in places] == [(False, None)] * 2


def test_the_case_page_leads_straight_to_a_retake_while_one_is_wanted(
    nurse: Client, visit: Encounter, by: Actor, colleague: Callable[[str], Client]
) -> None:
    case_page = reverse("case", args=[visit.public_id])
    button = f'action="{address("intake-again", visit)}"'
    assert button not in nurse.get(case_page).content.decode()
    _decided(nurse, visit, by, *RIGHT_BLURRED)
    assert button in nurse.get(case_page).content.decode()
    assert button not in colleague(Role.PHARMACIST).get(case_page).content.decode()
    nurse.post(address("intake-again", visit))
    assert button not in nurse.get(case_page).content.decode()


def test_no_retake_begins_where_no_eye_is_to_be_photographed_again(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    _decided(nurse, visit, by, *BOTH_GOOD)
    nurse.post(address("intake-again", visit))
    assert Exam.objects.count() == 1


@pytest.mark.usefixtures("tries_of_its_own")
def test_what_was_typed_into_the_small_forms_comes_back_after_the_session_ended(
    nurse: Client, visit: Encounter, membership: Membership
) -> None:
    patient_page = reverse("intake-patient", args=[visit.patient.public_id])
    withdraw = reverse("intake-consent-withdraw", args=[visit.patient.public_id])
    _sent_too_late(nurse, withdraw, {"scope": "referral", "reason": "아들이 반대함"}, patient_page)
    _sign_in(nurse, membership)
    page = nurse.get(patient_page).content.decode()
    assert 'value="아들이 반대함"' in page
    assert page.count("<details open>") == 1

    board = address("intake-photographs", visit)
    _sent_too_late(nurse, address("intake-not-done", visit), {"reason": "eyes-stay-shut"}, board)
    _sign_in(nurse, membership)
    nurse.get(board, headers={"hx-request": "true"})
    page = nurse.get(board).content.decode()
    assert '<option value="eyes-stay-shut" selected>' in page
    assert "<details open>" in page


def _sent_too_late(client: Client, address: str, typed: dict[str, str], page: str) -> None:
    kept = client.session
    kept[session.SEEN] -= 60 * 60
    kept.save()
    client.post(address, typed, headers={"referer": f"http://testserver{page}"})


def _sign_in(client: Client, membership: Membership) -> None:
    person = {"login": membership.practitioner.user.username, "password": "a long password 1"}
    client.post(reverse("account_login"), person)
