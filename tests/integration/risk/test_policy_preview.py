"""The preview of other bands against what happens when the same visits are decided again under them."""

import pytest
from django.db import transaction

from records.actor import Actor, software
from records.models import Organization, Role
from risk import services
from risk.domain.bands import FUSED_LABELS, BandRow, Bands
from risk.domain.red_flags import RED_FLAG_SYMPTOMS
from risk.models import RiskAssessment
from risk.policy_preview import Preview, policy_preview
from risk.policy_services import policy_save
from risk.policy_visits import WEEKS, referred_anyway_per_week, risks_per_week
from screening.domain.exam_result import EyeResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.domain.severity import UNSTATED, Severity
from screening.models import Encounter
from screening.services import grading_claim
from tests.factories import grading
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY, told

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
EVERYBODY_HIGH: Bands = {label: BandRow(1e-9, 2e-9) for label in FUSED_LABELS}
EVERYBODY_RAISED: Bands = {label: BandRow(1e-9, 0.999) for label in FUSED_LABELS}
NOBODY: Bands = {label: BandRow(0.998, 0.999) for label in FUSED_LABELS}
CATARACT_ONLY: Bands = {**NOBODY, Label.CATARACT: BandRow(1e-9, 2e-9)}
CHOSEN = {"nobody": NOBODY, "high": EVERYBODY_HIGH, "raised": EVERYBODY_RAISED, "cataract": CATARACT_ONLY}
MILD = Severity(icdr=1, macular_oedema=False)


@pytest.fixture
def clinic() -> Organization:
    return cast.clinic()


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, Role.PHYSICIAN)


def decided(visit: Encounter, by: Actor, *, flagged: bool = False) -> RiskAssessment:
    """Answered, which makes the same photographs be assessed anew."""
    answers = told(**{RED_FLAG_SYMPTOMS[0]: True}) if flagged else HEALTHY
    services.risk_factors_record(encounter=visit, factors=answers, by=by, now=NOW)
    outcome = visit.exams.latest("pk").outcomes.get(superseded_at=None)
    assessor = software("risk.assessor", by.organization_id)
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert assessment is not None
    return assessment


def photographed(by: Actor, right: EyeResult | None = None) -> Encounter:
    exam = made.submitted_exam(by)
    eyes = right or made.eye(Laterality.RIGHT), made.eye(Laterality.LEFT)
    made.outcome(exam, *eyes, by=by)
    return exam.encounter


def read(visit: Encounter, by: Actor, *present: Label, severity: Severity = UNSTATED) -> None:
    grader = cast.actor(Organization.objects.get(pk=by.organization_id), Role.GRADER)
    entries = grading.both(*present, severity=severity)
    task = grading.task(visit)
    grading_claim(task_id=task.pk, by=grader, now=NOW)
    grading.signed(task, entries, grader)


@pytest.fixture
def visits(physician: Actor) -> list[tuple[Encounter, bool]]:
    """One of each kind: nothing seen, a finding, a red flag, read and clear, graded mild."""
    diabetic = made.eye(Laterality.RIGHT, D=0.9)
    plain, found, flagged, denied, mild = (
        photographed(physician, right)
        for right in (None, made.eye(Laterality.RIGHT, G=0.9), None, None, diabetic)
    )
    read(denied, physician)
    read(mild, physician, Label.DIABETES, severity=MILD)
    every = [(plain, False), (found, False), (flagged, True), (denied, False), (mild, False)]
    for visit, flag in every:
        decided(visit, physician, flagged=flag)
    return every


def preview(bands: Bands, by: Actor) -> Preview:
    return policy_preview(bands, by=by, today=TODAY)


@pytest.mark.parametrize("first", ["shipped", *CHOSEN])
def test_the_preview_says_what_deciding_again_does(
    physician: Actor, visits: list[tuple[Encounter, bool]], first: str
) -> None:
    version = 0 if first == "shipped" else in_force(CHOSEN[first], 0, visits, physician)
    for then in CHOSEN:
        # Each from the same visits, decided under the same bands.
        with transaction.atomic():
            told_before = preview(CHOSEN[then], physician)
            if then != first:
                in_force(CHOSEN[then], version, visits, physician)
            after = preview(CHOSEN[then], physician)
            transaction.set_rollback(True)
        assert (then, told_before.referrals_then) == (then, after.referrals)
        assert (then, told_before.recalls_then) == (then, after.recalls)
        assert (then, after.changed, after.referrals_added, after.recalls_added) == (then, 0, 0, 0)


def in_force(bands: Bands, seen: int, visits: list[tuple[Encounter, bool]], by: Actor) -> int:
    """Saved, and every visit decided by it."""
    row = policy_save(bands=bands, reason="a trial", seen_version=seen, by=by, now=NOW)
    for visit, flagged in visits:
        decided(visit, by, flagged=flagged)
    return row.version


def test_who_cannot_be_referred_for_a_risk_is_not_counted_as_referred(
    physician: Actor, visits: list[tuple[Encounter, bool]]
) -> None:
    found = preview(EVERYBODY_HIGH, physician)
    # Finding and red flag are referred already; whoever read the other two saw no sign of what the risk says.
    assert (found.referrals, found.referrals_added, found.recalls_then) == (2, 1, 2)


def test_a_week_has_its_referrals_apart_from_risks(
    physician: Actor, visits: list[tuple[Encounter, bool]]
) -> None:
    assert referred_anyway_per_week(by=physician, today=TODAY) == pytest.approx(2 / WEEKS)
    weekly = risks_per_week((1e-9, 0.999), by=physician, today=TODAY)
    assert all(of_label == [round(3 / WEEKS, 2), 0.0] for of_label in weekly.values())
