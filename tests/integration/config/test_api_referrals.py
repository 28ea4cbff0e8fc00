"""A hospital's program answers referrals through REST: the twin of FHIR's Task, by the same service."""

from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from records.models import AuditEvent, Consent, ConsentScope, Organization, PartnerClient
from referrals.models import Referral, ReferralLetter, ReferralOutcome
from tests.factories import partners
from tests.factories import records as people
from tests.factories.partners import Partner
from tests.integration.config import fhir_case
from tests.integration.config.handed_out import read_pdf

REFERRALS = "/api/v1/referrals"
OUTCOME = [
    {"eye": "right", "code": "G", "present": True},
    {"eye": "left", "code": "G", "present": False},
]
_key = count(1)


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def referral(clinic: Organization) -> Referral:
    return fhir_case.sent(clinic, name="Hong Gil-dong")


@pytest.fixture
def client(referral: Referral) -> PartnerClient:
    return partner_of(referral)[0]


@pytest.fixture
def hospital(referral: Referral) -> Partner:
    return partner_of(referral)[1]


def partner_of(referral: Referral, organization: Organization | None = None) -> tuple[PartnerClient, Partner]:
    client, token = partners.token(organization or referral.organization)
    fhir_case.client_speaks_for(client, referral.hospital)
    return client, Partner(token)


def address(referral: Referral, step: str = "") -> str:
    return f"{REFERRALS}/{referral.pk}" + (f"/{step}" if step else "")


def answer(
    calling: Partner,
    referral: Referral,
    step: str,
    body: Any = None,
    *,
    etag: str | None = None,
    key: str = "",
) -> Any:
    version = calling.get(address(referral)).headers.get("ETag", "") if etag is None else etag
    headers = {"idempotency-key": key or f"k-{next(_key)}"} | ({"if-match": version} if version else {})
    return calling.browser.post(
        address(referral, step),
        {} if body is None else body,
        content_type="application/json",
        headers=headers,
    )


def status_of(referral: Referral) -> str:
    referral.refresh_from_db()
    return referral.status


def test_a_hospital_accepts_and_completes_with_what_it_found(hospital: Partner, referral: Referral) -> None:
    accepted = answer(hospital, referral, "accept")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
    assert accepted.headers["ETag"] == f'W/"{accepted.json()["version"]}"'
    done = answer(hospital, referral, "complete", {"outcome": OUTCOME})
    assert (done.status_code, done.json()["status"]) == (200, "completed")
    assert hospital.get(address(referral)).json()["outcome"] == OUTCOME
    steps = [event.to_status for event in referral.history.order_by("pk")][-4:]
    assert steps == ["received", "accepted", "in-progress", "completed"]


def test_a_hospital_says_no_with_a_reason_and_loses_sight_of_the_person(
    hospital: Partner, referral: Referral
) -> None:
    assert hospital.get(address(referral)).json()["patient"]["name"] == "Hong Gil-dong"
    reply = answer(hospital, referral, "reject", {"reason": "no place in time"})
    assert (reply.status_code, reply.json()["status"]) == (200, "rejected")
    after = hospital.get(address(referral)).json()
    assert (after["reason"], after["patient"]) == ("no place in time", None)
    assert hospital.get(address(referral, "letter")).status_code == 404


def test_it_says_what_the_task_says(hospital: Partner, referral: Referral) -> None:
    fhir = fhir_case.speaks_for(fhir_case.caller(referral.organization), referral.hospital)
    answer(hospital, referral, "accept")
    task, body = fhir.get(f"Task/{referral.pk}"), hospital.get(address(referral)).json()
    assert body["links"]["task"].endswith(f"/fhir/Task/{task['id']}")
    assert (body["status"], body["urgency"]) == (task["status"], task["priority"])
    assert str(body["version"]) == task["meta"]["versionId"]
    assert body["due_by"] == task["restriction"]["period"]["end"] == referral.due_by.isoformat()


def test_the_list_goes_page_by_page_and_says_nothing_of_the_person(
    hospital: Partner, referral: Referral, clinic: Organization
) -> None:
    more = [fhir_case.sent(clinic, name=f"Kim {number}", seed=number) for number in range(1, 5)]
    seen, page = [], hospital.get(REFERRALS, limit=2)
    assert "Hong" not in page.content.decode() and "Kim" not in page.content.decode()
    while True:
        body = page.json()
        seen += [row["id"] for row in body["referrals"]]
        if body["next"] is None:
            break
        page = hospital.get(body["next"]["url"])
    assert seen == [one.pk for one in reversed([referral, *more])]


def test_the_list_is_filtered_by_status_urgency_and_change(hospital: Partner, referral: Referral) -> None:
    moment = hospital.get(address(referral)).json()["changed_at"].replace("+00:00", "Z")

    def listed(**query: str) -> int:
        return len(hospital.get(REFERRALS, **query).json()["referrals"])

    assert (listed(status="requested"), listed(status="accepted")) == (1, 0)
    assert (listed(urgency=referral.urgency), listed(urgency="stat")) == (1, 0)
    assert (listed(changed_since=moment), listed(changed_since="2100-01-01T00:00:00Z")) == (1, 0)


@pytest.mark.parametrize(
    "query",
    [{"status": "proposed"}, {"urgency": "now"}, {"changed_since": "today"}, {"limit": "0"}, {"page": "2"}],
    ids=str,
)
def test_a_filter_that_cannot_be_read_is_refused(hospital: Partner, query: dict[str, str]) -> None:
    assert hospital.get(REFERRALS, **query).status_code == 400


def test_reading_is_audited_for_the_person(
    hospital: Partner, client: PartnerClient, referral: Referral
) -> None:
    hospital.get(address(referral))
    trace = AuditEvent.objects.filter(entity=f"referrals.referral:{referral.pk}", action="R").latest(
        "sequence"
    )
    assert (trace.patient_id, trace.detail) == (referral.encounter.patient_id, "REST referral")
    hospital.get(REFERRALS)
    assert AuditEvent.objects.latest("sequence").detail.startswith("referrals: 1 patients ")


def test_what_is_not_sent_to_this_hospital_is_not_there(referral: Referral, clinic: Organization) -> None:
    elsewhere = partner_of(referral, people.clinic())[1]
    nobody = Partner(partners.token(clinic)[1])
    unsent = fhir_case.referred(clinic, name="Unsent", seed=9)
    own = partner_of(referral)[1]
    for calling, one in ((elsewhere, referral), (nobody, referral), (own, unsent)):
        assert calling.get(REFERRALS).json()["referrals"] == [] or calling is own
        assert calling.get(address(one)).status_code == 404
        assert calling.get(address(one, "letter")).status_code == 404
        for step, body in (("accept", {}), ("reject", {"reason": "x"}), ("complete", {"outcome": OUTCOME})):
            assert answer(calling, one, step, body, etag='W/"1"').status_code == 404
    assert own.get(f"{REFERRALS}/{10**30}").status_code == 404


def test_a_step_that_the_table_does_not_know_is_a_conflict(hospital: Partner, referral: Referral) -> None:
    refused = answer(hospital, referral, "complete", {"outcome": OUTCOME})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("#transition-refused")
    assert "possible is received" in refused.json()["detail"]
    answer(hospital, referral, "accept")
    assert answer(hospital, referral, "accept").status_code == 409
    assert answer(hospital, referral, "reject", {"reason": "too late"}).status_code == 409
    assert status_of(referral) == "accepted" and not ReferralOutcome.objects.exists()


def test_an_answer_to_an_older_version_is_refused(hospital: Partner, referral: Referral) -> None:
    old = hospital.get(address(referral)).headers["ETag"]
    answer(hospital, referral, "accept")
    for etag, status in ((old, 412), ('W/"x"', 400), ("*", 400), ("", 428)):
        assert answer(hospital, referral, "complete", {"outcome": OUTCOME}, etag=etag).status_code == status
    assert status_of(referral) == "accepted"


def test_an_answer_that_is_sent_again_is_taken_once(hospital: Partner, referral: Referral) -> None:
    etag = hospital.get(address(referral)).headers["ETag"]
    first = answer(hospital, referral, "accept", etag=etag, key="same")
    steps = referral.history.count()
    again = answer(hospital, referral, "accept", etag=etag, key="same")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert referral.history.count() == steps
    other = answer(hospital, referral, "complete", {"outcome": OUTCOME}, etag=etag, key="same")
    assert other.json()["type"].endswith("#idempotency-key-reused")


def test_a_refused_answer_leaves_nothing_and_frees_its_key(hospital: Partner, referral: Referral) -> None:
    steps = referral.history.count()
    assert answer(hospital, referral, "complete", {"outcome": OUTCOME}, key="k").status_code == 409
    assert referral.history.count() == steps
    assert answer(hospital, referral, "accept", key="k").status_code == 200


def test_an_answer_needs_its_key(hospital: Partner, referral: Referral) -> None:
    headers = {"if-match": 'W/"3"'}
    reply = hospital.browser.post(
        address(referral, "accept"), {}, content_type="application/json", headers=headers
    )
    assert reply.json()["type"].endswith("#idempotency-key-invalid")


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("accept", []),
        ("accept", {"reason": "x"}),
        ("reject", {}),
        ("reject", {"reason": " "}),
        ("reject", {"reason": "a\nb"}),
        ("reject", {"reason": "x" * 201}),
        ("complete", {}),
        ("complete", {"outcome": []}),
        ("complete", {"outcome": [OUTCOME[0], OUTCOME[0]]}),
        ("complete", {"outcome": [OUTCOME[0] | {"present": 1}]}),
        ("complete", {"outcome": [OUTCOME[0] | {"code": "N"}]}),
        ("complete", {"outcome": [OUTCOME[0] | {"eye": "both"}]}),
        ("complete", {"outcome": [7]}),
    ],
    ids=str,
)
def test_what_is_no_answer_is_refused_with_its_place_and_changes_nothing(
    hospital: Partner, referral: Referral, step: str, body: Any
) -> None:
    refused = answer(hospital, referral, step, body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("#/")
    assert status_of(referral) == "requested"


def test_the_letter_is_the_one_that_is_kept(hospital: Partner, referral: Referral) -> None:
    reply = hospital.get(address(referral, "letter"), language="en")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "application/pdf")
    assert "Hong Gil-dong" in read_pdf(reply.content)[1]
    kept = ReferralLetter.objects.get()
    assert reply.headers["ETag"] == f'"{kept.sha256}"' and "no-store" in reply.headers["Cache-Control"]
    assert hospital.get(address(referral, "letter"), language="en").content == reply.content
    assert hospital.get(address(referral, "letter"), language="fr").status_code == 400


def test_a_program_that_takes_only_a_pdf_gets_it(hospital: Partner, referral: Referral) -> None:
    reply = hospital.browser.get(address(referral, "letter"), headers={"accept": "application/pdf"})
    assert reply.status_code == 200 and reply.content.startswith(b"%PDF")


def test_without_the_consent_to_share_there_is_no_person_and_no_letter(
    hospital: Partner, referral: Referral
) -> None:
    Consent.objects.filter(patient=referral.encounter.patient, scope=ConsentScope.REFERRAL).update(
        withdrawn_at=timezone.now()
    )
    assert hospital.get(address(referral)).json()["patient"] is None
    assert hospital.get(address(referral, "letter")).status_code == 404


def test_a_kept_reply_holds_nothing_of_the_person(hospital: Partner, referral: Referral) -> None:
    from records.models import IdempotentReply

    answer(hospital, referral, "accept")
    assert "Hong" not in IdempotentReply.objects.get().body
