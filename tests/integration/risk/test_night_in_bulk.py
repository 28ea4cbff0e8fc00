"""What the night does for many visits at once is what the day does for each."""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as configured
from pytest_django import Settings

from records.actor import Actor, software
from records.models import AuditEvent, Organization
from risk import services
from risk.domain.features import Diabetes, Measurements, RiskFactors, Symptoms
from risk.fusion_release import FUSION_RELEASE
from risk.inference import fusion_release
from risk.models import ChunkState, RescoreChange, RescoreChunk, RiskAssessment
from risk.night import chunks, images
from risk.night.chunks import chunk_do
from risk.night.copying import read_rows
from risk.night.parts import parts_do
from risk.night.runs import Scope, run_start
from screening.domain.both_eyes import BothEyes
from screening.domain.exam_result import EyeResult
from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.assessments import all_said
from tests.factories.records import NOW
from tests.integration.risk.a_night import LATER, TWENTY_YEARS_OLDER, assessed, current, night
from tests.unit.risk.cases import HEALTHY, NO_SYMPTOMS

RIGHT, LEFT = Laterality
pytestmark = pytest.mark.django_db


def an_eye(draw: random.Random, side: Laterality) -> EyeResult:
    if draw.random() < 0.15:
        return made.ungradable(side)
    return made.eye(side, **{label: draw.choice([0.05, 0.45, 0.9]) for label in draw.sample(LABELS, 2)})


def answers(draw: random.Random) -> RiskFactors:
    return replace(
        HEALTHY,
        age_years=draw.choice([8, 30, 49, 50, 70, None]),
        diabetes=draw.choice(list(Diabetes)),
        systolic_mmhg=draw.choice([None, 125, 139, 140, 179, 180, 200]),
        pregnant=draw.choice([None, True, False]),
        under_eye_care=draw.choice([None, True, False]),
        next_eye_appointment=draw.choice([None, date(2026, 11, 25), date(2027, 3, 1)]),
        symptoms=replace(
            draw.choice([NO_SYMPTOMS, Symptoms()]),
            itchy=draw.choice([True, False]),
            jaw_pain_or_scalp_tenderness=draw.choice([True, False, None]),
        ),
        measurements=Measurements(iop_right_mmhg=draw.choice([None, 15.0, 24.0, 41.0])),
    )


def visit(by: Actor, factors: RiskFactors, *eyes: EyeResult, born: date | None = None) -> RiskAssessment:
    exam = made.submitted_exam(by, cast.patient(by, birth_date=born))
    services.risk_factors_record(encounter=exam.encounter, factors=factors, by=by, now=NOW)
    outcome = made.outcome(exam, *eyes, by=by)
    assessor = software("risk.assessor", by.organization_id)
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert assessment is not None
    return assessment


@pytest.mark.parametrize("seed", range(3))
def test_visits_of_all_kinds_are_decided_as_by_day(
    screener: Actor, organization: Organization, settings: Settings, other_releases: Path, seed: int
) -> None:
    kinds = []
    draw = random.Random(seed)
    for _ in range(8):
        kinds.append((answers(draw), an_eye(draw, RIGHT), an_eye(draw, LEFT)))
    in_bulk = [visit(screener, *kind) for kind in kinds]
    settings.FUSION_RELEASES_DIR = other_releases
    # In the night every stored decision counts as made by other rules, so that all are made again.
    RiskAssessment.objects.update(rules_version="before")
    by_day = [visit(screener, *kind) for kind in kinds]
    night(organization)
    changed = 0
    for bulk, day in zip(in_bulk, by_day, strict=True):
        after = current(bulk)
        changed += after != bulk
        if after != bulk:
            assert all_said(after) == all_said(day)
    assert changed >= len(kinds) // 2


def read_again(encounters: list[int], join: BothEyes | None) -> None:
    """Joined together and one by one, with the same numbers."""
    keys = np.array(sorted(encounters))
    logits, scores = images.seen_again(keys, join)
    for row, key in enumerate(keys.tolist()):
        alone = images.seen_alone(key, join)
        np.testing.assert_allclose(logits[row], alone[0], atol=1e-12)
        np.testing.assert_allclose(scores[row], alone[1], atol=1e-12)


@pytest.mark.parametrize("how", ["as the release joins", "the plain maximum"])
def test_eyes_of_many_visits_are_joined_as_those_of_each(
    screener: Actor, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    eyes = [
        (made.eye(RIGHT, D=0.9), made.eye(LEFT, D=0.2, C=0.7)),
        (made.eye(RIGHT, G=0.6),),
        (made.ungradable(RIGHT), made.eye(LEFT, A=0.8)),
        (made.ungradable(RIGHT), made.ungradable(LEFT)),
    ]
    visits = [visit(screener, HEALTHY, *one) for one in eyes]
    again = made.next_exam(visits[0].encounter, screener, seed=99)
    made.outcome(again, made.eye(RIGHT, M=0.9), by=screener)
    shipped = fusion_release(configured.BASE_DIR / "risk" / "releases" / FUSION_RELEASE).both_eyes
    alone: list[int] = []
    one_by_one = images.seen_alone
    read_again([one.encounter_id for one in visits], shipped if how.startswith("as") else None)
    monkeypatch.setattr(images, "seen_alone", lambda key, join: alone.append(key) or one_by_one(key, join))
    images.seen_again(np.array([one.encounter_id for one in visits]), shipped)
    assert alone == [visits[0].encounter_id]  # a retake is merged with what it repeats


def test_a_query_without_rows_is_read_as_none() -> None:
    assert len(read_rows("SELECT 1::int8 WHERE false", {"key": "int8"})) == 0


def test_a_query_is_read_in_its_order_with_every_type() -> None:
    query = "SELECT n, n / 4.0::float8, n::int4, n > 1 FROM generate_series(1::int8, 2) made (n) ORDER BY made.n DESC"
    rows = read_rows(query, {"n": "int8", "part": "float8", "small": "int4", "more": "bool"})
    assert rows.tolist() == [(2, 0.5, 2, 1), (1, 0.25, 1, 0)]


@pytest.mark.django_db(transaction=True)
def test_parts_side_by_side_do_each_visit_once(settings: Settings, screener: Actor) -> None:
    settings.RESCORE_VISITS_A_PART = 1
    before = [assessed(screener, TWENTY_YEARS_OLDER, C=0.6, seed=10 * n) for n in range(4)]
    clinic = Organization.objects.get(pk=screener.organization_id)
    run = run_start(clinic, Scope(), by="test", now=LATER)
    assert parts_do(run.pk, side_by_side=2) == len(before)
    changes = RescoreChange.objects.filter(run=run)
    assert sorted(change.before_id for change in changes) == sorted(one.pk for one in before)
    parts = AuditEvent.objects.filter(organization=clinic, entity__startswith="risk.rescorechunk")
    assert (parts.count(), run.chunks.filter(state=ChunkState.DONE).count()) == (len(before), len(before))


def test_a_part_of_which_a_visit_is_worked_on_leaves_it_out(
    screener: Actor, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = [assessed(screener, TWENTY_YEARS_OLDER, C=0.6, seed=10 * n) for n in range(2)]
    computed = chunks.compute

    def and_meanwhile(*arguments: object) -> object:
        """The day superseded one of them while the night computed."""
        found = computed(*arguments)
        services.risk_factors_record(
            encounter=visits[0].encounter, factors=replace(HEALTHY, systolic_mmhg=190), by=screener, now=NOW
        )
        return found

    monkeypatch.setattr(chunks, "compute", and_meanwhile)
    run = run_start(organization, Scope(), by="test", now=LATER)
    chunk = chunks.chunk_claim(now=LATER + timedelta(minutes=1), run_id=run.pk)
    assert chunk is not None
    chunk_do(chunk)
    assert RescoreChunk.objects.get().left_out == 1
    assert [change.before for change in RescoreChange.objects.filter(run=run)] == [visits[1]]
