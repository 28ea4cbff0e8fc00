"""A night's watch over months of visits, and the hold that follows from it."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization, Role
from risk import selectors, services
from risk.domain.disposition import ActionKind
from risk.domain.indicators import Indicator
from risk.domain.watching import Grouping, Level, Measure
from risk.errors import CaseChanged, HoldLifted, HoldReasonMissing, ReleaseHeld, ReleaseNotInForce
from risk.fusion_release import FUSION_RELEASE
from risk.models import ReleaseHold, RescoreChange, RescoreRun, RiskAssessment, RunState, Watch, WatchFigure
from risk.night import chunks
from risk.night.nights import nights_start
from risk.night.runs import Scope, run_start
from risk.watch.holds import hold_lift, hold_open
from risk.watch.nights import watch_clinic
from screening.domain.laterality import Laterality
from screening.models import Encounter
from tests.factories import records as people
from tests.factories import screening as made
from tests.factories.months import Made, months, spread
from tests.factories.records import NOW
from tests.integration.risk.a_night import AGED, LATER, TWENTY_YEARS_OLDER, assessed, current, night
from tests.integration.risk.a_night import watched as looked

BEFORE, RECENT = range(30, 200), range(1, 27)
IMAGE = "test-1"


def ordinary(ago: int, random: Random) -> Made:
    return Made(ago, logit=random.gauss(0, 1), risk=min(max(random.gauss(0.1, 0.03), 0.01), 0.9))


def half_and_half(shift: Callable[[Made], bool]) -> Callable[[int, Random], Made]:
    """Two cameras and sexes in turn; the scores of whom `shift` names are three higher."""

    def make(ago: int, random: Random) -> Made:
        one = Made(
            ago,
            camera=random.choice(("NM-1", "NM-2")),
            sex=random.choice(("female", "male")),
            born=random.choice((date(1950, 1, 1), date(1990, 1, 1))),
        )
        return Made(**vars(one) | {"logit": random.gauss(0, 1) + (3 if shift(one) else 0)})

    return make


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return people.actor(clinic, Role.PHYSICIAN)


def figures(watch: Watch, measure: str) -> dict[tuple[str, str, str], WatchFigure]:
    return {(one.grouping, one.member, one.label): one for one in watch.figures.filter(measure=measure)}


def pressing(watch: Watch) -> set[tuple[str, str, str, str]]:
    found = watch.figures.exclude(level__in=[Level.QUIET, Level.TOO_FEW])
    return set(found.values_list("measure", "grouping", "member", "level"))


def watched(clinic: Organization, *visits: list[Made]) -> Watch:
    months(clinic, [one for some in visits for one in some])
    return watch_clinic(clinic, {}, now=NOW)


def test_months_alike_hold_nothing_and_every_group_has_its_figures(clinic: Organization) -> None:
    alike = half_and_half(lambda one: False)
    watch = watched(clinic, spread(1600, BEFORE, alike), spread(800, RECENT, alike, seed=2))
    assert pressing(watch) == set()
    assert not ReleaseHold.objects.exists()
    drift = figures(watch, Measure.IMAGE_DRIFT)
    assert {key[:2] for key in drift} == {
        ("all", ""),
        ("camera", "NM-1"),
        ("camera", "NM-2"),
        ("sex", "female"),
        ("sex", "male"),
        ("age", "0-39"),
        ("age", "70-"),
    }
    whole = drift["all", "", "G"]
    assert (whole.n, whole.reference_n, whole.level) == (800, 1600, Level.QUIET)


def test_one_camera_whose_scores_moved_holds_the_image_release(clinic: Organization) -> None:
    before = half_and_half(lambda one: False)
    after = half_and_half(lambda one: one.camera == "NM-2")
    watch = watched(clinic, spread(1600, BEFORE, before), spread(800, RECENT, after, seed=2))
    drift = figures(watch, Measure.IMAGE_DRIFT)
    assert drift["camera", "NM-2", "G"].level == Level.HOLD
    assert drift["camera", "NM-1", "G"].level == Level.QUIET
    hold = ReleaseHold.objects.get()
    assert (hold.release, hold.watch, hold.opened_by, hold.in_force) == (IMAGE, watch, None, True)


def test_risks_that_moved_are_shown_and_hold_nothing(clinic: Organization) -> None:
    watch = watched(
        clinic,
        spread(600, BEFORE, ordinary),
        spread(300, RECENT, lambda ago, random: Made(ago, logit=random.gauss(0, 1), risk=0.4)),
    )
    assert {one[0] for one in pressing(watch)} == {Measure.RISK_DRIFT}
    assert {one[3] for one in pressing(watch)} == {Level.LOOK}
    assert not ReleaseHold.objects.exists()


def test_many_ungradable_visits_hold_the_image_release(clinic: Organization) -> None:
    every_third = [Made(ago, ungradable=i % 3 == 0) for i, ago in enumerate(list(RECENT) * 10)]
    watch = watched(clinic, every_third)
    share = figures(watch, Measure.UNGRADABLE)["all", "", ""]
    assert (share.n, share.level) == (260, Level.HOLD)
    assert share.value == pytest.approx(87 / 260)
    assert ReleaseHold.objects.get().release == IMAGE


def test_three_times_as_many_read_as_ill_as_was_told_hold_the_risk_release(clinic: Organization) -> None:
    read = [Made(ago=40, risk=0.1, glaucoma=i % 10 < 3) for i in range(200)]
    watch = watched(clinic, read)
    told = figures(watch, Measure.CALIBRATION)
    assert told["all", "", "G"].value == pytest.approx(3.0)
    assert told["all", "", "G"].level == Level.HOLD
    assert told["all", "", "D"].value == 0, "nobody was read as having it"
    assert ReleaseHold.objects.get().release == FUSION_RELEASE


def test_too_few_visits_say_nothing(clinic: Organization) -> None:
    watch = watched(clinic, spread(10, RECENT, ordinary))
    levels = set(watch.figures.values_list("level", flat=True))
    assert levels == {Level.TOO_FEW}


def test_a_night_is_watched_once_and_counts_the_programme(clinic: Organization) -> None:
    months(clinic, spread(10, RECENT, ordinary))
    first = watch_clinic(clinic, {Indicator.UPTAKE: (70, 100)}, now=NOW)
    again = watch_clinic(clinic, {Indicator.UPTAKE: (10, 100)}, now=NOW + timedelta(hours=1))
    assert again == first
    uptake = first.figures.get(measure=Indicator.UPTAKE)
    assert (uptake.value, uptake.n, uptake.level) == (0.7, 100, Level.LOOK)
    assert AuditEvent.objects.filter(organization=clinic, entity__icontains="watch").count() == 1


def test_another_clinic_s_visits_and_cancelled_ones_are_not_looked_at(clinic: Organization) -> None:
    months(people.clinic(), spread(150, RECENT, ordinary))
    months(clinic, spread(150, RECENT, ordinary))
    Encounter.objects.filter(organization=clinic).update(
        cancelled_at=NOW, cancelled_by="test", cancel_reason="test"
    )
    assert not watch_clinic(clinic, {}, now=NOW).figures.exists()


def test_what_was_seen_does_not_hold_again_after_the_hold_was_lifted(
    clinic: Organization, physician: Actor
) -> None:
    watched(clinic, [Made(ago, ungradable=True) for ago in list(RECENT) * 10])
    hold_lift(hold_id=ReleaseHold.objects.get().pk, reason="lens cleaned", by=physician, now=NOW)
    watch_clinic(clinic, {}, now=NOW + timedelta(days=1))
    assert ReleaseHold.objects.filter(lifted_at=None).count() == 0
    later = NOW + timedelta(days=6)
    months(clinic, [Made(ago, ungradable=True) for ago in range(1, 5)] * 30, now=later)
    watch_clinic(clinic, {}, now=later)
    assert ReleaseHold.objects.filter(lifted_at=None).count() == 1


def test_while_a_release_is_held_a_person_reads_every_case(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    free = assessed(screener)
    assert not free.release_held
    assert ActionKind.GRADING not in set(free.actions.values_list("kind", flat=True))
    hold = hold_open(release=FUSION_RELEASE, reason="looks wrong", by=physician, now=NOW)
    held = assessed(screener, seed=10)
    grading = held.actions.get(kind=ActionKind.GRADING)
    assert held.release_held
    assert list(grading.reasons.values_list("code", flat=True)) == ["RW-05"]
    hold_lift(hold_id=hold.pk, reason="it was the lamp", by=physician, now=NOW)
    again = answered_again(held, screener)
    assert again.release_held, "what was scored while it was held is still read"
    assert not assessed(screener, seed=20).release_held


def answered_again(held: RiskAssessment, by: Actor) -> RiskAssessment:
    services.risk_factors_record(encounter=held.encounter, factors=AGED, by=by, now=NOW)
    again = services.assessment_finalise(
        outcome_id=held.outcome_id, by=software("risk.assessor", by.organization_id), now=NOW
    )
    assert again is not None
    assert again.pk != held.pk
    return again


def test_another_clinic_and_another_release_are_free(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    hold_open(release=FUSION_RELEASE, reason="blurred", by=physician, now=NOW)
    assert not assessed(people.actor(people.clinic())).release_held
    ReleaseHold.objects.update(release="one that is out of use")
    assert not assessed(screener).release_held


def test_only_what_is_in_force_can_be_held(clinic: Organization, physician: Actor) -> None:
    made.release()
    with pytest.raises(ReleaseNotInForce, match=f"{IMAGE}, {FUSION_RELEASE}"):
        hold_open(release="never heard of", reason="why not", by=physician, now=NOW)


def test_the_night_does_not_score_again_with_a_held_release_and_says_why(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    assessed(screener)
    hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW)
    with pytest.raises(ReleaseHeld, match="test-1 is on hold"):
        run_start(clinic, Scope(), by="test", now=LATER)
    looked(clinic)
    assert nights_start(now=LATER) == []
    told = RescoreRun.objects.get()
    assert told.state == RunState.FAILED
    assert "on hold" in told.reason


def test_a_hold_is_one_however_often_it_is_asked_for(clinic: Organization, physician: Actor) -> None:
    made.release()
    first = hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW)
    assert hold_open(release=IMAGE, reason="still", by=physician, now=NOW) == first
    hold_lift(hold_id=first.pk, reason="cleaned", by=physician, now=NOW)
    with pytest.raises(HoldLifted):
        hold_lift(hold_id=first.pk, reason="cleaned", by=physician, now=NOW)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR, Role.SCREENER])
def test_only_a_physician_holds_and_lifts(clinic: Organization, physician: Actor, role: Role) -> None:
    made.release()
    other = people.actor(clinic, role)
    with pytest.raises(RoleRefused):
        hold_open(release=IMAGE, reason="blurred", by=other, now=NOW)
    hold = hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW)
    with pytest.raises(RoleRefused):
        hold_lift(hold_id=hold.pk, reason="cleaned", by=other, now=NOW)


def test_a_hold_needs_a_reason_and_another_clinic_s_is_not_there(
    clinic: Organization, physician: Actor
) -> None:
    made.release()
    with pytest.raises(HoldReasonMissing):
        hold_open(release=IMAGE, reason="  ", by=physician, now=NOW)
    hold = hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW)
    with pytest.raises(HoldReasonMissing):
        hold_lift(hold_id=hold.pk, reason="", by=physician, now=NOW)
    stranger = people.actor(people.clinic(), Role.PHYSICIAN)
    with pytest.raises(RecordNotFound):
        hold_lift(hold_id=hold.pk, reason="mine", by=stranger, now=NOW)


def test_groups_have_a_name_for_each_part(clinic: Organization) -> None:
    watch = watched(clinic, [Made(1, camera=""), Made(1, camera="rare")])
    groupings = set(watch.figures.values_list("grouping", flat=True))
    assert groupings == {Grouping.ALL, Grouping.SEX, Grouping.AGE}, (
        "an unknown camera is no group, nor a rare one"
    )


def test_after_a_lifted_hold_the_night_still_wants_what_was_scored_meanwhile_read(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    hold = hold_open(release=FUSION_RELEASE, reason="looks wrong", by=physician, now=NOW)
    held = assessed(screener)
    hold_lift(hold_id=hold.pk, reason="it was the lamp", by=physician, now=NOW)
    run = night(clinic, everything=True)
    assert run.state == RunState.DONE
    stored = current(held)
    assert stored.release_held
    assert stored.actions.filter(kind=ActionKind.GRADING).exists()
    assert not RescoreChange.objects.filter(run=run, grading_changed=True).exists()


def test_a_retake_after_the_lift_leaves_the_other_eye_to_be_read(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    hold = hold_open(release=FUSION_RELEASE, reason="odd", by=physician, now=NOW)
    held = assessed(screener)
    hold_lift(hold_id=hold.pk, reason="explained", by=physician, now=NOW)
    exam = made.next_exam(held.encounter, screener, seed=50)
    outcome = made.outcome(exam, made.eye(Laterality.RIGHT), by=screener)
    again = services.assessment_finalise(
        outcome_id=outcome.pk, by=software("risk.assessor", clinic.pk), now=NOW
    )
    assert again is not None
    assert again.release_held


def test_what_was_scored_under_a_hold_and_assessed_after_it_is_read(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    made.release()
    hold = hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW - timedelta(minutes=1))
    exam = made.submitted_exam(screener, seed=60)
    outcome = made.outcome(exam, *(made.eye(one) for one in Laterality), by=screener)
    hold_lift(hold_id=hold.pk, reason="cleaned", by=physician, now=NOW + timedelta(minutes=1))
    late = services.assessment_finalise(
        outcome_id=outcome.pk, by=software("risk.assessor", clinic.pk), now=NOW + timedelta(minutes=2)
    )
    assert late is not None
    assert late.release_held


def test_a_hold_that_is_opened_while_a_case_is_computed_is_seen_when_it_is_stored(
    screener: Actor, physician: Actor
) -> None:
    exam = made.submitted_exam(screener, seed=70)
    outcome = made.outcome(exam, *(made.eye(one) for one in Laterality), by=screener)
    computed = services.case_assess(selectors.case_of_outcome(outcome, now=NOW))
    hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW + timedelta(minutes=1))
    with pytest.raises(CaseChanged, match="hold"):
        services.assessment_store(computed, by=software("risk.assessor", screener.organization_id), now=NOW)
    assert not RiskAssessment.objects.exists()


def test_a_part_that_is_computed_when_a_hold_opens_writes_nothing(
    clinic: Organization, screener: Actor, physician: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    run = run_start(clinic, Scope(), by="test", now=LATER)
    chunk = chunks.chunk_claim(now=LATER, run_id=run.pk)
    assert chunk is not None
    write = chunks.visits_write

    def and_meanwhile(*arguments: Any, **options: Any) -> None:
        write(*arguments, **options)
        assert current(before) != before, "all is written but the end"
        hold_open(release=IMAGE, reason="blurred", by=physician, now=LATER)

    monkeypatch.setattr(chunks, "visits_write", and_meanwhile)
    chunks.chunk_do(chunk)
    chunk.refresh_from_db()
    assert "on hold" in chunk.reason
    assert (current(before), run.changes.count()) == (before, 0)


def test_a_part_that_has_not_begun_when_a_hold_opens_writes_nothing(
    clinic: Organization, screener: Actor, physician: Actor
) -> None:
    before = assessed(screener)
    run = run_start(clinic, Scope(everything=True), by="test", now=LATER)
    hold_open(release=IMAGE, reason="blurred", by=physician, now=LATER)
    while (chunk := chunks.chunk_claim(now=timezone.now() + timedelta(hours=1), run_id=run.pk)) is not None:
        chunks.chunk_do(chunk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "on hold" in run.chunks.get().reason
    assert current(before) == before
