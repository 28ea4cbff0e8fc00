"""The pages of intake, step by step: what is stored, what is refused and how, and what a second click does."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import case, case_work
from config.intake.case import answers_record
from pharmacy.models import SafetyAnswers
from records import session
from records.actor import Actor
from records.models import Consent, Membership, Organization, Patient, PatientAmendment, Role, WorkItem
from risk.models import RiskFactors
from screening.domain.exam_result import EyeResult
from screening.domain.laterality import Laterality
from screening.models import Encounter, Exam, FundusImage, ReceivedPhotograph
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories import screening as made
from tests.integration.config.conftest import signed_in

HONG = {"mrn": "A-1", "name": "Hong Gil-dong", "birth_date": "19600501", "sex": "male", "language": "ko"}
UNKNOWN = {
    "feels": "",
    "diabetes": "",
    "hypertension": "",
    "smoking": "",
    "takes": "",
    "seen": "0-0",
}


@pytest.fixture
def by(membership: Membership) -> Actor:
    return membership.actor()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return cast.patient(by, mrn="A-1", sex="male", now=timezone.now())


@pytest.fixture
def visit(nurse: Client, patient: Patient) -> Encounter:
    nurse.post(
        reverse("intake-patient", args=[patient.public_id]), {"referral": "yes", "given_by": "patient"}
    )
    return Encounter.objects.get()


def _address(name: str, visit: Encounter) -> str:
    return reverse(name, args=[visit.public_id])


def _send(
    client: Client, visit: Encounter, data: bytes, name: str = "a.jpg", **more: str
) -> tuple[int, dict[str, Any]]:
    file = SimpleUploadedFile(name, data)
    answer = client.post(
        _address("intake-receive", visit), {"photograph": file} | more, headers={"accept": "application/json"}
    )
    return answer.status_code, json.loads(answer.content)


def _use(client: Client, visit: Encounter, eye: str, **more: str) -> None:
    waiting = ReceivedPhotograph.objects.filter(state="waiting").latest("pk")
    client.post(_address("intake-use", visit), {"sha256": waiting.sha256, "eye": eye} | more)


def _eyes() -> list[str]:
    return sorted(FundusImage.objects.values_list("laterality", flat=True))


def test_a_search_finds_by_number_name_and_birth_date_and_leaves_no_name_in_the_address(
    nurse: Client, patient: Patient
) -> None:
    for words in ("a-1", "hong", "1960.5.1", "19600501"):
        answer = nurse.post(reverse("intake-search"), {"words": words}, follow=True)
        assert patient.name in answer.content.decode()
        assert words not in answer.redirect_chain[-1][0]


def test_another_clinics_patient_is_not_found(stranger: Client, patient: Patient) -> None:
    answer = stranger.post(reverse("intake-search"), {"words": "hong"}, follow=True)
    assert patient.name not in answer.content.decode()
    assert stranger.get(reverse("intake-patient", args=[patient.public_id])).status_code == 404


def test_registering_leads_to_the_patient_and_twice_is_once(nurse: Client, clinic: Organization) -> None:
    first = nurse.post(reverse("intake-register"), HONG)
    again = nurse.post(reverse("intake-register"), HONG)
    assert first.headers["Location"] == again.headers["Location"]
    assert Patient.objects.count() == 1


def test_who_may_be_the_same_person_is_shown_before_anybody_is_registered(
    nurse: Client, patient: Patient
) -> None:
    similar = HONG | {"mrn": "A-2", "name": "Hong Gildong"}
    page = nurse.post(reverse("intake-register"), similar)
    assert "This is the same person" in page.content.decode()
    assert Patient.objects.count() == 1
    nurse.post(reverse("intake-register"), similar | {"another_person": page.context["mark"]})
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mrn", ""),
        ("mrn", "A\u200b"),
        ("name", "x" * 201),
        ("birth_date", "19601301"),
        ("birth_date", "20990101"),
    ],
)
def test_a_detail_that_cannot_be_right_is_refused_beside_its_field_and_the_rest_is_kept(
    nurse: Client, clinic: Organization, field: str, value: str
) -> None:
    page = nurse.post(reverse("intake-register"), HONG | {field: value})
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert HONG["name" if field != "name" else "mrn"] in page.content.decode()
    assert not Patient.objects.exists()


def test_a_taken_number_is_refused_beside_it(nurse: Client, patient: Patient) -> None:
    other = HONG | {"name": "Kim", "birth_date": "19700101"}
    assert "mrn" in nurse.post(reverse("intake-register"), other).context["form"].errors


@pytest.mark.django_db(transaction=True)
def test_two_who_register_the_same_number_at_once_register_one_patient() -> None:
    membership = cast.member(cast.clinic())

    def send(_: int) -> int:
        try:
            return signed_in(membership).post(reverse("intake-register"), HONG).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(send, range(2))) == {302}
    assert Patient.objects.count() == 1


def _seen(patient: Patient) -> dict[str, str]:
    return {
        "seen_mrn": patient.mrn,
        "seen_name": patient.name,
        "seen_birth_date": str(patient.birth_date),
        "seen_sex": patient.sex,
        "seen_language": patient.language,
    }


def test_a_correction_keeps_what_was_said_before_and_why(nurse: Client, patient: Patient) -> None:
    page = reverse("intake-amend", args=[patient.public_id])
    given = HONG | _seen(patient) | {"birth_date": "19610501", "reason": "misread"}
    assert nurse.post(page, given).status_code == 302
    patient.refresh_from_db()
    before = PatientAmendment.objects.get()
    assert (patient.birth_date.year, before.birth_date.year, before.reason) == (1961, 1960, "misread")


def test_a_correction_of_what_somebody_else_has_corrected_is_refused_once(
    nurse: Client, patient: Patient
) -> None:
    Patient.objects.update(name="Hong Gil-su")
    given = HONG | _seen(patient) | {"birth_date": "19610501", "reason": "misread"}
    answer = nurse.post(reverse("intake-amend", args=[patient.public_id]), given)
    assert answer.status_code == 409
    assert "Hong Gil-su" in answer.content.decode()
    assert not PatientAmendment.objects.exists()


def test_without_consent_no_visit_begins_and_the_page_says_what_is_possible(nurse: Client, by: Actor) -> None:
    asked = cast.patient(by, consented=False)
    page = nurse.post(
        reverse("intake-patient", args=[asked.public_id]), {"screening": "no", "given_by": "patient"}
    )
    assert "No photograph without consent" in page.content.decode()
    assert not Encounter.objects.exists()


def test_a_consent_is_given_by_whoever_gives_it_and_can_be_withdrawn(nurse: Client, by: Actor) -> None:
    asked = cast.patient(by, consented=False)
    nurse.post(
        reverse("intake-patient", args=[asked.public_id]), {"screening": "yes", "given_by": "guardian"}
    )
    assert Consent.objects.get().given_by == "guardian"
    for _ in range(2):
        nurse.post(reverse("intake-consent-withdraw", args=[asked.public_id]), {"scope": "screening"})
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_a_visit_begun_twice_is_one_visit(nurse: Client, visit: Encounter) -> None:
    nurse.post(reverse("intake-patient", args=[visit.patient.public_id]), {"given_by": "patient"})
    assert (Encounter.objects.count(), Exam.objects.count()) == (1, 1)


def test_a_visit_is_resumed_at_its_first_unfinished_step(nurse: Client, visit: Encounter) -> None:
    def step() -> str:
        return nurse.get(_address("intake-visit", visit)).headers["Location"]

    assert step() == _address("intake-questions", visit)
    nurse.post(_address("intake-questions", visit), UNKNOWN)
    assert step() == _address("intake-photographs", visit)
    made.next_exam(visit, cast.actor(visit.organization), seed=3)
    assert step() == _address("intake-progress", visit)


def test_answers_are_stored_once_and_a_double_click_stores_nothing_more(
    nurse: Client, visit: Encounter
) -> None:
    told = UNKNOWN | {"sees": "double", "pressure": "148/86", "medicines": "timolol, aspirin"}
    for _ in range(2):
        assert nurse.post(_address("intake-questions", visit), told).status_code == 302
    stored = RiskFactors.objects.get()
    assert (stored.double_vision, stored.distorted_lines, stored.systolic_mmhg) == (True, False, 148)
    assert stored.sudden_vision_loss is None
    assert SafetyAnswers.objects.get().medicines.count() == 2
    assert "Double vision" in nurse.get(_address("intake-photographs", visit)).content.decode()


@pytest.mark.parametrize(
    ("control", "value"),
    [
        ("pressure", "86/148"),
        ("pressure", "high"),
        ("pressure", "900/80"),
        ("hba1c", "64"),
        ("bmi", "200"),
        ("appointment", "20200101"),
        ("allergies", "x" * 200),
        ("feels", "sad"),
    ],
)
def test_an_implausible_answer_is_refused_beside_its_control_and_nothing_is_stored(
    nurse: Client, visit: Encounter, control: str, value: str
) -> None:
    page = nurse.post(_address("intake-questions", visit), UNKNOWN | {control: value})
    assert page.status_code == 422
    assert page.context["form"].errors[control]
    assert not RiskFactors.objects.exists()


def test_answers_that_somebody_else_stored_meanwhile_are_not_overwritten_unseen(
    nurse: Client, visit: Encounter
) -> None:
    nurse.post(_address("intake-questions", visit), UNKNOWN | {"smoking": "never"})
    answer = nurse.post(_address("intake-questions", visit), UNKNOWN | {"smoking": "current"})
    assert answer.status_code == 409
    assert RiskFactors.objects.get().smoking == "never"


def test_red_flags_show_while_the_questions_are_answered(nurse: Client, visit: Encounter) -> None:
    typed = {"sight": "loss", "pressure": "190/100"}
    page = nurse.post(_address("intake-red-flags", visit), typed).content.decode()
    assert "Sudden loss of sight" in page
    assert "Very high blood pressure" in page
    assert not RiskFactors.objects.exists()


@pytest.mark.parametrize("pressure", ["990/10", "261/90", "100/125", "190/200"])
def test_a_pressure_that_is_refused_raises_no_red_flag(
    nurse: Client, visit: Encounter, pressure: str
) -> None:
    typed = UNKNOWN | {"pressure": pressure}
    flags = nurse.post(_address("intake-red-flags", visit), typed).content.decode()
    page = nurse.post(_address("intake-questions", visit), typed)
    assert page.context["form"].errors["pressure"]
    assert "Very high blood pressure" not in flags + page.content.decode()


def test_what_is_wrong_is_listed_above_the_questions_with_a_way_to_each(
    nurse: Client, visit: Encounter
) -> None:
    wrong = {"pressure": "990/10", "hba1c": "much", "family": ["none", "amd:parent"], "bmi": "2"}
    answer = nurse.post(_address("intake-questions", visit), UNKNOWN | wrong)
    assert set(answer.context["form"].errors) == set(wrong)
    page = answer.content.decode()
    for control in wrong:
        target = f"id_{control}_0" if control == "family" else f"id_{control}"
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page
    assert "“None” is ticked and something is named" in page
    page = nurse.post(_address("intake-questions", visit), UNKNOWN | {"feels": "sad"}).content.decode()
    assert 'href="#id_feels_0"' in page


def test_answers_that_came_another_way_stay_where_the_page_does_not_ask_for_them(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    told = {"symptoms": {"double_vision": True}, "under_eye_care": False, "bmi_kg_m2": 22.0}
    sent = {"risk": told, "safety": {}}
    answers_record(visit, sent, by=by, now=timezone.now(), today=timezone.localdate())
    page = nurse.get(_address("intake-questions", visit))
    shown = {name: value for name, value in page.context["form"].initial.items() if value}
    again = shown | {"seen": page.context["seen"], "smoking": "never"}
    assert nurse.post(_address("intake-questions", visit), again).status_code == 302
    stored = RiskFactors.objects.get(superseded_at=None)
    assert (stored.double_vision, stored.distorted_lines) == (True, None)
    assert (stored.under_eye_care, stored.bmi_kg_m2, stored.smoking) == (False, 22.0, "never")


def test_a_photograph_is_stored_only_when_a_person_says_which_eye(nurse: Client, visit: Encounter) -> None:
    assert _send(nurse, visit, photographs.jpeg(1), "12_left.jpg")[0] == 200
    assert ReceivedPhotograph.objects.get().named == "L"
    assert not FundusImage.objects.exists()
    _use(nurse, visit, "R")
    assert _eyes() == ["R"]


def test_bytes_that_arrived_are_not_stored_twice(nurse: Client, visit: Encounter) -> None:
    for _ in range(2):
        assert _send(nurse, visit, photographs.jpeg(1))[0] == 200
    _use(nurse, visit, "R")
    assert _send(nurse, visit, photographs.jpeg(1))[0] == 200
    assert (ReceivedPhotograph.objects.count(), FundusImage.objects.count()) == (1, 1)


def test_of_twenty_photographs_two_are_kept_and_the_rest_refused_kindly(
    nurse: Client, visit: Encounter
) -> None:
    statuses = [_send(nurse, visit, photographs.jpeg(seed))[0] for seed in range(20)]
    assert statuses == [200] * 2 + [409] * 18
    files = [SimpleUploadedFile(f"{seed}.jpg", photographs.jpeg(seed)) for seed in range(20)]
    plain = nurse.post(_address("intake-receive", visit), {"photograph": files}, follow=True)
    assert "There is one photograph for each eye already" in plain.content.decode()


def test_a_further_photograph_may_replace_a_stored_one(nurse: Client, visit: Encounter) -> None:
    for seed, eye in ((1, "R"), (2, "L")):
        _send(nurse, visit, photographs.jpeg(seed))
        _use(nurse, visit, eye)
    status, answer = _send(nurse, visit, photographs.jpeg(3))
    assert (status, answer["full"]) == (409, True)
    assert _send(nurse, visit, photographs.jpeg(3), replace="R")[0] == 200
    assert _eyes() == ["L", "R"]
    assert FundusImage.with_retracted.count() == 3


def test_a_photograph_of_the_wrong_eye_is_taken_back_and_asked_about_again(
    nurse: Client, visit: Encounter
) -> None:
    _send(nurse, visit, photographs.jpeg(1))
    _use(nurse, visit, "R")
    stored = FundusImage.objects.get()
    for _ in range(2):
        nurse.post(_address("intake-take-back", visit), {"sha256": stored.sha256, "reason": "wrong-eye"})
    _use(nurse, visit, "L")
    assert _eyes() == ["L"]


def test_photographs_that_wait_keep_the_visit_from_being_submitted(nurse: Client, visit: Encounter) -> None:
    _send(nurse, visit, photographs.jpeg(1))
    answer = nurse.post(_address("intake-submit", visit), follow=True)
    assert "which eye it shows" in answer.content.decode()
    assert Exam.objects.get().status == "open"


def test_submitting_twice_is_once_and_a_late_photograph_is_refused(nurse: Client, visit: Encounter) -> None:
    _send(nurse, visit, photographs.jpeg(1))
    _use(nurse, visit, "R")
    for _ in range(2):
        assert nurse.post(_address("intake-submit", visit)).status_code == 302
    assert Exam.objects.get().status == "submitted"
    assert _send(nurse, visit, photographs.jpeg(2))[0] == 409


def test_every_hostile_file_is_received_or_refused_through_the_form(
    nurse: Client, visit: Encounter, shared: Path
) -> None:
    files = sorted(path for path in (shared / "data/images-hostile").rglob("*") if path.is_file())
    assert len(files) > 500
    for path in files:
        status, answer = _send(nurse, visit, path.read_bytes(), path.name)
        assert status in (200, 409, 422), path.name
        assert len(answer["message"]) >= 8
        ReceivedPhotograph.objects.all().delete()


def test_nobody_signed_in_keeps_the_queue_with_a_401(visitor: Client, visit: Encounter) -> None:
    answer = visitor.post(_address("intake-receive", visit), headers={"sec-fetch-mode": "cors"})
    assert answer.status_code == 401


@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.AUDITOR])
def test_roles_that_take_no_cases_are_refused_with_the_reason(
    colleague: Callable[[str], Client], role: str
) -> None:
    assert colleague(role).get(reverse("intake")).status_code == 403


def test_a_patient_who_cannot_be_photographed_is_referred_and_the_answers_stay(
    nurse: Client, visit: Encounter
) -> None:
    made.release()
    nurse.post(_address("intake-questions", visit), UNKNOWN | {"sight": "loss"})
    for _ in range(2):
        nurse.post(_address("intake-not-done", visit), {"reason": "eyes-stay-shut"})
    case_work.work_off_case(visit)
    decided = case.case_outcome(visit)["assessment"]
    assert (decided["disposition"], decided["urgency"]) == ("refer", "stat")
    assert "cannot be opened" in nurse.get(_address("intake-progress", visit)).content.decode()
    assert nurse.get(reverse("case", args=[visit.public_id])).status_code == 200


def test_without_a_reason_nobody_is_left_without_a_photograph(nurse: Client, visit: Encounter) -> None:
    nurse.post(_address("intake-not-done", visit), {"reason": "lazy"})
    assert Exam.objects.get().status == "open"


def test_an_ungradable_eye_is_photographed_again_and_an_old_page_opens_no_second_retake(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    nurse.post(_address("intake-questions", visit), UNKNOWN)
    exam = made.next_exam(visit, by, seed=5)
    made.outcome(exam, made.ungradable(made.Laterality.RIGHT), by=by)
    for item in case_work.work_of(visit):
        if item.kind == "screening.score_exam":
            item.delete()
    case_work.work_off_case(visit)
    assert "Photograph again" in nurse.get(_address("intake-progress", visit)).content.decode()
    for _ in range(2):
        nurse.post(_address("intake-again", visit), {"after": exam.pk})
    assert Exam.objects.count() == 2
    assert nurse.get(_address("intake-photographs", visit)).status_code == 200


def _decided(nurse: Client, visit: Encounter, by: Actor, *eyes: EyeResult) -> Exam:
    """Both eyes are photographed and judged so; the case is decided."""
    made.release()
    nurse.post(_address("intake-questions", visit), UNKNOWN)
    for seed, eye in enumerate("RL"):
        _send(nurse, visit, photographs.jpeg(seed))
        _use(nurse, visit, eye)
    nurse.post(_address("intake-submit", visit))
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
    shown = nurse.get(_address("intake-progress", visit)).context["progress"].unclear
    assert [(eye.laterality, eye.quality_reasons) for eye in shown] == [("R", ("blurred",))]
    text = nurse.get(_address("intake-progress", visit)).content.decode()
    assert "Blurred" in text
    assert "focus again" in text

    nurse.post(_address("intake-again", visit), {"after": exam.pk})
    page = nurse.get(_address("intake-photographs", visit))
    right, left = page.context["board"].places
    assert (right.wanted, right.wanted_because, left.wanted) == (True, ["blurred"], False)
    assert "Good: taken" in page.content.decode()
    _send(nurse, visit, photographs.jpeg(9))
    _use(nurse, visit, "R")
    page = nurse.get(_address("intake-photographs", visit))
    assert page.context["board"].complete
    assert "One eye has no photograph" not in page.content.decode()


def test_the_case_page_leads_straight_to_a_retake_while_one_is_wanted(
    nurse: Client, visit: Encounter, by: Actor, colleague: Callable[[str], Client]
) -> None:
    case_page = reverse("case", args=[visit.public_id])
    button = f'action="{_address("intake-again", visit)}"'
    assert button not in nurse.get(case_page).content.decode()
    _decided(nurse, visit, by, *RIGHT_BLURRED)
    assert button in nurse.get(case_page).content.decode()
    assert button not in colleague(Role.PHARMACIST).get(case_page).content.decode()
    nurse.post(_address("intake-again", visit))
    assert button not in nurse.get(case_page).content.decode()


def test_no_retake_begins_where_no_eye_is_to_be_photographed_again(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    _decided(nurse, visit, by, *BOTH_GOOD)
    nurse.post(_address("intake-again", visit))
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

    board = _address("intake-photographs", visit)
    _sent_too_late(nurse, _address("intake-not-done", visit), {"reason": "eyes-stay-shut"}, board)
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


def test_yesterdays_visit_is_not_taken_for_todays(nurse: Client, visit: Encounter) -> None:
    Encounter.objects.update(started_at=timezone.now() - timedelta(days=2))
    nurse.post(reverse("intake-patient", args=[visit.patient.public_id]), {"given_by": "patient"})
    assert Encounter.objects.count() == 2
