"""The readers' pages as readers meet them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config import case_work
from records.actor import Actor
from records.models import AuditEvent, Organization, Role
from referrals import services as referral_services
from risk.models import RiskAssessment
from screening import services
from screening.domain.findings import DISEASES, Label
from screening.domain.grading import OverrideReason, Position
from screening.domain.laterality import Laterality
from screening.models import Encounter, GradingTask, Read
from tests.factories import grading as made
from tests.factories import records as people
from tests.factories import screening
from tests.factories.records import NOW
from tests.integration.config import cast
from tests.integration.config.conftest import signed_in

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


@pytest.fixture
def reader(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.GRADER)


@pytest.fixture
def visit(screener: Actor) -> Encounter:
    """Referred for diabetes; glaucoma is left open in the right eye and a red flag brings it to a reader."""
    found = (screening.eye(RIGHT, D=0.91, G=0.43), screening.eye(LEFT))
    return cast.screened(screener, *found, symptoms={"painful_red_eye": True})


@pytest.fixture
def task(visit: Encounter) -> GradingTask:
    task = GradingTask.objects.get(encounter=visit)
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=False)
    return task


def opened(client: Client, task: GradingTask) -> Any:
    client.post(reverse("grading-open", args=[task.pk]))
    return client.get(reverse("grading-task", args=[task.pk]))


def typed(position: str = "first", *right: Label, **more: str) -> dict[str, str]:
    """A complete form: the right eye with these findings, the left clear."""
    form = {"position": position, "confirm": "on"}
    for eye in Laterality:
        there = right if eye is RIGHT else ()
        form |= {f"{eye}-{label}": "present" if label in there else "absent" for label in DISEASES}
        form[f"{eye}-gradable"] = "yes"
    return form | {name.replace("_", "-", 1): value for name, value in more.items()}


def signed(client: Client, task: GradingTask, form: dict[str, str]) -> Any:
    client.post(reverse("grading-open", args=[task.pk]))
    return client.post(reverse("grading-task", args=[task.pk]), form)


def text(response: Any) -> str:
    return response.content.decode()


def test_an_assessment_with_a_red_flag_is_on_the_readers_list_with_its_urgency(
    reader: Client, task: GradingTask
) -> None:
    page = text(reader.get(reverse("grading")))
    assert task.encounter.patient.mrn in page
    assert "Warning sign" in page
    assert (task.cause, task.urgency) == ("red-flag", "stat")
    assert AuditEvent.objects.filter(detail__startswith="grading: 1 patients").exists()


def test_a_screener_is_told_who_may_read(nurse: Client, task: GradingTask) -> None:
    response = nurse.get(reverse("grading"))
    assert response.status_code == 403
    assert "Grader, Physician" in text(response)


def test_another_clinics_case_does_not_exist(task: GradingTask) -> None:
    stranger = signed_in(people.member(people.clinic(), Role.GRADER))
    for name in ("grading-task", "grading-open", "grading-release"):
        method = stranger.get if name == "grading-task" else stranger.post
        assert method(reverse(name, args=[task.pk])).status_code == 404


def test_the_first_reader_sees_the_machine_and_decides_what_it_left_open(
    reader: Client, task: GradingTask
) -> None:
    page = text(opened(reader, task))
    assert "91 %" in page
    assert re.search(r'name="R-D" value="present"[^>]*checked', page)
    assert not re.search(r'name="R-G"[^>]*checked', page)
    assert "Painful red eye" in page


def test_an_override_asks_for_its_reason_beside_the_eye_and_keeps_what_was_typed(
    reader: Client, task: GradingTask
) -> None:
    response = signed(reader, task, typed(R_icdr="") | {"L-override_text": "looked twice"})
    page = text(response)
    assert response.status_code == 422
    assert "You decided differently from the machine" in page
    assert "looked twice" in page
    assert not Read.objects.exists()


def test_a_signed_override_changes_the_case_and_its_reason_is_shown(
    reader: Client, screener: Actor, clinic: Organization
) -> None:
    visit = cast.screened(screener, screening.eye(RIGHT, D=0.9, G=0.45), screening.eye(LEFT))
    first = RiskAssessment.objects.get(encounter=visit, superseded_at=None)
    assert first.disposition == "refer"
    task = made.task(visit)
    form = typed() | {"R-override": "artefact", "R-override_text": "dust on the lens"}
    response = signed(reader, task, form)
    assert response.status_code == 302
    case_work.work_off_case(visit)
    newer = RiskAssessment.objects.get(encounter=visit, superseded_at=None)
    assert (newer.disposition, newer.pk > first.pk) == ("self-care", True)
    assert "dust on the lens" in text(reader.get(reverse("case", args=[visit.public_id])))


def test_an_unclear_score_is_on_the_list_and_gone_once_read(reader: Client, screener: Actor) -> None:
    visit = cast.screened(screener, screening.eye(RIGHT, G=0.45), screening.eye(LEFT))
    task = GradingTask.objects.get(encounter=visit)
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=False)
    assert (task.cause, task.urgency) == ("abstained", "routine")
    assert signed(reader, task, typed()).status_code == 302
    case_work.work_off_case(visit)
    assert "Nothing waits for you here" in text(reader.get(reverse("grading")))
    assert GradingTask.objects.filter(encounter=visit).count() == 1


def test_the_blinded_page_holds_nothing_of_the_machine_nor_of_the_first_reader(
    reader: Client, colleague: Callable[[str], Client], task: GradingTask, clinic: Organization
) -> None:
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    first = people.actor(clinic, Role.GRADER)
    made.signed(task, made.both(override=OverrideReason.OTHER, text="secret words"), first)
    page = text(opened(reader, task))
    body = page[page.index("<main") : page.index("</main>")]
    assert "Second read" in body
    for hidden in ("91 %", "43 %", "0.91", "secret words", "Suspected", "Unclear", "checked", "Grader Kim"):
        assert hidden not in body.replace('value="yes">Suspected', "")
    case = text(reader.get(reverse("case", args=[task.encounter.public_id])))
    assert "secret words" not in case


def test_a_quality_case_looks_like_any_second_read(task: GradingTask, clinic: Organization) -> None:
    measured, fresh = people.member(clinic, Role.GRADER), people.member(clinic, Role.GRADER)
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    for position in ("first", "second"):
        made.signed(task, made.both(Label.DIABETES), people.actor(clinic, Role.GRADER), position)
    services.quality_case_make(
        task_id=task.pk, by=people.actor(clinic, Role.ADMINISTRATOR), now=NOW, due_by=task.due_by
    )
    case = GradingTask.objects.get(quality_of=task, reader=measured.practitioner)
    client = signed_in(measured)
    for page in (text(client.get(reverse("grading"))), text(opened(client, case))):
        main = page[page.index("<main") : page.index("</main>")]
        assert "second read" in main.lower()
        assert "quality" not in main.lower()
    assert signed_in(fresh).get(reverse("grading-task", args=[case.pk])).status_code == 404


def test_the_arbiter_sees_both_reads_and_where_they_differ(
    reader: Client, task: GradingTask, clinic: Organization
) -> None:
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    other = made.both(override=OverrideReason.OTHER, text="only a reflection")
    made.signed(task, other, people.actor(clinic, Role.GRADER))
    made.signed(task, made.both(Label.DIABETES), people.actor(clinic, Role.GRADER), "second")
    page = text(opened(reader, task))
    assert not re.search(r'name="R-D"[^>]*checked', page)
    assert "only a reflection" in page
    assert "They differ in: Right eye: Diabetes in the eye" in " ".join(page.split())


def test_a_lost_race_is_told_kindly_and_keeps_what_was_typed(
    reader: Client, task: GradingTask, clinic: Organization
) -> None:
    opened(reader, task)
    GradingTask.objects.filter(pk=task.pk).update(held_until=NOW)
    made.signed(task, made.both(Label.DIABETES), people.actor(clinic, Role.GRADER))
    form = typed("first", Label.CATARACT) | {"R-override": "other", "R-override_text": "my words"}
    response = reader.post(reverse("grading-task", args=[task.pk]), form)
    assert response.status_code == 409
    page = text(response)
    assert "Somebody signed this read" in page
    assert "my words" in page
    assert re.search(r'name="R-C" value="present"[^>]*checked', page)


def test_a_held_case_says_until_when(
    reader: Client, colleague: Callable[[str], Client], task: GradingTask
) -> None:
    opened(colleague(Role.PHYSICIAN), task)
    assert "Another reader" in text(reader.get(reverse("grading")))
    assert "Another reader has this case open" in text(reader.get(reverse("grading-task", args=[task.pk])))
    assert "No case waits" in text(reader.post(reverse("grading-next"), follow=True))


def test_the_next_case_is_the_most_urgent_and_filters_stay_in_the_address(
    reader: Client, task: GradingTask, screener: Actor
) -> None:
    later = cast.screened(screener, screening.eye(RIGHT, G=0.45), screening.eye(LEFT), name="Later", seed=3)
    calm = GradingTask.objects.get(encounter=later)
    assert reader.post(reverse("grading-next")).url == reverse("grading-task", args=[task.pk])
    response = reader.post(reverse("grading-next") + "?why=abstained")
    assert response.url == reverse("grading-task", args=[calm.pk]) + "?why=abstained"


def test_a_signed_read_is_amended_with_a_reason_and_both_versions_are_seen(
    reader: Client, task: GradingTask
) -> None:
    signed(reader, task, typed("first", Label.DIABETES))
    read = Read.objects.get()
    address = reverse("read-amend", args=[read.pk])
    assert "It is final" in text(reader.get(address))
    form = typed("first") | {"R-override": "normal-variant"}
    assert reader.post(address, form).status_code == 422
    assert reader.post(address, form | {"reason": "looked again"}).status_code == 302
    case = text(reader.get(reverse("case", args=[task.encounter.public_id])))
    assert "looked again" in case
    assert "version 2" in case
    assert reader.get(address).status_code == 404


def test_nonsense_in_a_form_is_a_fault_beside_it_never_an_error(reader: Client, task: GradingTask) -> None:
    address = reverse("grading-task", args=[task.pk])
    assert reader.post(address, {"position": "boss"}).status_code == 400
    reader.post(reverse("grading-open", args=[task.pk]))
    for form in ({}, {"R-icdr": "9"}, {"R-D": "maybe"}, {"R-override_text": "x" * 999}):
        assert reader.post(address, {"position": "first"} | form).status_code == 422
    wrong = typed("first", Label.DIABETES) | {"R-icdr": "0", "L-amd": "wet"}
    assert "contradicts" in text(reader.post(address, wrong))


def test_the_list_costs_the_same_however_long_it_is(
    reader: Client, task: GradingTask, screener: Actor
) -> None:
    def queries() -> int:
        reader.get(reverse("grading"))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            reader.get(reverse("grading"))
        return len(caught)

    one = queries()
    for number in range(3):
        eyes = (screening.eye(RIGHT, G=0.45), screening.eye(LEFT))
        cast.screened(screener, *eyes, name=f"More {number}", seed=10 + number)
    assert queries() == one


def test_the_agreement_page_counts_reads_and_offers_settled_cases(
    colleague: Callable[[str], Client], task: GradingTask, clinic: Organization
) -> None:
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    readers = [people.member(clinic, Role.GRADER) for _ in range(2)]
    for membership, position in zip(readers, ("first", "second"), strict=True):
        made.signed(task, made.both(Label.DIABETES), membership.actor(), position)
    administrator = colleague(Role.ADMINISTRATOR)
    page = text(administrator.get(reverse("agreement"), {"days": "all"}))
    assert "1.00" in page
    assert task.encounter.patient.mrn in page
    own = text(signed_in(readers[0]).get(reverse("agreement"), {"days": "all"}))
    assert own.count("What was settled") == 1
    third = people.member(clinic, Role.GRADER)
    told = administrator.post(reverse("grading-quality", args=[task.pk]), follow=True)
    assert "1 other reader gets this case" in text(told)
    assert GradingTask.objects.filter(quality_of=task, reader=third.practitioner).exists()
    assert colleague(Role.AUDITOR).get(reverse("agreement")).status_code == 200
    assert colleague(Role.AUDITOR).post(reverse("grading-quality", args=[task.pk])).status_code == 403


@pytest.mark.parametrize(
    ("query", "counted", "chosen"),
    [
        ({}, False, "90"),
        ({"days": "365"}, True, "365"),
        ({"days": "all"}, True, "all"),
        ({"days": "x"}, False, "90"),
    ],
)
def test_the_agreement_page_reads_the_last_90_days_unless_its_address_says_otherwise(
    colleague: Callable[[str], Client], task: GradingTask, clinic: Organization, query: dict[str, str],
    counted: bool, chosen: str,
) -> None:  # fmt: skip
    services.read_sign(
        task_id=task.pk,
        position=Position.FIRST,
        entries=made.both(Label.DIABETES),
        by=people.actor(clinic, Role.GRADER),
        now=timezone.now() - timedelta(days=91),
    )
    page = text(colleague(Role.AUDITOR).get(reverse("agreement"), query))
    assert ("Nobody has signed a read in this period" not in page) is counted
    assert f'<option value="{chosen}" selected>' in page


def test_a_referral_that_a_hospital_has_is_not_taken_back_by_a_later_read(
    screener: Actor, clinic: Organization, reader: Client
) -> None:
    cast.hospital(screener)
    visit = cast.screened(screener, screening.eye(RIGHT, D=0.9, G=0.45), screening.eye(LEFT))
    physician = people.actor(clinic, Role.PHYSICIAN)
    sent = visit.referrals.get()
    referral_services.referral_authorise_and_send(referral_id=sent.pk, by=physician, now=timezone.now())
    signed(reader, made.task(visit), typed() | {"R-override": "artefact"})
    case_work.work_off_case(visit)
    sent.refresh_from_db()
    assert sent.status == "requested"
    assert RiskAssessment.objects.get(encounter=visit, superseded_at=None).disposition == "self-care"


def test_a_proposal_nobody_decided_follows_the_read(
    screener: Actor, clinic: Organization, reader: Client
) -> None:
    cast.hospital(screener)
    visit = cast.screened(screener, screening.eye(RIGHT, D=0.9, G=0.45), screening.eye(LEFT))
    signed(reader, made.task(visit), typed() | {"R-override": "artefact"})
    case_work.work_off_case(visit)
    assert [one.status for one in visit.referrals.all()] == ["cancelled"]
