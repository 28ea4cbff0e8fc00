"""A partner sends screenings, reads them and lists them."""

from datetime import timedelta

import pytest
from django.utils import timezone

import screening.services
from records.actor import Actor
from records.models import AuditEvent, IdempotentReply, Organization, PartnerClient, Patient
from risk.services import assessment_finalise
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import Encounter, Exam, FundusImage, PartnerScreening
from tests.factories import grading, partners
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.partners import SCREENINGS, Partner, jpeg_file, meta
from tests.factories.records import NOW

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


@pytest.fixture
def client(clinic: Organization) -> PartnerClient:
    return partners.token(clinic)[0]


@pytest.fixture
def partner(clinic: Organization) -> Partner:
    return Partner(partners.token(clinic)[1])


def resulted(address: str, *eyes: object) -> Exam:
    """The newest exam of a screening gets this result."""
    exam = Exam.objects.get(encounter__public_id=address.rsplit("/", 1)[1])
    by = Actor(organization_id=exam.encounter.organization_id, label="software:test")
    outcome = made.outcome(exam, *eyes, by=by)
    assessment_finalise(outcome_id=outcome.pk, by=by, now=timezone.now())
    return exam


def test_a_screening_is_taken_and_says_where_to_ask(partner: Partner) -> None:
    reply = partner.send(meta(external_id="V-1", camera="NM-1", captured_at="2026-11-20T09:30:00+09:00"))
    assert reply.status_code == 202, reply.content
    body = reply.json()
    assert (body["external_id"], body["status"]) == ("V-1", "queued")
    assert reply.headers["Location"] == body["links"]["self"]
    assert partner.get(reply.headers["Location"]).json()["captured_at"] == "2026-11-20T00:30:00+00:00"
    stored = PartnerScreening.objects.get()
    assert (str(stored.encounter.public_id), stored.camera) == (body["id"], "NM-1")
    assert {image.laterality for image in FundusImage.objects.all()} == {"R", "L"}


def test_one_eye_is_enough_and_brackets_in_the_name_are_taken_too(partner: Partner) -> None:
    assert partner.send(**{"left[]": jpeg_file(3)}).status_code == 202
    assert FundusImage.objects.get().laterality == "L"


def test_the_meta_may_come_as_a_file_too(partner: Partner) -> None:
    import json

    from django.core.files.uploadedfile import SimpleUploadedFile

    part = SimpleUploadedFile("meta.json", json.dumps(meta()).encode(), "application/json")
    reply = partner.browser.post(
        SCREENINGS, {"meta": part, "right": jpeg_file()}, headers={"idempotency-key": "k"}
    )
    assert reply.status_code == 202


def test_drawn_photographs_are_marked(partner: Partner) -> None:
    address = partner.send(meta(synthetic=True)).headers["Location"]
    assert partner.get(address).json()["synthetic"] is True


def test_before_a_result_everything_unknown_is_null(partner: Partner) -> None:
    body = partner.get(partner.send().headers["Location"]).json()
    assert (body["status"], body["eyes"]) == ("queued", {"right": None, "left": None})
    assert {body[name] for name in ("model", "recommended_action", "urgency", "due_by", "interval_days")} == {
        None
    }
    assert "not a medical device" in body["caution"]


def test_a_result_is_preliminary_and_complete(partner: Partner) -> None:
    address = partner.send().headers["Location"]
    resulted(address, made.eye(RIGHT, D=0.9), made.ungradable(LEFT))
    body = partner.get(address).json()
    assert (body["status"], body["recommended_action"], body["urgency"]) == ("preliminary", "refer", "urgent")
    found = {one["code"]: one for one in body["eyes"]["right"]["findings"]}
    assert found["D"] == {
        "code": "D",
        "label": "Diabetes in the eye",
        "score": 0.9,
        "threshold": 0.5,
        "decision": "present",
    }
    assert body["eyes"]["left"]["quality"] == {"gradability": "ungradable", "reasons": ["blurred"]}
    assert body["model"]["version"] == "1"
    assert body["due_by"] > body["received_at"][:10]


def test_ungradable_is_a_result_and_no_error(partner: Partner) -> None:
    address = partner.send().headers["Location"]
    resulted(address, made.ungradable(RIGHT), made.ungradable(LEFT))
    reply = partner.get(address)
    assert (reply.status_code, reply.json()["status"]) == (200, "ungradable")
    assert reply.json()["recommended_action"] == "repeat-imaging"


def test_a_result_is_final_once_people_signed_it_and_the_advice_follows(
    partner: Partner, clinic: Organization
) -> None:
    address = partner.send().headers["Location"]
    exam = resulted(address, made.eye(RIGHT, D=0.9), made.eye(LEFT))
    task = grading.task(exam.encounter)
    grader = cast.actor(clinic, "grader")
    by = Actor(organization_id=clinic.pk, label="software:test")
    signed_at = timezone.now() + timedelta(minutes=1)
    screening.services.grading_claim(task_id=task.pk, by=grader, now=signed_at)
    screening.services.read_sign(
        task_id=task.pk, position="first", entries=grading.both(Label.DIABETES), by=grader, now=signed_at
    )
    assert partner.get(address).json()["status"] == "preliminary", "the advice is still that of the machine"
    outcome = exam.outcomes.get(superseded_at=None)
    assessment_finalise(outcome_id=outcome.pk, by=by, now=signed_at + timedelta(minutes=1))
    body = partner.get(address).json()
    assert (body["status"], body["eyes"]["right"]["read_by_person"]) == ("final", True)
    assert len(partner.get(status="final").json()["screenings"]) == 1


def test_words_are_english_whatever_the_library_asks_for(partner: Partner) -> None:
    address = partner.send().headers["Location"]
    resulted(address, made.eye(RIGHT, C=0.9), made.eye(LEFT))
    reply = partner.browser.get(address, headers={"accept-language": "ko"})
    assert "Cataract" in {one["label"] for one in reply.json()["eyes"]["right"]["findings"]}


def test_the_list_goes_page_by_page_newest_first(partner: Partner) -> None:
    sent = [partner.send(right=jpeg_file(seed)).json()["id"] for seed in range(5)]
    seen, page = [], partner.get(limit=2).json()
    while True:
        seen += [row["id"] for row in page["screenings"]]
        if page["next"] is None:
            break
        partner.send(right=jpeg_file(90))  # a new arrival moves no page
        page = partner.get(page["next"]["url"]).json()
    assert seen == sent[::-1]


def test_the_list_is_filtered_by_state_number_and_time(partner: Partner) -> None:
    first = partner.send(meta(external_id="A")).headers["Location"]
    partner.send(meta(external_id="B"))
    resulted(first, made.eye(RIGHT), made.eye(LEFT))
    PartnerScreening.objects.filter(external_id="A").update(received_at=NOW - timedelta(days=9))

    def listed(**query: str) -> list[str]:
        return [row["external_id"] for row in partner.get(**query).json()["screenings"]]

    assert listed(status="preliminary") == ["A"]
    assert listed(status="queued") == ["B"]
    assert listed(status="final") == []
    assert listed(external_id="B") == ["B"]
    assert listed(since="2026-11-22T00:00:00Z") == ["B"]
    assert listed(since="0676-05-28T11:13:19.479-18:12") == ["B", "A"], "no clinic has that offset"


def test_a_client_finds_only_what_it_sent_itself(clinic: Organization, partner: Partner) -> None:
    address = partner.send().headers["Location"]
    for other in (partners.token(clinic)[1], partners.token(cast.clinic())[1]):
        stranger = Partner(other)
        assert stranger.get(address).status_code == 404
        assert stranger.cancel(address, {"reason": "not mine"}).status_code == 404
        assert stranger.get().json()["screenings"] == []
    assert Encounter.objects.filter(cancelled_at=None).count() == 1


def test_a_screening_made_by_staff_is_not_the_partner_s(partner: Partner, screener: Actor) -> None:
    visit = made.open_exam(screener).encounter
    assert partner.get(f"{SCREENINGS}/{visit.public_id}").status_code == 404


def test_every_read_is_audited_under_the_client(clinic: Organization) -> None:
    client, token = partners.token(clinic)
    partner = Partner(token)
    address = partner.send().headers["Location"]
    partner.get(address)
    partner.get()
    reads = AuditEvent.objects.filter(action="R", actor=f"partner:{client.pk}")
    assert reads.filter(entity__startswith="screening.partnerscreening").count() == 1
    assert reads.filter(detail__startswith="screenings: 1 patients").count() == 1


def test_the_list_asks_as_much_of_the_database_for_ten_as_for_two(
    partner: Partner, django_assert_max_num_queries: object
) -> None:
    for seed in range(10):
        partner.send(right=jpeg_file(seed))
    with django_assert_max_num_queries(9):
        assert len(partner.get().json()["screenings"]) == 10


def test_a_screening_is_cancelled_with_a_reason_and_stays(partner: Partner) -> None:
    address = partner.send().headers["Location"]
    reply = partner.cancel(address, {"reason": "sent for the wrong patient"})
    assert (reply.status_code, reply.json()["status"]) == (200, "cancelled")
    assert partner.cancel(address, {"reason": "again"}).status_code == 200
    assert Encounter.objects.get().cancel_reason == "sent for the wrong patient"
    assert partner.get(status="cancelled").json()["screenings"][0]["status"] == "cancelled"


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": " "}, {"reason": 1}, {"reason": "x" * 201}, {"reason": "a\0"}, []]
)
def test_a_cancellation_needs_a_reason_in_words(partner: Partner, body: object) -> None:
    address = partner.send().headers["Location"]
    reply = partner.cancel(address, body)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "#/reason")


def test_nothing_is_left_of_a_refused_screening(partner: Partner) -> None:
    assert partner.send(right=jpeg_file(1), left=jpeg_file(data=b"no picture")).status_code == 422
    assert not Patient.objects.exists()
    assert not IdempotentReply.objects.exists()
