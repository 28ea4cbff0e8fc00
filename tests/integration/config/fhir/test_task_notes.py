"""What a hospital's program says beside a step: kept with it, read by the clinic's people and by that hospital."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from records.models import AuditEvent, Organization, Role
from referrals.models import Referral
from referrals.services import referral_rematch
from tests.factories import partners
from tests.factories import records as people
from tests.factories.partners import Partner
from tests.integration.config import fhir_case
from tests.integration.config.conftest import signed_in
from tests.integration.config.fhir.test_hospital_visits import booking, soon, whole
from tests.integration.config.fhir.test_task import OUTCOME, put
from tests.integration.config.fhir.test_task_patch import op, patch, to
from tests.integration.config.fhir_case import Caller, checked
from tests.integration.config.test_api_referrals import address, answer, partner_of

WORDS = "Second floor, ask for the retina desk"


@pytest.fixture
def rest(referral: Referral) -> Partner:
    return partner_of(referral)[1]


def accepted_by(program: Caller, referral: Referral, note: str = "") -> None:
    """Received and accepted, the latter with a note."""
    checked(patch(program, referral, to("received")))
    told = [op("add", "/note", [{"text": note}])] if note else []
    checked(patch(program, referral, to("accepted", *told)))


def page_of(referral: Referral) -> str:
    return reverse("authorise-referral", args=[referral.pk])


def texts(program: Caller, referral: Referral) -> list[str]:
    return [one["text"] for one in program.get(f"Task/{referral.pk}").get("note", [])]


def by_put(program: Caller, _rest: Partner, referral: Referral, note: str) -> HttpResponse:
    task = program.get(f"Task/{referral.pk}")
    return put(program, task | booking(soon()) | {"note": [*task.get("note", []), {"text": note}]})


def by_patch(program: Caller, _rest: Partner, referral: Referral, note: str) -> HttpResponse:
    visit = [op("add", f"/{name}", value) for name, value in booking(soon()).items()]
    place = "/note/-" if texts(program, referral) else "/note"
    value: Any = {"text": note} if place == "/note/-" else [{"text": note}]
    return patch(program, referral, [*visit, op("add", place, value)])


def by_rest(_program: Caller, rest: Partner, referral: Referral, note: str) -> HttpResponse:
    return answer(rest, referral, "appointment", {"starts_at": whole(soon()), "note": note})


Door = Callable[..., HttpResponse]
every_door = pytest.mark.parametrize("door", [by_put, by_patch, by_rest])


@every_door
def test_a_note_is_kept_with_its_step_and_told_to_both_doors(
    hospital: Caller, rest: Partner, referral: Referral, door: Door
) -> None:
    accepted_by(hospital, referral, "We write in Korean")
    assert door(hospital, rest, referral, f" {WORDS} ").status_code == 200
    last = referral.history.latest("pk")
    assert (last.code, last.note, last.reason) == ("booked", WORDS, "")
    assert texts(hospital, referral) == ["We write in Korean", WORDS]
    told = rest.get(address(referral)).json()["notes"]
    assert [one["text"] for one in told] == ["We write in Korean", WORDS]
    task = hospital.get(f"Task/{referral.pk}")
    assert [one["time"] for one in task["note"]] == [one["at"] for one in told]
    assert "statusReason" not in task
    assert not AuditEvent.objects.filter(reason__contains=WORDS).exists()


@pytest.mark.parametrize(
    ("act", "body"),
    [("accept", {}), ("reject", {"reason": "full"}), ("did-not-attend", {}), ("resume", {})],
)
def test_every_answer_takes_a_note(
    hospital: Caller, rest: Partner, referral: Referral, act: str, body: dict[str, Any]
) -> None:
    if act in ("did-not-attend", "resume"):
        accepted_by(hospital, referral)
    if act == "did-not-attend":
        by_rest(hospital, rest, referral, "earlier")
        referral.appointments.update(starts_at=timezone.now())
    if act == "resume":
        checked(patch(hospital, referral, to("on-hold", op("add", "/statusReason", {"text": "ill"}))))
    assert answer(rest, referral, act, body | {"note": WORDS}).status_code == 200
    assert referral.history.latest("pk").note == WORDS
    assert referral.history.filter(note=WORDS).count() == 1


def test_a_treatment_is_completed_with_a_note(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral)
    checked(patch(hospital, referral, to("in-progress")))
    done = to("completed", op("add", "/output", OUTCOME), op("add", "/note", [{"text": WORDS}]))
    assert [one["text"] for one in checked(patch(hospital, referral, done))["note"]] == [WORDS]


def test_a_note_that_comes_back_is_not_said_again(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral, WORDS)
    task = hospital.get(f"Task/{referral.pk}") | {"status": "in-progress"}
    same = {"note": [{"text": WORDS, "time": "2026-11-28T08:00:00Z"}]}
    checked(put(hospital, task | same))
    assert texts(hospital, referral) == [WORDS]


def test_a_note_that_is_left_out_stays(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral, WORDS)
    checked(patch(hospital, referral, to("in-progress", op("remove", "/note"))))
    assert texts(hospital, referral) == [WORDS]


def test_the_same_words_at_another_step_are_another_note(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral, WORDS)
    checked(patch(hospital, referral, to("in-progress", op("add", "/note/-", {"text": WORDS}))))
    assert texts(hospital, referral) == [WORDS, WORDS]


def test_of_a_status_with_a_visit_the_status_has_the_note(hospital: Caller, referral: Referral) -> None:
    checked(patch(hospital, referral, to("received")))
    task = hospital.get(f"Task/{referral.pk}") | {"status": "accepted"} | booking(soon())
    checked(put(hospital, task | {"note": [{"text": WORDS}]}))
    assert [one.note for one in referral.history.order_by("pk")][-2:] == [WORDS, ""]


def test_an_earlier_version_has_the_notes_of_its_time(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral, WORDS)
    versions = hospital.get(f"Task/{referral.pk}/_history")["entry"]
    assert ["note" in one["resource"] for one in versions[:2]] == [True, False]


def test_a_note_without_a_step_is_refused(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral)
    refused = checked(patch(hospital, referral, [op("add", "/note", [{"text": WORDS}])]), 422)
    assert refused["issue"][0]["expression"] == ["Task.note"]
    assert texts(hospital, referral) == []


@pytest.mark.parametrize(
    ("notes", "status"),
    [
        ("x", 400),
        ({"text": "x"}, 400),
        (["x"], 400),
        ([{}], 400),
        ([{"text": ""}], 400),
        ([{"text": " "}], 400),
        ([{"text": "a\nb"}], 400),
        ([{"text": "x" * 201}], 400),
        ([{"text": "\ud800"}], 400),
        ([{"text": "one"}, {"text": "two"}], 422),
    ],
    ids=ascii,
)
def test_what_is_no_note_changes_nothing(
    hospital: Caller, referral: Referral, notes: Any, status: int
) -> None:
    checked(
        put(hospital, hospital.get(f"Task/{referral.pk}") | {"status": "received", "note": notes}), status
    )
    referral.refresh_from_db()
    assert referral.status == "requested"


@pytest.mark.parametrize("note", ["", " ", "a\nb", "x" * 201, 7, None, {"text": "x"}], ids=str)
def test_what_is_no_note_is_refused_with_its_place(rest: Partner, referral: Referral, note: Any) -> None:
    refused = answer(rest, referral, "accept", {"note": note})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/note")


def test_another_hospital_reads_nothing_of_it(
    hospital: Caller, referral: Referral, clinic: Organization
) -> None:
    accepted_by(hospital, referral, WORDS)
    again = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    assert texts(again, referral) == [WORDS]
    nobody = fhir_case.caller(clinic)
    nobody.get(f"Task/{referral.pk}", status=404)
    assert Partner(partners.token(clinic)[1]).get(address(referral)).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("en", f"Note of the hospital: {WORDS}"), ("ko", f"병원의 메모: {WORDS}")]
)
def test_the_clinic_s_people_read_it(hospital: Caller, referral: Referral, language: str, words: str) -> None:
    accepted_by(hospital, referral, WORDS)
    reader = signed_in(people.member(referral.organization, Role.COORDINATOR))
    page = reader.get(page_of(referral), headers={"accept-language": language})
    assert words in page.content.decode()
    case = reader.get(
        reverse("case", args=[referral.encounter.public_id]), headers={"accept-language": language}
    )
    assert words in case.content.decode()


def test_what_a_hospital_adds_to_its_no_is_read_with_it(hospital: Caller, referral: Referral) -> None:
    said = [op("add", "/statusReason", {"text": "full"}), op("add", "/note", [{"text": WORDS}])]
    checked(patch(hospital, referral, to("rejected", *said)))
    by = people.actor(referral.organization, Role.COORDINATOR)
    again = referral_rematch(referral_id=referral.pk, by=by, now=timezone.now())
    reader = signed_in(people.member(referral.organization, Role.COORDINATOR))
    assert f"full · Note of the hospital: {WORDS}" in reader.get(page_of(again)).content.decode()


def test_markup_in_a_note_is_shown_as_it_was_written(hospital: Caller, referral: Referral) -> None:
    accepted_by(hospital, referral, "<b>bold</b>")
    reader = signed_in(people.member(referral.organization, Role.COORDINATOR))
    page = reader.get(page_of(referral)).content.decode()
    assert "&lt;b&gt;bold" in page and "<b>bold" not in page
