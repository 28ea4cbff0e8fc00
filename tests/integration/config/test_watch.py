"""The watch in the portal: its page, its hold, what it counts of the programme, and the clock that starts it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from config.grading_work import grading_opened
from config.watch import work
from config.watch.counting import programme_counts
from records.models import Organization, Role
from referrals.models import Hospital, Referral, ReferralEvent
from risk.domain.indicators import Indicator
from risk.fusion_release import FUSION_RELEASE
from risk.models import Recall, ReleaseHold, RescoreRun, RiskAssessment, Watch
from risk.tasks import rescore
from screening.domain.grading import Cause
from screening.models import Exam, ExamOutcome, GradingTask, Read
from tests.factories import assessments, grading, screening, watches
from tests.factories import records as people
from tests.factories.assessments import NOW, TODAY
from tests.factories.months import Made, months

pytestmark = pytest.mark.django_db
PAGE, HOLD = reverse("watch"), reverse("watch-hold")


@pytest.fixture
def physician(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.PHYSICIAN)


def text_of(client: Client, query: str = "") -> str:
    page: str = client.get(PAGE + query, headers={"accept-language": "en"}).content.decode()
    return page


def test_a_clinic_that_was_never_watched_reads_when_it_will_be(physician: Client) -> None:
    assert "Nothing was watched yet" in text_of(physician)


def test_what_presses_stands_first_with_whose_it_is(physician: Client, clinic: Organization) -> None:
    watches.watches(clinic, nights=10)
    page = text_of(physician)
    pressing = page[page.index("To look at") : page.index("Programme")]
    assert "Image scores differ from those before: Glaucoma" in pressing
    assert "camera NM-1" in pressing and "held" in pressing
    assert pressing.index("held") < pressing.index("look at it")


def test_another_group_shows_its_own_figures(physician: Client, clinic: Organization) -> None:
    watches.watches(clinic, nights=2)
    whole = physician.get(PAGE).context["page"]
    women = physician.get(f"{PAGE}?of=sex:female").context["page"]
    assert whole.indications and not women.indications
    assert {one.newest.member for one in women.trends["image-drift"]} == {"female"}
    assert len(whole.trends["image-drift"]) == 7
    assert physician.get(f"{PAGE}?of=nonsense").context["page"].chosen == ("all", "")


def test_another_clinic_s_watch_and_hold_are_not_shown(physician: Client) -> None:
    watches.hold(watches.watches(people.clinic(), nights=2)[-1])
    page = physician.get(PAGE).context["page"]
    assert page.newest is None and page.holds == []


def test_a_physician_lifts_a_hold_with_a_reason(physician: Client, clinic: Organization) -> None:
    held = watches.hold(watches.watches(clinic, nights=2)[-1])
    lift = reverse("watch-lift", args=[held.pk])
    assert "is on hold" in text_of(physician)
    refused = physician.post(lift, {f"{held.pk}-reason": " "})
    held.refresh_from_db()
    assert refused.status_code == 422 and held.in_force
    told = {f"{held.pk}-reason": "the lens was dirty", f"{held.pk}-became": "repaired"}
    assert physician.post(lift, told).status_code == 302
    page = text_of(physician)
    assert "is on hold" not in page and "the lens was dirty" in page
    assert physician.post(lift, told, follow=True).status_code == 200


def test_a_physician_holds_a_model_by_hand(physician: Client, clinic: Organization) -> None:
    screening.release()
    assert physician.post(HOLD, {"release": "unknown", "reason": "blurred"}).status_code == 422
    assert physician.post(HOLD, {"release": FUSION_RELEASE, "reason": "blurred"}).status_code == 302
    assert f"{FUSION_RELEASE} is on hold" in text_of(physician)
    hold = ReleaseHold.objects.get(organization=clinic)
    assert (hold.release, hold.reason, hold.watch) == (FUSION_RELEASE, "blurred", None)


def test_who_may_not_lift_reads_who_can(colleague: Callable[[str], Client], clinic: Organization) -> None:
    watches.hold(watches.watches(clinic, nights=2)[-1])
    page = text_of(colleague(Role.AUDITOR))
    assert "A physician can lift it" in page and "Rely on it again" not in page


def test_a_case_of_a_held_release_waits_for_a_person(clinic: Organization) -> None:
    by = people.actor(clinic)
    visit = assessments.visit(by, people.patient(by))
    assessment = assessments.assessment(visit)
    exam = Exam.objects.get()
    image = exam.images.create(
        laterality="R", sha256="1" * 64, format="JPEG", width=1, height=1, size_bytes=1, received_at=NOW
    )
    ExamOutcome.objects.get().eyes.create(image=image, gradability="gradable")
    grading_opened(assessment.pk)
    assert not GradingTask.objects.exists()
    RiskAssessment.objects.update(release_held=True)
    grading_opened(assessment.pk)
    assert GradingTask.objects.get().cause == Cause.HELD


def counts(clinic: Organization) -> dict[Indicator, tuple[int, int]]:
    return programme_counts(clinic, now=NOW)


def test_results_in_time_are_counted_among_exams_whose_time_has_passed(clinic: Organization) -> None:
    made = months(clinic, [Made(ago) for ago in (1, 2, 3, 4)])
    late, never = (Exam.objects.get(pk=one.exam_id) for one in made[:2])
    late.outcomes.update(resulted_at=late.submitted_at + timedelta(minutes=31))
    just = made[2].exam
    just.outcomes.update(resulted_at=just.submitted_at + timedelta(minutes=30))
    Exam.objects.filter(pk=never.pk).update(submitted_at=NOW - timedelta(minutes=29))
    assert counts(clinic)[Indicator.RESULT_IN_TIME] == (2, 3)


def recall(clinic: Organization, ago: int, state: str = "open", cause: str = "interval") -> Recall:
    by = people.actor(clinic)
    patient = people.patient(by)
    return Recall.objects.create(
        assessment=assessments.assessment(assessments.visit(by, patient)),
        organization=clinic,
        patient=patient,
        due_by=TODAY - timedelta(days=ago),
        cause=cause,
        state=state,
        opened_at=NOW,
        closed_at=None if state == "open" else NOW,
    )


def test_uptake_is_of_recalls_that_fell_due_and_were_not_replaced(clinic: Organization) -> None:
    for state in ("attended", "attended", "declined", "open", "superseded"):
        recall(clinic, 10, state)
    recall(clinic, 10, "attended", cause="attendance")  # whether a hospital saw somebody
    recall(clinic, 90, "attended")
    recall(clinic, 91, "attended")
    recall(clinic, 0)
    assert counts(clinic)[Indicator.UPTAKE] == (3, 5)
    assert counts(clinic)[Indicator.RECALLS_OVERDUE] == (1, 2)


def referred(clinic: Organization, ago: int, status: str, steps: dict[str, int]) -> Referral:
    """`steps`: statuses it reached, each so many days before its date."""
    by = people.member(clinic, Role.PHYSICIAN)
    due = TODAY - timedelta(days=ago)
    visit = assessments.visit(by.actor(), people.patient(people.actor(clinic)))
    named = {} if status == "needs-coordinator" else {"authorised_at": NOW, "authorised_by": by.practitioner}
    referral = Referral.objects.create(
        assessment=assessments.assessment(visit),
        encounter=visit,
        organization=clinic,
        status=status,
        urgency="urgent",
        due_by=due,
        decided_at=NOW,
        hospital=None if status == "needs-coordinator" else hospital(),
        **named,
    )
    for step, before in steps.items():
        at = datetime(due.year, due.month, due.day, 3, tzinfo=UTC) - timedelta(days=before)
        ReferralEvent.objects.create(referral=referral, to_status=step, recorded_at=at, actor="test")
    return referral


def hospital() -> Hospital:
    made, _ = Hospital.objects.get_or_create(
        source="test",
        source_id="1",
        defaults={"name": "H", "country": "KR", "latitude": 37.0, "longitude": 127.0},
    )
    return made


def test_referrals_are_sent_and_seen_in_time_up_to_the_day_itself(clinic: Organization) -> None:
    referred(clinic, 5, "completed", {"requested": 9, "completed": 0})
    referred(clinic, 5, "in-progress", {"requested": 0, "in-progress": -1})
    referred(clinic, 5, "requested", {"requested": -1})
    referred(clinic, 5, "needs-coordinator", {})
    referred(clinic, 0, "requested", {"requested": 1})
    found = counts(clinic)
    assert found[Indicator.REFERRAL_SENT] == (2, 4)
    assert found[Indicator.REFERRAL_SEEN] == (1, 4)
    assert found[Indicator.REFERRALS_OVERDUE] == (3, 4)


def test_reads_are_in_time_up_to_the_day_itself(clinic: Organization) -> None:
    reader = people.member(clinic, Role.GRADER).practitioner
    due = TODAY - timedelta(days=3)
    for signed in (0, 1, None):
        visit = assessments.visit(people.actor(clinic), people.patient(people.actor(clinic)))
        task = grading.task(visit)
        GradingTask.objects.filter(pk=task.pk).update(due_by=due)
        if signed is not None:
            at = datetime(due.year, due.month, due.day, 3, tzinfo=UTC) + timedelta(days=signed)
            Read.objects.create(task=task, position="first", grader=reader, signed_at=at)
    assert counts(clinic)[Indicator.READ_IN_TIME] == (1, 3)


def test_another_clinic_s_people_are_not_counted(clinic: Organization) -> None:
    recall(people.clinic(), 10, "attended")
    assert set(counts(clinic).values()) == {(0, 0)}


TWO_AT_NIGHT = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)  # in Seoul


def test_the_clock_watches_each_clinic_once_in_its_night(clinic: Organization) -> None:
    months(clinic, [Made(1)])
    assert work.nights_watch(now=TWO_AT_NIGHT - timedelta(hours=1)) == []
    assert [one.organization for one in work.nights_watch(now=TWO_AT_NIGHT)] == [clinic]
    assert work.nights_watch(now=TWO_AT_NIGHT + timedelta(minutes=10)) == []


def test_what_was_watched_is_scored_again_at_once(
    clinic: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(clinic, [Made(1)])
    sent: list[object] = []
    monkeypatch.setattr(rescore, "apply_async", lambda **how: sent.append(how["expires"]))
    monkeypatch.setattr(work.timezone, "now", lambda: TWO_AT_NIGHT)
    work.watch.run()
    work.watch.run()
    assert sent == [work.ONE_SWEEP], "asked for once, when there was something new"


def test_a_night_without_its_watch_is_told_where_people_look(physician: Client, clinic: Organization) -> None:
    newest = watches.watches(clinic, nights=2)[-1]
    assert "was not watched" not in text_of(physician)
    run = RescoreRun.objects.create(
        organization=clinic,
        night=newest.night + timedelta(days=1),
        started_at=NOW,
        started_by="test",
        unwatched=True,
        today=newest.night + timedelta(days=1),
        fusion_release=FUSION_RELEASE,
        policy_version=0,
        rules_version="test",
    )
    nights = physician.get("/nights/", headers={"accept-language": "en"}).content.decode()
    assert "The watch did not look in time that night." in nights
    assert "The last night was not watched" in text_of(physician)
    RescoreRun.objects.filter(pk=run.pk).update(night=newest.night)
    assert "was not watched" not in text_of(physician), "it has been watched since"


def test_a_clinic_that_cannot_be_watched_holds_up_no_other(
    clinic: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = people.clinic()
    months(clinic, [Made(1)])
    months(other, [Made(1)])
    whole = work.clinic_watch

    def watch(organization: Organization, **more: Any) -> Watch:
        if organization == clinic:
            raise ZeroDivisionError
        return whole(organization, **more)

    monkeypatch.setattr(work, "clinic_watch", watch)
    assert [one.organization for one in work.nights_watch(now=TWO_AT_NIGHT)] == [other]
    monkeypatch.undo()
    assert [one.organization for one in work.nights_watch(now=TWO_AT_NIGHT)] == [clinic]


def test_the_command_tells_every_figure(clinic: Organization) -> None:
    months(clinic, [Made(1)])
    out = StringIO()
    call_command("watch", organization=clinic.pk, json=True, stdout=out)
    (told,) = json.loads(out.getvalue())
    assert told["organization"] == clinic.pk and told["held"] == []
    assert len(told["figures"]) == Watch.objects.get().figures.count()
    out = StringIO()
    call_command("watch", stdout=out)
    assert "of too few to say anything" in out.getvalue()


def test_the_command_says_what_to_do_where_there_is_no_visit(db: None) -> None:
    with pytest.raises(CommandError, match="screen somebody first"):
        call_command("watch")
