"""A hospital's program gives an appointment, says that the patient did not come, and ends a hold: by both doors."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from config.webhooks import wakes
from records.models import AuditEvent, Organization, Role, Topic
from referrals.domain.status import ReferralStatus as Status
from referrals.models import Referral, ReferralAlarm, ReferralAppointment
from referrals.services import alarms_raise, appointment_book, referral_move
from tests.factories import endpoints, partners
from tests.factories import records as people
from tests.factories.partners import Partner
from tests.integration.config import fhir_case
from tests.integration.config.fhir.test_task import put
from tests.integration.config.fhir_case import Caller, checked
from tests.integration.config.test_api_referrals import address, answer, partner_of

SYSTEM = "urn:nungil:codesystem:referral-business-status"
DAY = timedelta(days=1)


@pytest.fixture
def referral(clinic: Organization) -> Referral:
    return fhir_case.sent(clinic, name="Hong Gil-dong")


@pytest.fixture
def program(referral: Referral) -> Caller:
    return fhir_case.speaks_for(fhir_case.caller(referral.organization), referral.hospital)


@pytest.fixture
def rest(referral: Referral) -> Partner:
    return partner_of(referral)[1]


def moved(referral: Referral, *statuses: Status, **more: Any) -> Referral:
    by = people.actor(referral.organization, Role.COORDINATOR)
    for status in statuses:
        referral = referral_move(referral_id=referral.pk, status=status, by=by, now=timezone.now(), **more)
    return referral


@pytest.fixture
def accepted(referral: Referral) -> Referral:
    return moved(referral, Status.RECEIVED, Status.ACCEPTED)


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": SYSTEM, "code": code}]}


def booking(starts_at: datetime) -> dict[str, Any]:
    return {"businessStatus": coded("appointment-booked"), "executionPeriod": {"start": whole(starts_at)}}


def whole(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def soon() -> datetime:
    return (timezone.now() + 2 * DAY).replace(microsecond=0)


def booked_long_ago(referral: Referral) -> None:
    """An appointment whose time has come."""
    by = people.actor(referral.organization, Role.COORDINATOR)
    appointment_book(referral_id=referral.pk, starts_at=soon(), by=by, now=timezone.now())
    ReferralAppointment.objects.update(starts_at=timezone.now() - DAY, booked_at=timezone.now() - 2 * DAY)


def told(program: Caller, referral: Referral, changes: dict[str, Any]) -> HttpResponse:
    return put(program, program.get(f"Task/{referral.pk}") | changes)


def by_task(
    program: Caller, _rest: Partner, referral: Referral, act: str, *starts_at: datetime
) -> HttpResponse:
    changes = {
        "appointment": lambda: booking(*starts_at),
        "did-not-attend": lambda: {"businessStatus": coded("did-not-attend")},
        "resume": lambda: {"status": "accepted"},
    }
    return told(program, referral, changes[act]())


def by_rest(
    _program: Caller, rest: Partner, referral: Referral, act: str, *starts_at: datetime
) -> HttpResponse:
    return answer(rest, referral, act, {"starts_at": whole(starts_at[0])} if starts_at else {})


Door = Callable[..., HttpResponse]
both_doors = pytest.mark.parametrize("door", [by_task, by_rest])


@both_doors
def test_an_appointment_is_stored_told_and_read_back(
    program: Caller, rest: Partner, accepted: Referral, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts_at = soon()
    monkeypatch.setattr(wakes, "wake", lambda key, **_: None)
    client = program.backend.client
    endpoint = endpoints.active(accepted.organization, client=client, topics=[Topic.TASK])
    assert door(program, rest, accepted, "appointment", starts_at).status_code == 200
    stored = accepted.appointments.get()
    assert (stored.starts_at, stored.status) == (starts_at, "booked")
    last = accepted.history.latest("pk")
    assert (last.code, last.to_status, last.actor == stored.booked_by) == ("booked", "accepted", True)
    entity = f"referrals.referral:{accepted.pk}"
    assert AuditEvent.objects.filter(entity=entity, actor=last.actor, reason="booked").exists()
    assert endpoint.messages.filter(event="task.updated", resource_id=str(accepted.pk)).count() == 1
    task, body = program.get(f"Task/{accepted.pk}"), rest.get(address(accepted)).json()
    assert task["businessStatus"]["coding"] == [{"system": SYSTEM, "code": "appointment-booked"}]
    assert datetime.fromisoformat(task["executionPeriod"]["start"]) == starts_at
    assert task["restriction"]["period"] == {"end": accepted.due_by.isoformat()}
    assert body["business_status"] == "appointment-booked"
    assert datetime.fromisoformat(body["appointment_at"]) == starts_at
    assert str(body["version"]) == task["meta"]["versionId"]


@both_doors
def test_that_the_patient_did_not_come_makes_the_clinic_call(
    program: Caller, rest: Partner, accepted: Referral, door: Door
) -> None:
    booked_long_ago(accepted)
    assert door(program, rest, accepted, "did-not-attend").status_code == 200
    assert accepted.appointments.get().status == "noshow"
    task, body = program.get(f"Task/{accepted.pk}"), rest.get(address(accepted)).json()
    assert task["businessStatus"] == coded("did-not-attend") and "executionPeriod" not in task
    assert (body["status"], body["business_status"]) == ("accepted", "did-not-attend")
    assert body["appointment_at"] is None
    alarms_raise(now=timezone.now())
    assert ReferralAlarm.objects.get(closed_at=None).step == "rebook"
    assert door(program, rest, accepted, "appointment", soon()).status_code == 200
    assert rest.get(address(accepted)).json()["business_status"] == "appointment-booked"


def test_what_the_hospital_says_of_a_missed_visit_is_kept(program: Caller, accepted: Referral) -> None:
    booked_long_ago(accepted)
    told = program.get(f"Task/{accepted.pk}")
    told |= {"businessStatus": coded("did-not-attend"), "statusReason": {"text": "Her number is dead"}}
    assert put(program, {name: told[name] for name in told if name != "executionPeriod"}).status_code == 200
    assert accepted.history.latest("pk").reason == "Her number is dead"


@both_doors
def test_a_hold_ends_where_it_began_and_its_appointment_stands(
    program: Caller, rest: Partner, accepted: Referral, door: Door
) -> None:
    door(program, rest, accepted, "appointment", soon())
    moved(accepted, Status.ON_HOLD, reason="ill")
    assert door(program, rest, accepted, "resume").status_code == 200
    accepted.refresh_from_db()
    assert accepted.status == "accepted"
    assert program.get(f"Task/{accepted.pk}")["businessStatus"] == coded("appointment-booked")


def test_a_hold_of_a_treatment_goes_on_as_a_treatment(rest: Partner, accepted: Referral) -> None:
    moved(moved(accepted, Status.IN_PROGRESS), Status.ON_HOLD, reason="ill")
    assert answer(rest, accepted, "resume").json()["status"] == "in-progress"


@both_doors
@pytest.mark.parametrize("act", ["appointment", "did-not-attend", "resume"])
def test_an_act_that_is_not_possible_now_is_a_conflict_and_changes_nothing(
    program: Caller, rest: Partner, referral: Referral, door: Door, act: str
) -> None:
    steps = referral.history.count()
    starts = (soon(),) if act == "appointment" else ()
    reply = door(program, rest, referral, act, *starts)
    assert reply.status_code == 409
    assert "possible is received" in reply.content.decode()
    assert referral.history.count() == steps and not ReferralAppointment.objects.exists()


@both_doors
def test_of_an_appointment_that_is_still_to_come_nobody_stayed_away(
    program: Caller, rest: Partner, accepted: Referral, door: Door
) -> None:
    door(program, rest, accepted, "appointment", soon())
    assert door(program, rest, accepted, "did-not-attend").status_code == 409


def test_what_is_accepted_is_not_resumed(rest: Partner, accepted: Referral) -> None:
    assert answer(rest, accepted, "resume").status_code == 409
    received = moved(fhir_case.sent(accepted.organization, seed=5), Status.RECEIVED)
    assert answer(rest, received, "resume").status_code == 409


@both_doors
@pytest.mark.parametrize("ahead", [-DAY, 800 * DAY])
def test_a_time_that_nobody_can_mean_is_refused(
    program: Caller, rest: Partner, accepted: Referral, door: Door, ahead: timedelta
) -> None:
    assert door(program, rest, accepted, "appointment", timezone.now() + ahead).status_code == 422
    assert not ReferralAppointment.objects.exists()


@both_doors
def test_an_appointment_after_the_deadline_is_taken_and_the_clinic_called_at_once(
    program: Caller, rest: Partner, accepted: Referral, door: Door
) -> None:
    late = timezone.now() + (accepted.due_by - timezone.localdate()) + 2 * DAY
    assert door(program, rest, accepted, "appointment", late).status_code == 200
    alarms_raise(now=timezone.now())
    assert ReferralAlarm.objects.get(closed_at=None).step == "late"


@pytest.mark.parametrize("act", ["appointment", "did-not-attend", "resume"])
def test_another_s_referral_is_not_there(accepted: Referral, clinic: Organization, act: str) -> None:
    body = {"starts_at": whole(soon())} if act == "appointment" else {}
    elsewhere = partner_of(accepted, people.clinic())[1]
    nobody = Partner(partners.token(clinic)[1])
    for calling in (elsewhere, nobody):
        assert answer(calling, accepted, act, body, etag='W/"1"').status_code == 404


def test_another_s_task_takes_no_appointment(program: Caller, accepted: Referral) -> None:
    task = program.get(f"Task/{accepted.pk}") | booking(soon())
    elsewhere = fhir_case.speaks_for(fhir_case.caller(people.clinic()), accepted.hospital)
    checked(put(elsewhere, task), 404)
    checked(put(fhir_case.caller(accepted.organization), task), 404)


def test_an_appointment_for_an_older_version_is_refused_by_both_doors(
    program: Caller, rest: Partner, accepted: Referral
) -> None:
    old, etag = program.get(f"Task/{accepted.pk}"), rest.get(address(accepted)).headers["ETag"]
    moved(accepted, Status.ON_HOLD, reason="ill")
    checked(put(program, old | booking(soon())), 412)
    checked(put(program, old | booking(soon()), etag=""), 428)
    body = {"starts_at": whole(soon())}
    for told_of, status in ((etag, 412), ("", 428)):
        assert answer(rest, accepted, "appointment", body, etag=told_of).status_code == status
    assert answer(rest, accepted, "resume", etag=etag).status_code == 412


def test_a_hospital_accepts_and_gives_the_appointment_at_once(program: Caller, referral: Referral) -> None:
    moved(referral, Status.RECEIVED)
    task = checked(told(program, referral, {"status": "accepted"} | booking(soon())))
    assert (task["status"], task["businessStatus"]) == ("accepted", coded("appointment-booked"))
    versions = program.get(f"Task/{referral.pk}/_history")["entry"]
    shown = [(one["resource"]["status"], "businessStatus" in one["resource"]) for one in versions[:3]]
    assert shown == [("accepted", True), ("accepted", False), ("received", False)]


def test_what_cannot_be_booked_takes_the_new_status_back_too(program: Caller, referral: Referral) -> None:
    moved(referral, Status.RECEIVED)
    past = booking(timezone.now() - DAY)
    checked(told(program, referral, {"status": "accepted"} | past), 422)
    referral.refresh_from_db()
    assert referral.status == "received"


def test_a_task_that_goes_on_with_its_appointment_as_it_was_read_books_nothing_anew(
    program: Caller, accepted: Referral
) -> None:
    checked(told(program, accepted, booking(soon())))
    task = checked(told(program, accepted, {"status": "in-progress"}))
    assert "businessStatus" not in task and "executionPeriod" not in task
    assert accepted.appointments.get().status == "fulfilled"


def test_an_appointment_that_is_sent_again_is_booked_once(rest: Partner, accepted: Referral) -> None:
    etag, body = rest.get(address(accepted)).headers["ETag"], {"starts_at": whole(soon())}
    first = answer(rest, accepted, "appointment", body, etag=etag, key="same")
    again = answer(rest, accepted, "appointment", body, etag=etag, key="same")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert accepted.appointments.count() == 1
    other = {"starts_at": whole(soon() + DAY)}
    refused = answer(rest, accepted, "appointment", other, etag=etag, key="same")
    assert refused.json()["type"].endswith("#idempotency-key-reused")


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("appointment", {}),
        ("appointment", []),
        ("appointment", {"starts_at": None}),
        ("appointment", {"starts_at": "tomorrow"}),
        ("appointment", {"starts_at": "2027-12-01"}),
        ("appointment", {"starts_at": "2027-12-01T09:30:00"}),
        ("appointment", {"starts_at": "2027-12-01T09:30:00Z", "room": 7}),
        ("did-not-attend", {"reason": "x"}),
        ("resume", []),
    ],
    ids=str,
)
def test_what_says_nothing_is_refused_with_its_place(
    rest: Partner, accepted: Referral, act: str, body: Any
) -> None:
    refused = answer(rest, accepted, act, body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("#/")


def test_the_statement_says_how_a_task_is_changed(program: Caller) -> None:
    (task,) = (one for one in program.get("metadata")["rest"][0]["resource"] if one["type"] == "Task")
    for word in ("businessStatus", "appointment-booked", "did-not-attend", "executionPeriod.start", SYSTEM):
        assert word in task["documentation"]
