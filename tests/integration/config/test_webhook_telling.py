"""Who is told of what: only programs that may read it, in the transaction of the fact, and never about a person."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as run_with
from hypothesis import strategies as st

from config.cancellation import case_cancel
from config.webhooks import telling, wakes
from config.webhooks.bodies import body_of
from records.models import Organization, Payload, Role, Topic, WebhookEndpoint, WebhookMessage
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from referrals.services import referral_answer
from referrals.services.step_rows import status_set
from screening.domain.findings import Label
from screening.models import PartnerScreening
from screening.services import grading_claim, read_sign
from tests.factories import endpoints, grading
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir_case import Caller

NAMES = ("홍길동", "P-", "1956", "referral", "glaucoma", "score")


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakes, "wake", lambda key, **_: None)


def hospital_of(clinic: Organization, referral: Referral) -> Caller:
    return fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)


def facts(endpoint: WebhookEndpoint) -> list[tuple[str, str, str]]:
    told = endpoint.messages.exclude(resource="").order_by("pk")
    return list(told.values_list("event", "resource", "resource_id"))


def test_a_hospital_is_told_of_every_step_from_the_day_it_was_sent(clinic: Organization) -> None:
    proposal = fhir_case.referred(clinic)
    hospital = hospital_of(clinic, proposal)
    endpoint = endpoints.active(clinic, client=hospital.backend.client, topics=[Topic.TASK])
    fhir_case.referral_authorise_and_send(
        referral_id=proposal.pk, by=people.actor(clinic, Role.PHYSICIAN), now=timezone.now()
    )
    referral_answer(
        referral_id=proposal.pk,
        client_id=hospital.backend.client.pk,
        status=ReferralStatus.RECEIVED,
        by=hospital.backend.client.actor(),
        now=timezone.now(),
        seen="",
    )
    assert facts(endpoint) == [("task.updated", "Task", str(proposal.pk))] * 2
    assert hospital.get(f"Task/{proposal.pk}")["status"] == "received", "what it was told of, it may read"


def test_nobody_else_is_told(clinic: Organization) -> None:
    proposal = fhir_case.referred(clinic)
    stranger = endpoints.active(clinic)
    other = endpoints.active(people.clinic())
    fhir_case.referral_authorise_and_send(
        referral_id=proposal.pk, by=people.actor(clinic, Role.PHYSICIAN), now=timezone.now()
    )
    assert facts(stranger) == facts(other) == []


def test_a_fact_that_is_rolled_back_was_never_told(clinic: Organization) -> None:
    referral = fhir_case.sent(clinic)
    hospital = hospital_of(clinic, referral)
    endpoint = endpoints.active(clinic, client=hospital.backend.client)
    by = people.actor(clinic, Role.PHYSICIAN)
    with pytest.raises(RuntimeError), transaction.atomic():
        status_set(referral, ReferralStatus.CANCELLED, by=by, now=timezone.now(), reason="by mistake")
        assert facts(endpoint)
        raise RuntimeError
    assert facts(endpoint) == []


def test_a_read_is_told_as_what_the_report_then_is(clinic: Organization) -> None:
    referral = fhir_case.sent(clinic)
    visit = referral.encounter
    hospital = hospital_of(clinic, referral)
    every = endpoints.active(clinic, client=hospital.backend.client, topics=[Topic.REPORT])
    final = endpoints.active(
        clinic, endpoints.PUBLIC_URL + "/final", client=hospital.backend.client, topics=[Topic.FINAL_REPORT]
    )
    by, now = people.actor(clinic, Role.GRADER), timezone.now()
    task = grading.task(visit)
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=now)
    assert {fact[1:] for fact in facts(every)} == {("DiagnosticReport", str(visit.public_id))}
    shown = hospital.get(f"DiagnosticReport/{visit.public_id}")["status"]
    told = (
        "report.final" if shown == "final" else "report.updated",
        "DiagnosticReport",
        str(visit.public_id),
    )
    assert facts(every)[-1] == told
    assert facts(final) == ([told] if shown == "final" else [])


def test_a_cancelled_visit_is_told_to_the_program_that_sent_it(clinic: Organization) -> None:
    proposal = fhir_case.referred(clinic)
    sender = fhir_case.caller(clinic)
    PartnerScreening.objects.create(
        encounter=proposal.encounter,
        client=sender.backend.client,
        external_id="V-1",
        received_at=timezone.now(),
    )
    endpoint = endpoints.active(clinic, client=sender.backend.client, topics=[Topic.REPORT])
    case_cancel(
        encounter=proposal.encounter,
        by=people.actor(clinic, Role.PHYSICIAN),
        now=timezone.now(),
        reason="twice",
    )
    assert facts(endpoint) == [("report.updated", "DiagnosticReport", str(proposal.encounter.public_id))]


@run_with(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.sampled_from(["endpoint.test", "task.updated", "report.updated", "report.final"]),
    resource=st.sampled_from(["", "Task", "DiagnosticReport"]),
    key=st.integers(1, 10**9),
    payload=st.sampled_from(list(Payload)),
)
def test_a_body_holds_kind_id_event_and_time_and_nothing_else(
    event: str, resource: str, key: int, payload: Payload
) -> None:
    message = WebhookMessage(
        event=event, resource=resource, resource_id=str(key) if resource else "", happened_at=timezone.now()
    )
    body = body_of(message, payload)
    if payload == Payload.EMPTY:
        assert body == b""
        return
    read: dict[str, Any] = json.loads(body)
    assert set(read) == {"type", "timestamp", "data"}
    assert set(read["data"]) == ({"resourceType", "id"} if resource else set())


def test_bodies_of_a_whole_case_name_nobody(clinic: Organization) -> None:
    proposal = fhir_case.referred(clinic, name="홍길동")
    hospital = hospital_of(clinic, proposal)
    endpoint = endpoints.active(clinic, client=hospital.backend.client)
    fhir_case.referral_authorise_and_send(
        referral_id=proposal.pk, by=people.actor(clinic, Role.PHYSICIAN), now=timezone.now()
    )
    telling.of_visit(key=proposal.encounter_id)
    patient = proposal.encounter.patient
    personal = {patient.name, patient.mrn, str(patient.birth_date), str(patient.public_id), *NAMES}
    bodies = [body_of(one, endpoint.payload).decode() for one in endpoint.messages.all()]
    assert len(bodies) >= 3
    assert not [(word, body) for word in personal for body in bodies if word and word in body]
