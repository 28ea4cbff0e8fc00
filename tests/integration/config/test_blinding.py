"""Whoever may still give a second, independent read sees that somebody has read, and nothing of the result."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from records.actor import Actor
from records.models import AuditEvent, Membership, Organization, Role
from referrals.models import Hospital, WeeklyOffer
from screening import services
from screening.domain.findings import Label
from screening.domain.grading import OverrideReason
from screening.errors import ReaderUnblinded
from screening.models import Encounter, GradingTask, Unblinding
from tests.factories import grading as made
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast
from tests.integration.config.conftest import signed_in

WORDS = "only a reflection"
# Of the machine, of the first reader, and of what followed from both.
RESULT = ("91 %", "Suspected", "Diabetes in the eye", WORDS, "Grader Kim", "Read signed", "Risk assessed",
          "Go to a hospital", "Hill Hospital", "Read by people", "authorise", "Painful red eye")  # fmt: skip
KEPT_BACK = "You may be asked for a second, independent read"


@pytest.fixture
def visit(screener: Actor) -> Encounter:
    cast.hospital(screener)
    found = (screening.eye("R", D=0.91), screening.eye("L"))
    return cast.screened(screener, *found, symptoms={"painful_red_eye": True})


@pytest.fixture
def first(clinic: Organization) -> Membership:
    return people.member(clinic, Role.GRADER)


@pytest.fixture
def task(visit: Encounter, first: Membership) -> GradingTask:
    """It waits for its second read."""
    task = GradingTask.objects.get(encounter=visit)
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    made.signed(task, made.both(override=OverrideReason.OTHER, text=WORDS), first.actor())
    task.refresh_from_db()
    assert task.stage == "second"
    return task


@pytest.fixture
def second(clinic: Organization) -> Membership:
    return people.member(clinic, Role.GRADER)


def main(client: Client, address: str) -> str:
    """What stands on the page itself, on one line."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    return " ".join(page[page.index("<main") : page.index("</main>")].split())


def case(client: Client, visit: Encounter) -> str:
    return main(client, reverse("case", args=[visit.public_id]))


def listed(client: Client, **query: str) -> str:
    page = main(client, reverse("cases") + "?" + "&".join(f"{k}={v}" for k, v in query.items()))
    return page[page.index('id="live"') :]


def look(client: Client, visit: Encounter, **more: str) -> Any:
    return client.post(reverse("case-look", args=[visit.public_id]), more)


def settled(task: GradingTask, clinic: Organization) -> None:
    made.signed(task, made.both(), people.actor(clinic, Role.GRADER), "second")


def measuring(task: GradingTask, clinic: Organization) -> int:
    by = people.actor(clinic, Role.ADMINISTRATOR)
    return services.quality_case_make(task_id=task.pk, by=by, now=timezone.now(), due_by=task.due_by)


def test_the_case_page_of_a_second_reader_holds_nothing_of_the_result_and_two_ways_on(
    task: GradingTask, second: Membership, visit: Encounter
) -> None:
    page = case(signed_in(second), visit)
    assert [words for words in RESULT if words in page] == []
    assert KEPT_BACK in page
    assert reverse("grading-task", args=[task.pk]) in page
    assert reverse("case-look", args=[visit.public_id]) in page
    assert "Visit opened" in page


def test_the_list_of_a_second_reader_holds_nothing_of_the_result(
    task: GradingTask, second: Membership, visit: Encounter
) -> None:
    client = signed_in(second)
    row = listed(client, list="all")
    assert [words for words in RESULT if words in row] == []
    assert visit.patient.name in row
    assert KEPT_BACK in row
    urgency = visit.assessments.get(superseded_at=None).urgency
    assert visit.patient.name not in listed(client, list="all", urgency=urgency), "a filter tells it too"


def test_when_the_patient_should_come_again_is_a_result_too(
    task: GradingTask, first: Membership, second: Membership, screener: Actor
) -> None:
    visit = cast.screened(screener, name="Comes again", seed=60)
    GradingTask.objects.filter(pk=made.task(visit).pk).update(stage="second")
    address = reverse("recalls") + "?list=upcoming"
    assert "Comes again" in main(signed_in(people.member(first.organization, Role.COORDINATOR)), address)
    assert "Comes again" not in main(signed_in(second), address)
    contact = reverse("recall-contact", args=[visit.assessments.get(superseded_at=None).recall.pk])
    assert signed_in(people.member(first.organization, Role.COORDINATOR)).get(contact).status_code == 200
    assert signed_in(second).get(contact).status_code == 404, "by its address neither"


def test_where_a_day_plans_to_send_the_patient_is_a_result_too(
    task: GradingTask, visit: Encounter, clinic: Organization
) -> None:
    address = reverse("camp")
    assert "Hill Hospital" in main(signed_in(people.member(clinic, Role.COORDINATOR)), address)
    page = main(signed_in(people.member(clinic, Role.PHYSICIAN)), address)
    assert [words for words in (visit.patient.name, "Hill Hospital") if words in page] == []
    assert "1 person is shown after your read." in page


def test_what_more_places_would_change_waits_for_the_read(
    task: GradingTask, visit: Encounter, clinic: Organization, screener: Actor
) -> None:
    Hospital.objects.filter(name="Hill Hospital").update(active=False)
    full = cast.hospital(screener, "Full Hospital")
    WeeklyOffer.objects.filter(hospital=full).update(places=0)
    address = reverse("camp")
    assert "Full Hospital" in main(signed_in(people.member(clinic, Role.COORDINATOR)), address)
    assert "Full Hospital" not in main(signed_in(people.member(clinic, Role.PHYSICIAN)), address)


def test_of_which_kind_a_proposal_is_is_a_result_too(
    task: GradingTask, visit: Encounter, clinic: Organization
) -> None:
    address = reverse("authorise")
    coordinator = signed_in(people.member(clinic, Role.COORDINATOR))
    assert visit.patient.name in main(coordinator, address + "?kind=referrals")
    physician = signed_in(people.member(clinic, Role.PHYSICIAN))
    assert visit.patient.name in main(physician, address)
    for kind in ("referrals", "medicines"):
        assert visit.patient.name not in main(physician, f"{address}?kind={kind}")


def test_to_be_photographed_again_is_a_result_too(screener: Actor, clinic: Organization) -> None:
    visit = cast.screened(screener, screening.ungradable("R"), screening.eye("L"))
    task = GradingTask.objects.get(encounter=visit)
    second = signed_in(people.member(clinic, Role.GRADER))
    assert visit.patient.name in listed(second, list="retake")
    GradingTask.objects.filter(pk=task.pk).update(stage="second")
    assert visit.patient.name not in listed(second, list="retake")


@pytest.mark.parametrize("name", ["patient-result", "intake-progress", "case"])
def test_neither_the_sheet_nor_the_intake_nor_a_later_visit_tells_it(
    task: GradingTask, second: Membership, visit: Encounter, screener: Actor, name: str
) -> None:
    later = services.encounter_open(patient=visit.patient, by=screener, now=timezone.now())
    asked = later if name == "case" else visit
    page = main(signed_in(second), reverse(name, args=[asked.public_id]))
    assert [words for words in RESULT if words in page] == []
    assert (KEPT_BACK if asked == visit else "Not shown before your read") in page


def test_the_screener_the_first_reader_and_the_arbiter_see_it(
    task: GradingTask, first: Membership, second: Membership, nurse: Client, visit: Encounter,
    clinic: Organization,
) -> None:  # fmt: skip
    for client in (nurse, signed_in(first)):
        assert "Diabetes in the eye" in case(client, visit)
    made.signed(task, made.both(Label.DIABETES), second.actor(), "second")
    arbiter = signed_in(people.member(clinic, Role.GRADER))
    assert WORDS in case(arbiter, visit)


def test_a_reader_who_looks_in_another_role_would_be_unblinded_too(
    task: GradingTask, second: Membership, visit: Encounter
) -> None:
    as_screener = Membership.objects.create(
        practitioner=second.practitioner, organization=second.organization, role=Role.SCREENER
    )
    client = signed_in(second)
    client.post(reverse("membership-choose"), {"membership": as_screener.pk})
    page = case(client, visit)
    assert KEPT_BACK in page
    assert "91 %" not in page


def test_whoever_looks_sees_it_at_once_and_cannot_give_the_second_read(
    task: GradingTask, second: Membership, visit: Encounter
) -> None:
    client = signed_in(second)
    client.post(reverse("grading-open", args=[task.pk]))
    assert look(client, visit).url == reverse("case", args=[visit.public_id])
    page = case(client, visit)
    assert "Diabetes in the eye" in page
    assert reverse("grading-task", args=[task.pk]) not in page
    assert "Nothing waits for you here" in main(client, reverse("grading"))
    assert "You have looked at the result" in main(client, reverse("grading-task", args=[task.pk]))
    with pytest.raises(ReaderUnblinded):
        made.signed(task, made.both(), second.actor(), "second")
    task.refresh_from_db()
    assert (task.stage, task.held_by) == ("second", None), "another person may open it at once"


def test_looking_is_audited_and_looking_twice_is_once(
    task: GradingTask, second: Membership, visit: Encounter
) -> None:
    client = signed_in(second)
    for _ in range(2):
        look(client, visit)
    assert Unblinding.objects.filter(task=task, practitioner=second.practitioner).count() == 1
    noted = AuditEvent.objects.get(detail__startswith="result seen instead of a blinded read")
    assert (noted.actor, noted.patient_id) == (second.actor().label, visit.patient_id)


def test_who_looked_may_still_be_the_arbiter(
    task: GradingTask, second: Membership, visit: Encounter, clinic: Organization
) -> None:
    look(signed_in(second), visit)
    made.signed(task, made.both(Label.DIABETES), people.actor(clinic, Role.GRADER), "second")
    assert services.grading_claim(task_id=task.pk, by=second.actor(), now=timezone.now()).stage == "arbiter"


def test_a_quality_case_is_as_blind_and_withdrawn_from_whoever_looks(
    task: GradingTask, second: Membership, visit: Encounter, clinic: Organization
) -> None:
    settled(task, clinic)
    assert measuring(task, clinic) == 1
    client = signed_in(second)
    for page in (case(client, visit), listed(client, list="all")):
        assert [words for words in RESULT if words in page] == []
        assert KEPT_BACK in page
        assert "quality" not in page.lower()
    look(client, visit)
    assert GradingTask.objects.get(quality_of=task).stage == "withdrawn"
    assert WORDS in case(client, visit)


def test_whoever_opened_a_settled_case_is_not_measured_by_it(
    task: GradingTask, second: Membership, visit: Encounter, clinic: Organization
) -> None:
    settled(task, clinic)
    GradingTask.objects.filter(pk=task.pk).update(stage="done")
    case(signed_in(second), visit)
    assert measuring(task, clinic) == 0


def test_a_physician_opens_a_proposal_with_one_click_and_decides(
    task: GradingTask, visit: Encounter, colleague: Callable[[str], Client]
) -> None:
    physician, referral = colleague(Role.PHYSICIAN), visit.referrals.get()
    address = reverse("authorise-referral", args=[referral.pk])
    waiting = main(physician, reverse("authorise"))
    assert visit.patient.name in waiting
    assert "Hill Hospital" not in waiting
    page = main(physician, address)
    assert KEPT_BACK in page
    assert [words for words in RESULT[:-2] if words in page] == []
    assert look(physician, visit, next=address).url == address
    assert "Hill Hospital" in main(physician, address)
    physician.post(reverse("authorise-referral-authorise", args=[referral.pk]))
    referral.refresh_from_db()
    assert referral.status == "authorised"


def test_whoever_decides_has_seen_the_result(
    task: GradingTask, visit: Encounter, clinic: Organization
) -> None:
    physician = people.member(clinic, Role.PHYSICIAN)
    referral = visit.referrals.get()
    signed_in(physician).post(reverse("authorise-referral-authorise", args=[referral.pk]))
    assert Unblinding.objects.filter(task=task, practitioner=physician.practitioner).exists()


def test_nobody_is_led_away_by_looking(task: GradingTask, second: Membership, visit: Encounter) -> None:
    back = look(signed_in(second), visit, next="https://elsewhere.example/")
    assert back.url == reverse("case", args=[visit.public_id])


def test_a_page_that_stands_open_hears_when_it_may_show_the_result(
    task: GradingTask, second: Membership, visit: Encounter
) -> None:
    client, address = signed_in(second), reverse("case", args=[visit.public_id])
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": client.get(address).context["digest"]}
    assert client.get(address, headers=headers).status_code == 204
    look(client, visit)
    assert client.get(address, headers=headers).status_code == 200


def test_a_list_asks_once_whose_results_it_keeps_back(
    task: GradingTask, second: Membership, screener: Actor
) -> None:
    client = signed_in(second)

    def queries() -> int:
        listed(client, list="all")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            listed(client, list="all")
        return len(caught)

    one = queries()
    other = cast.screened(screener, name="Other", seed=7)
    GradingTask.objects.filter(pk=made.task(other).pk).update(stage="second")
    assert queries() == one
