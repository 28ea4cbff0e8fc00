"""Who may read a case, that a signed read is final, and what it does to the visit."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization, Role
from screening import events, selectors, services
from screening.domain.findings import Decision, Label
from screening.domain.grading import HOLD, OverrideReason, Stage
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.domain.reading import EyeReading
from screening.domain.severity import Severity
from screening.errors import (
    NotSettled,
    ReaderRepeated,
    ReadingInvalid,
    ReasonMissing,
    TaskHeld,
    TaskMoved,
)
from screening.models import Encounter, EyeRead, FindingRead, GradingTask, Read
from screening.services import EyeEntry
from tests.factories import grading as made
from tests.factories import records as cast
from tests.factories import screening as photographed
from tests.factories.records import NOW

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
WORDS = OverrideReason.ARTEFACT


@pytest.fixture
def grader(clinic: Organization) -> Actor:
    return cast.actor(clinic, Role.GRADER)


@pytest.fixture
def other(clinic: Organization) -> Actor:
    return cast.actor(clinic, Role.GRADER)


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, Role.PHYSICIAN)


@pytest.fixture
def visit(screener: Actor) -> Encounter:
    """Diabetes is suspected in the right eye, and glaucoma is left open."""
    exam = photographed.submitted_exam(screener)
    photographed.outcome(exam, photographed.eye(RIGHT, D=0.9, G=0.45), photographed.eye(LEFT), by=screener)
    return exam.encounter


@pytest.fixture
def announced() -> Iterator[list[int]]:
    keys: list[int] = []
    listen = lambda key, **_: keys.append(key)  # noqa: E731
    events.read_signed.connect(listen)
    yield keys
    events.read_signed.disconnect(listen)


def shown(visit: Encounter, label: Label, eye: int = 0) -> Decision | None:
    result = selectors.visit_result(visit.pk)
    assert result
    return result.eyes[eye].decision(label)


def test_a_signed_read_decides_what_the_machine_left_open_and_is_announced(
    visit: Encounter, grader: Actor, announced: list[int]
) -> None:
    made.signed(made.task(visit), made.both(Label.DIABETES, Label.GLAUCOMA), grader)
    assert shown(visit, Label.GLAUCOMA) is Decision.PRESENT
    assert announced == [selectors.outcomes_of_visit(visit.pk)[-1].pk]
    assert AuditEvent.objects.filter(entity__startswith="screening.read:").count() == 1


def test_a_person_overrides_the_machine_only_with_a_reason_and_its_finding_stays(
    visit: Encounter, grader: Actor
) -> None:
    task = made.task(visit)
    with pytest.raises(ReadingInvalid) as refused:
        made.signed(task, made.both(), grader)
    assert refused.value.problems == {("R", "override"): "reason-missing"}
    made.signed(task, made.both(override=WORDS), grader)
    assert shown(visit, Label.DIABETES) is Decision.ABSENT
    machine = selectors.visit_result(visit.pk, people_too=False)
    assert machine and machine.eyes[0].decision(Label.DIABETES) is Decision.PRESENT
    stored = FindingRead.objects.get(overrides=True)
    assert (stored.label, stored.machine, stored.override_reason) == ("D", "present", "artefact")


def test_another_reason_needs_words(visit: Encounter, grader: Actor) -> None:
    with pytest.raises(ReadingInvalid) as refused:
        made.signed(made.task(visit), made.both(override=OverrideReason.OTHER), grader)
    assert refused.value.problems == {("R", "override_text"): "words-missing"}


def test_every_photographed_eye_and_every_disease_is_decided(visit: Encounter, grader: Actor) -> None:
    task = made.task(visit)
    with pytest.raises(ReadingInvalid) as refused:
        made.signed(task, [EyeEntry(EyeReading(RIGHT))], grader)
    assert ("L", "gradability") in refused.value.problems
    assert refused.value.problems["R", "G"] == "undecided"
    assert not Read.objects.exists()


def test_what_a_person_cannot_judge_keeps_the_suspicion_and_asks_for_another_photograph(
    visit: Encounter, grader: Actor
) -> None:
    blurred = EyeEntry(EyeReading(RIGHT, ungradable=QualityReason.BLURRED))
    made.signed(made.task(visit), [blurred, made.entry(LEFT)], grader)
    result = selectors.visit_result(visit.pk)
    assert result and result.eyes[0].gradability is Gradability.UNGRADABLE
    assert shown(visit, Label.DIABETES) is Decision.PRESENT


def test_a_person_who_could_not_judge_an_exam_counts_for_the_next_one(
    visit: Encounter, grader: Actor, screener: Actor
) -> None:
    blurred = EyeEntry(EyeReading(RIGHT, ungradable=QualityReason.BLURRED))
    made.signed(made.task(visit), [blurred, made.entry(LEFT)], grader)
    again = photographed.next_exam(visit, screener, seed=50)
    assert selectors.ungradable_exams_before(again) == 1


def test_severity_travels_with_the_result(visit: Encounter, grader: Actor) -> None:
    mild = Severity(icdr=1, macular_oedema=False)
    made.signed(made.task(visit), made.both(Label.DIABETES, severity=mild), grader)
    result = selectors.visit_result(visit.pk)
    assert result and result.eyes[0].severity == mild


def test_a_newer_photograph_takes_no_read_back_but_may_add_to_it(
    visit: Encounter, grader: Actor, screener: Actor
) -> None:
    made.signed(made.task(visit), made.both(override=WORDS), grader)
    again = photographed.next_exam(visit, screener, seed=60)
    photographed.outcome(again, photographed.eye(RIGHT, C=0.9), by=screener)
    assert shown(visit, Label.DIABETES) is Decision.ABSENT
    assert shown(visit, Label.CATARACT) is Decision.PRESENT


def test_signed_is_final_in_the_database(visit: Encounter, grader: Actor) -> None:
    read = made.signed(made.task(visit), made.both(Label.DIABETES), grader)
    changes = (
        lambda: Read.objects.filter(pk=read.pk).update(signed_at=NOW + timedelta(days=1)),
        lambda: EyeRead.objects.filter(read=read).update(icdr=4),
        lambda: FindingRead.objects.filter(eye__read=read).update(present=True),
        lambda: FindingRead.objects.filter(eye__read=read)._raw_delete("default"),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            change()


def test_an_amendment_is_a_further_version_with_its_reason(visit: Encounter, grader: Actor) -> None:
    read = made.signed(made.task(visit), made.both(Label.DIABETES), grader)
    with pytest.raises(ReasonMissing):
        services.read_amend(read_id=read.pk, entries=made.both(), reason=" ", by=grader, now=NOW)
    entries = made.both(override=WORDS)
    newer = services.read_amend(read_id=read.pk, entries=entries, reason="wrong eye", by=grader, now=NOW)
    assert (newer.version, newer.amend_reason) == (2, "wrong eye")
    assert shown(visit, Label.DIABETES) is Decision.ABSENT
    assert [one.version for one in selectors.reads_of_visit(visit.pk)] == [1, 2]
    with pytest.raises(TaskMoved):
        services.read_amend(read_id=read.pk, entries=entries, reason="again", by=grader, now=NOW)


def test_only_the_signer_amends_a_read(visit: Encounter, grader: Actor, other: Actor) -> None:
    read = made.signed(made.task(visit), made.both(Label.DIABETES), grader)
    with pytest.raises(RoleRefused):
        services.read_amend(read_id=read.pk, entries=made.both(), reason="mine", by=other, now=NOW)


def test_signing_twice_is_one_read(visit: Encounter, grader: Actor, announced: list[int]) -> None:
    task = made.task(visit)
    first = made.signed(task, made.both(Label.DIABETES, Label.GLAUCOMA), grader)
    assert made.signed(task, made.both(Label.DIABETES, Label.GLAUCOMA), grader) == first
    assert len(announced) == 1


def test_disagreement_keeps_the_more_serious_until_a_third_person_decides(
    visit: Encounter, grader: Actor, other: Actor, physician: Actor
) -> None:
    task = made.task(visit, second_wanted=True)
    made.signed(task, made.both(override=WORDS), grader)
    assert shown(visit, Label.DIABETES) is Decision.ABSENT
    made.signed(task, made.both(Label.DIABETES), other, "second")
    task.refresh_from_db()
    assert task.stage == Stage.ARBITER
    assert shown(visit, Label.DIABETES) is Decision.PRESENT
    made.signed(task, made.both(override=WORDS), physician, "arbiter")
    task.refresh_from_db()
    assert task.stage == Stage.DONE
    assert shown(visit, Label.DIABETES) is Decision.ABSENT


def test_a_second_reader_who_agrees_changes_nothing_and_starts_no_work(
    visit: Encounter, grader: Actor, other: Actor, announced: list[int]
) -> None:
    task = made.task(visit, second_wanted=True)
    made.signed(task, made.both(Label.DIABETES), grader)
    made.signed(task, made.both(Label.DIABETES), other, "second")
    task.refresh_from_db()
    assert (task.stage, len(announced)) == (Stage.DONE, 1)


def test_the_blinded_second_reader_needs_no_reason_against_what_they_did_not_see(
    visit: Encounter, grader: Actor, other: Actor
) -> None:
    task = made.task(visit, second_wanted=True)
    made.signed(task, made.both(Label.DIABETES), grader)
    made.signed(task, made.both(), other, "second")
    assert not FindingRead.objects.filter(eye__read__grader=other.practitioner_id, overrides=True).exists()


def test_nobody_reads_a_case_twice(visit: Encounter, grader: Actor) -> None:
    task = made.task(visit, second_wanted=True)
    first = made.signed(task, made.both(Label.DIABETES), grader)
    with pytest.raises(ReaderRepeated):
        services.grading_claim(task_id=task.pk, by=grader, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Read.objects.create(task=task, position="second", grader_id=first.grader_id, signed_at=NOW)


def test_whoever_opens_a_case_holds_it_for_a_while(visit: Encounter, grader: Actor, other: Actor) -> None:
    task = made.task(visit)
    services.grading_claim(task_id=task.pk, by=grader, now=NOW)
    with pytest.raises(TaskHeld) as held:
        services.grading_claim(task_id=task.pk, by=other, now=NOW)
    assert held.value.until == NOW + HOLD
    with pytest.raises(TaskHeld):
        made.signed(task, made.both(Label.DIABETES), other)
    services.grading_claim(task_id=task.pk, by=other, now=NOW + HOLD)


def test_a_case_given_back_is_free_at_once(visit: Encounter, grader: Actor, other: Actor) -> None:
    task = made.task(visit)
    services.grading_claim(task_id=task.pk, by=grader, now=NOW)
    services.grading_release(task_id=task.pk, by=other, now=NOW)
    with pytest.raises(TaskHeld):
        services.grading_claim(task_id=task.pk, by=other, now=NOW)
    services.grading_release(task_id=task.pk, by=grader, now=NOW)
    assert services.grading_claim_next(task_ids=[task.pk], by=other, now=NOW) == task


def test_another_clinic_and_other_roles_read_nothing(visit: Encounter, screener: Actor) -> None:
    task = made.task(visit)
    stranger = cast.actor(cast.clinic(), Role.GRADER)
    with pytest.raises(RecordNotFound):
        services.grading_claim(task_id=task.pk, by=stranger, now=NOW)
    with pytest.raises(RoleRefused):
        services.grading_claim(task_id=task.pk, by=screener, now=NOW)


def test_an_unread_case_leaves_the_list_when_nothing_is_left_to_read(visit: Encounter) -> None:
    task = made.task(visit)
    services.grading_open(
        encounter=visit,
        cause=None,
        urgency=task.urgency,
        due_by=task.due_by,
        by=cast.actor(visit.organization, Role.GRADER),
        now=NOW,
    )
    task.refresh_from_db()
    assert task.stage == Stage.WITHDRAWN
    assert made.task(visit).pk != task.pk


def test_a_quality_case_measures_a_colleague_and_leaves_the_visit_alone(
    visit: Encounter, grader: Actor, other: Actor, physician: Actor, announced: list[int]
) -> None:
    task = made.task(visit, second_wanted=True)
    made.signed(task, made.both(Label.DIABETES), grader)
    due = date(2026, 12, 7)
    with pytest.raises(NotSettled):
        services.quality_case_make(task_id=task.pk, by=physician, now=NOW, due_by=due)
    made.signed(task, made.both(Label.DIABETES), other, "second")
    third = cast.actor(visit.organization, Role.GRADER)
    announced.clear()
    assert services.quality_case_make(task_id=task.pk, by=physician, now=NOW, due_by=due) == 1
    assert services.quality_case_make(task_id=task.pk, by=physician, now=NOW, due_by=due) == 0
    case = GradingTask.objects.get(quality_of=task)
    with pytest.raises(RecordNotFound):
        services.grading_claim(task_id=case.pk, by=grader, now=NOW)
    before = selectors.visit_result(visit.pk)
    made.signed(case, made.both(), third)
    case.refresh_from_db()
    assert (case.stage, announced, selectors.visit_result(visit.pk)) == (Stage.DONE, [], before)
