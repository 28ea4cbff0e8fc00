"""The night: who is scored again and why, what is written, and that interruptions change nothing."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from records.actor import Actor
from records.models import AuditEvent, Organization, Role, WorkItem
from risk import services
from risk.domain.bands import FUSED_LABELS, BandRow
from risk.domain.rules import RULES_VERSION
from risk.errors import ClockBackwards
from risk.fusion_release import FUSION_RELEASE
from risk.models import (
    ChunkState,
    OpenQuestion,
    Recall,
    RescoreChunk,
    RescoreRun,
    RiskAssessment,
    RiskContribution,
    RunState,
)
from risk.night import basis, chunks, runs
from risk.night.ends import MAX_ATTEMPTS, chunk_hold
from risk.night.explaining import changes_explain
from risk.night.nights import nights_start
from risk.night.runs import Scope, run_start
from risk.policy_services import policy_save
from tests.factories import records as cast
from tests.factories.assessments import all_said, visit
from tests.factories.records import NOW
from tests.integration.risk.a_night import (
    AGED,
    LATER,
    TWENTY_YEARS_OLDER,
    assessed,
    changes,
    current,
    night,
    watched,
)

pytestmark = pytest.mark.django_db

EVERYBODY_HIGH = {label: BandRow(1e-9, 2e-9) for label in FUSED_LABELS}


def reasons_of(assessment: RiskAssessment) -> list[list[Any]]:
    parts = RiskContribution.objects.filter(label_risk__assessment=assessment)
    told = parts.order_by("label_risk__label", "rank").values_list("label_risk__label", "rank", "name")
    asked = OpenQuestion.objects.filter(assessment=assessment).order_by("rank")
    return [list(told), list(asked.values_list("question", "label", "crosses"))]


def test_nothing_changed_nothing_is_written(screener: Actor, organization: Organization) -> None:
    before = assessed(screener)
    run = night(organization)
    assert (run.state, changes(run)) == (RunState.DONE, [])
    assert current(before) == before


def test_with_all_everybody_is_fused_and_nobody_changes(screener: Actor, organization: Organization) -> None:
    assessed(screener, D=0.9)
    run = night(organization, everything=True)
    assert (run.chunks.get().fused, changes(run)) == (1, [])


def test_a_birthday_is_the_cause_age(screener: Actor, organization: Organization) -> None:
    before = assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    run = night(organization)
    (change,) = changes(run)
    after = current(before)
    assert (change.cause, change.before, change.after) == ("age", before, after)
    assert (before.age_years, after.age_years) == (40, 60)


def test_another_fusion_is_the_cause_model(
    screener: Actor, organization: Organization, settings: Settings, other_releases: Path
) -> None:
    before = assessed(screener, D=0.9)
    settings.FUSION_RELEASES_DIR = other_releases
    (change,) = changes(night(organization))
    assert change.cause == "model"
    assert current(before).fusion_card_sha256 != before.fusion_card_sha256


def test_a_case_scored_in_bulk_says_what_one_assessed_by_day_says(
    screener: Actor, organization: Organization, settings: Settings, other_releases: Path
) -> None:
    scores: tuple[dict[str, float], ...] = ({"D": 0.9}, {"G": 0.9}, {"C": 0.9, "A": 0.9})
    in_bulk = [assessed(screener, **one) for one in scores]
    settings.FUSION_RELEASES_DIR = other_releases
    by_day = [assessed(screener, **one) for one in scores]
    assert len(changes(night(organization))) == len(scores)
    for bulk, day in zip(in_bulk, by_day, strict=True):
        assert all_said(current(bulk)) == all_said(day)


def test_a_saved_policy_is_the_cause_policy_and_its_bands_are_told(
    screener: Actor, organization: Organization
) -> None:
    before = assessed(screener)
    physician = cast.actor(organization, Role.PHYSICIAN)
    policy_save(bands=EVERYBODY_HIGH, reason="a test", seen_version=0, by=physician, now=NOW)
    run = night(organization)
    (change,) = changes(run)
    assert (change.cause, change.band_changed, change.disposition_after) == ("policy", True, "refer")
    assert {one.band_after for one in change.bands.all()} == {"high"}
    assert current(before).policy_version == 1


def test_other_rules_change_only_what_they_decide_otherwise(
    screener: Actor, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessed(screener)
    for module in (basis, runs):
        monkeypatch.setattr(module, "RULES_VERSION", "another")
    run = night(organization)
    assert (run.chunks.get().fused, changes(run)) == (1, [])


def test_what_other_rules_decided_otherwise_is_the_cause_rules(
    screener: Actor, organization: Organization
) -> None:
    before = assessed(screener)
    RiskAssessment.objects.filter(pk=before.pk).update(rules_version="before")
    before.reasons.filter(code="RC-01").update(code="RC-02")
    (change,) = changes(night(organization))
    after = current(before)
    assert (change.cause, change.band_changed, after.rules_version) == ("rules", False, RULES_VERSION)
    assert set(after.reasons.values_list("code", flat=True)) >= {"RC-01"}


def test_answers_that_the_day_missed_are_the_cause_inputs_and_announced_once(
    screener: Actor, organization: Organization, told: list[int]
) -> None:
    before = assessed(screener)
    services.risk_factors_record(
        encounter=before.encounter, factors=replace(AGED, systolic_mmhg=190), by=screener, now=NOW
    )
    told.clear()
    (change,) = changes(night(organization))
    assert (change.cause, change.before) == ("inputs", before)
    assert told == [current(before).pk]


def test_scored_again_nobody_is_called_later_than_before(
    screener: Actor, organization: Organization, settings: Settings, other_releases: Path
) -> None:
    before = assessed(screener, D=0.9)
    due = Recall.objects.get(assessment=before).due_by
    settings.FUSION_RELEASES_DIR = other_releases
    night(organization)
    recall = Recall.objects.get(assessment=current(before))
    assert (recall.due_by <= due, recall.state) == (True, "open")


def decline(assessment: RiskAssessment) -> None:
    Recall.objects.filter(assessment=assessment).update(state="declined", closed_at=NOW)


def test_who_declined_to_come_back_is_not_called_again_for_the_same(
    screener: Actor, organization: Organization
) -> None:
    before = assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    decline(before)
    night(organization)
    assert Recall.objects.get().state == "declined"
    assert Recall.objects.get().assessment == current(before)


def test_who_declined_is_called_when_wanted_earlier_than_before(
    screener: Actor, organization: Organization
) -> None:
    decline(assessed(screener))
    physician = cast.actor(organization, Role.PHYSICIAN)
    policy_save(bands=EVERYBODY_HIGH, reason="a test", seen_version=0, by=physician, now=NOW)
    night(organization)
    states = Recall.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["declined", "open"]


def test_the_second_run_of_a_night_finds_nothing_more(screener: Actor, organization: Organization) -> None:
    assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    first = night(organization)
    second = night(organization, timezone.now())
    assert (len(changes(first)), len(changes(second))) == (1, 0)


def test_a_run_that_is_under_way_is_joined_and_not_doubled(
    screener: Actor, organization: Organization
) -> None:
    assessed(screener)
    first = run_start(organization, Scope(), by="one", now=LATER)
    assert run_start(organization, Scope(everything=True), by="other", now=LATER) == first


def test_a_part_is_held_by_one_worker_at_a_time(screener: Actor, organization: Organization) -> None:
    assessed(screener)
    run = run_start(organization, Scope(), by="test", now=LATER)
    assert chunks.chunk_claim(now=LATER, run_id=run.pk) is not None
    assert chunks.chunk_claim(now=LATER, run_id=run.pk) is None


def test_a_worker_that_is_still_busy_keeps_its_part(
    screener: Actor, organization: Organization, settings: Settings
) -> None:
    assessed(screener)
    run = run_start(organization, Scope(), by="test", now=LATER)
    chunk = chunks.chunk_claim(now=LATER, run_id=run.pk)
    assert chunk is not None
    lease = timedelta(seconds=settings.WORK_LEASE_SECONDS)
    chunk_hold(chunk, now=LATER + lease * 0.9)
    assert chunks.chunk_claim(now=LATER + lease * 1.5, run_id=run.pk) is None
    assert chunks.chunk_claim(now=LATER + lease * 2, run_id=run.pk) == chunk


def test_a_part_whose_worker_died_is_done_by_the_next_and_ends_the_same(
    screener: Actor, organization: Organization, settings: Settings
) -> None:
    settings.RESCORE_VISITS_A_PART = 1
    visits = [assessed(screener, TWENTY_YEARS_OLDER, C=0.6), assessed(screener, TWENTY_YEARS_OLDER, C=0.65)]
    run = run_start(organization, Scope(), by="test", now=LATER)
    chunks.chunk_claim(now=LATER, run_id=run.pk)  # and dies
    night(organization, LATER + timedelta(hours=1))
    assert {change.before for change in changes(run)} == set(visits)
    run.refresh_from_db()
    assert (run.state, AuditEvent.objects.filter(entity__startswith="risk.rescorechunk").count()) == (
        RunState.DONE,
        2,
    )


def test_a_worker_that_lost_its_part_writes_nothing(screener: Actor, organization: Organization) -> None:
    assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    run = run_start(organization, Scope(), by="test", now=LATER)
    slow = chunks.chunk_claim(now=LATER, run_id=run.pk)
    assert slow is not None
    night(organization, LATER + timedelta(hours=1))
    chunks.chunk_do(slow)
    assert len(changes(run)) == 1


def test_a_patient_with_no_exam_and_a_visit_with_none_hold_up_nobody(
    screener: Actor, organization: Organization
) -> None:
    before = assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    cast.patient(screener)
    without = visit(screener, cast.patient(screener))
    services.risk_factors_record(encounter=without, factors=AGED, by=screener, now=NOW)
    run = night(organization, everything=True)
    assert (run.state, run.chunks.get().fused) == (RunState.DONE, 1)
    assert [change.before for change in changes(run)] == [before]


def test_a_register_of_patients_with_no_exam_is_no_error_by_clock_and_says_so_by_hand(
    screener: Actor, organization: Organization
) -> None:
    visit(screener, cast.patient(screener))
    assert night(organization).state == RunState.DONE
    with pytest.raises(CommandError, match="no visit to score again"):
        call_command("rescore", organization=organization.pk, stdout=StringIO())


def test_a_part_that_fails_again_and_again_ends_the_run_with_its_reason(
    screener: Actor, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessed(screener)
    monkeypatch.setattr(chunks, "compute", lambda *_: 1 / 0)
    run = run_start(organization, Scope(), by="test", now=LATER)
    for attempt in range(MAX_ATTEMPTS):
        chunk = chunks.chunk_claim(now=timezone.now() + timedelta(hours=attempt), run_id=run.pk)
        assert chunk is not None
        chunks.chunk_do(chunk)
    run.refresh_from_db()
    assert (run.state, RescoreChunk.objects.get().state) == (RunState.FAILED, ChunkState.FAILED)
    assert (RescoreChunk.objects.get().reason, run.reason) == (
        "ZeroDivisionError",
        "1 parts could not be scored again",
    )


def test_a_clock_that_went_backwards_is_refused(screener: Actor, organization: Organization) -> None:
    assessed(screener)
    with pytest.raises(ClockBackwards, match="set it right"):
        run_start(organization, Scope(), by="test", now=NOW - timedelta(days=1))


def test_changed_visits_are_explained_as_by_day(
    screener: Actor, organization: Organization, settings: Settings, other_releases: Path
) -> None:
    in_bulk = assessed(screener, D=0.9)
    settings.FUSION_RELEASES_DIR = other_releases
    by_day = assessed(screener, D=0.9)
    run = night(organization)
    assert changes_explain(now=LATER, run=run) == 1
    assert changes_explain(now=LATER, run=run) == 0
    assert reasons_of(current(in_bulk)) == reasons_of(by_day)


def test_what_a_night_refers_is_queued_once(screener: Actor, organization: Organization) -> None:
    before = assessed(screener)
    WorkItem.objects.all().delete()
    policy_save(
        bands=EVERYBODY_HIGH,
        reason="a test",
        seen_version=0,
        by=cast.actor(organization, Role.PHYSICIAN),
        now=NOW,
    )
    night(organization)
    night(organization, timezone.now())
    after = current(before).pk
    kinds = ("config.open_grading", "referrals.propose_referral")
    queued = WorkItem.objects.filter(kind__in=kinds).order_by("kind").values_list("kind", "key")
    assert list(queued) == [(kind, after) for kind in kinds]


def test_every_clinic_has_one_night_at_two_of_its_own_time(
    screener: Actor, organization: Organization
) -> None:
    assessed(screener)
    watched(organization)
    assert nights_start(now=LATER - timedelta(minutes=1)) == []
    (run,) = nights_start(now=LATER)
    assert (run.night, run.today) == (date(2026, 11, 24), date(2026, 11, 24))
    assert nights_start(now=LATER + timedelta(hours=1)) == []


def test_a_clinic_whose_night_cannot_start_holds_up_no_other(
    screener: Actor, organization: Organization
) -> None:
    before = assessed(screener)
    RiskAssessment.objects.filter(pk=before.pk).update(assessed_at=LATER + timedelta(days=1))
    other = cast.actor(cast.clinic())
    assessed(other)
    for clinic in Organization.objects.all():
        watched(clinic)
    assert [run.organization_id for run in nights_start(now=LATER)] == [other.organization_id]
    refused = RescoreRun.objects.filter(organization=organization)
    assert [(run.state, run.night, run.reason[:14]) for run in refused] == [
        ("failed", None, "ClockBackwards")
    ]


def test_a_night_that_could_not_begin_begins_when_it_can(screener: Actor, organization: Organization) -> None:
    before = assessed(screener)
    mine = RiskAssessment.objects.filter(pk=before.pk)
    mine.update(assessed_at=LATER + timedelta(minutes=5))
    watched(organization)
    for _ in range(2):
        assert nights_start(now=LATER) == []
    assert RescoreRun.objects.count() == 1
    (run,) = nights_start(now=LATER + timedelta(minutes=10))
    assert list(RescoreRun.objects.all()) == [run]


def test_one_part_is_one_audit_row_with_the_digest_of_what_it_wrote(
    screener: Actor, organization: Organization
) -> None:
    assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    run = night(organization)
    (event,) = AuditEvent.objects.filter(entity__startswith="risk.rescorechunk")
    assert run.chunks.get().digest in event.detail


def test_a_dry_run_says_what_would_change_and_writes_nothing(
    screener: Actor, settings: Settings, other_releases: Path
) -> None:
    before = assessed(screener, D=0.9)
    settings.FUSION_RELEASES_DIR = other_releases
    out = StringIO()
    call_command("rescore", dry_run=True, stdout=out)
    assert "1 changed" in out.getvalue() and "1 because of model" in out.getvalue()
    assert (current(before), RescoreRun.objects.count()) == (before, 0)


def test_by_hand_a_run_that_is_under_way_with_another_scope_is_joined_and_said(
    screener: Actor, organization: Organization
) -> None:
    assessed(screener)
    run_start(organization, Scope(), by="night", now=LATER)
    out = StringIO()
    call_command("rescore", all=True, side_by_side=1, stdout=out)
    assert "under way with another choice" in out.getvalue()


def test_by_hand_a_release_that_scored_nobody_is_refused_with_those_that_did(screener: Actor) -> None:
    assessed(screener)
    with pytest.raises(CommandError, match=f"by nungil-fuson; choose one of: {FUSION_RELEASE}, test-1"):
        call_command("rescore", release="nungil-fuson", stdout=StringIO())


def test_by_hand_a_register_without_visits_is_refused(organization: Organization) -> None:
    with pytest.raises(CommandError, match="no visit to score again"):
        call_command("rescore", stdout=StringIO())


def test_what_the_day_decided_by_a_newer_policy_stands(screener: Actor, organization: Organization) -> None:
    before = assessed(screener)
    run = run_start(organization, Scope(everything=True), by="test", now=LATER)
    physician = cast.actor(organization, Role.PHYSICIAN)
    policy_save(bands=EVERYBODY_HIGH, reason="a test", seen_version=0, by=physician, now=NOW)
    services.risk_factors_record(encounter=before.encounter, factors=AGED, by=screener, now=NOW)
    RiskAssessment.objects.filter(pk=before.pk).update(policy_version=1)
    night(organization)
    assert (changes(run), current(before)) == ([], before)


def test_a_visit_that_comes_back_into_the_register_is_compared_with_what_changed_meanwhile(
    screener: Actor, organization: Organization
) -> None:
    before = assessed(screener)
    newer = assessed(screener)
    type(newer.encounter).objects.filter(pk=newer.encounter_id).update(patient=before.encounter.patient_id)
    physician = cast.actor(organization, Role.PHYSICIAN)
    policy_save(bands=EVERYBODY_HIGH, reason="a test", seen_version=0, by=physician, now=NOW)
    first = night(organization)
    assert [change.before for change in changes(first)] == [newer]
    # The patient's other visit was taken back: this one counts again.
    type(newer.encounter).objects.filter(pk=newer.encounter_id).update(
        cancelled_at=timezone.now(), cancelled_by="practitioner:1", cancel_reason="the other patient"
    )
    second = night(organization, timezone.now())
    assert [(change.before, change.cause) for change in changes(second)] == [(before, "policy")]


def test_a_change_that_nothing_can_explain_any_more_holds_up_no_other(
    screener: Actor, organization: Organization, settings: Settings, other_releases: Path
) -> None:
    assessed(screener, D=0.9)
    settings.FUSION_RELEASES_DIR = other_releases
    run = night(organization)
    RiskAssessment.objects.filter(superseded_at=None).update(fusion_release="removed")
    assert changes_explain(now=LATER, run=run) == 1
    assert changes_explain(now=LATER, run=run) == 0
