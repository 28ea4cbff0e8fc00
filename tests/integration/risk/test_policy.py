"""Versions of a clinic's bands: who may save them, what is decided by them, and what they would have meant."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor, software
from records.errors import RoleRefused
from records.models import AuditEvent, Organization, Role
from risk import selectors, services
from risk.domain.bands import BANDS, FUSED_LABELS, BandRow, Bands
from risk.errors import PolicyChanged, PolicyInvalid, PolicyReasonMissing, PolicyUnchanged, PolicyUnknown
from risk.models import LabelRisk, Policy, RiskAssessment
from risk.policy_preview import policy_preview
from risk.policy_services import policy_roll_back, policy_save
from risk.policy_visits import DAYS
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
EVERYBODY_HIGH: Bands = {label: BandRow(1e-9, 2e-9) for label in FUSED_LABELS}
NOBODY: Bands = {label: BandRow(0.998, 0.999) for label in FUSED_LABELS}


@pytest.fixture
def clinic() -> Organization:
    return cast.clinic()


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, Role.PHYSICIAN)


def save(by: Actor, bands: Bands, *, seen: int = 0, reason: str = "too many referrals") -> Policy:
    return policy_save(bands=bands, reason=reason, seen_version=seen, by=by, now=NOW)


def assessed(by: Actor) -> RiskAssessment:
    exam = made.submitted_exam(by)
    services.risk_factors_record(encounter=exam.encounter, factors=HEALTHY, by=by, now=NOW)
    outcome = made.outcome(exam, made.eye(Laterality.RIGHT), made.eye(Laterality.LEFT), by=by)
    assessor = software("risk.assessor", by.organization_id)
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert assessment is not None
    return assessment


def test_before_anybody_chose_the_shipped_bands_are_in_force(clinic: Organization) -> None:
    assert selectors.policy_in_force(clinic.pk).version == 0
    assert selectors.policy_in_force(clinic.pk).bands == BANDS


def test_a_saved_version_is_in_force_with_author_reason_and_an_audit_row(physician: Actor) -> None:
    row = save(physician, NOBODY, reason="  two clinics share one hospital ")
    assert (row.version, row.reason, row.author_id) == (
        1,
        "two clinics share one hospital",
        physician.practitioner_id,
    )
    assert selectors.policy_in_force(physician.organization_id).bands == NOBODY
    event = AuditEvent.objects.latest("pk")
    assert event.entity == f"risk.policy:{row.pk}" and event.reason == row.reason


def test_another_clinic_keeps_its_own(physician: Actor) -> None:
    save(physician, NOBODY)
    assert selectors.policy_in_force(cast.clinic().pk).bands == BANDS


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PHYSICIAN, Role.ADMINISTRATOR)])
def test_who_may_not_decide_about_limits_is_refused(clinic: Organization, role: Role) -> None:
    with pytest.raises(RoleRefused):
        save(cast.actor(clinic, role), NOBODY)
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("bands", "reason", "error"),
    [
        ({**BANDS, Label.AMD: BandRow(0.5, 0.4)}, "a reason", PolicyInvalid),
        (BANDS, "   ", PolicyReasonMissing),
    ],
    ids=["out of order", "no reason"],
)
def test_what_cannot_be_leaves_nothing(
    physician: Actor, bands: Bands, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        save(physician, bands, reason=reason)
    assert not Policy.objects.exists()


def test_a_change_made_from_an_older_version_is_refused(physician: Actor) -> None:
    save(physician, NOBODY)
    with pytest.raises(PolicyChanged, match="version 1"):
        save(physician, EVERYBODY_HIGH)
    assert Policy.objects.count() == 1


def test_the_same_change_sent_twice_is_one_version(physician: Actor) -> None:
    assert save(physician, NOBODY) == save(physician, NOBODY)
    with pytest.raises(PolicyChanged):
        save(physician, NOBODY, reason="another reason")
    assert Policy.objects.count() == 1


def test_another_person_with_the_same_change_sees_that_it_is_made(
    physician: Actor, clinic: Organization
) -> None:
    save(physician, NOBODY)
    with pytest.raises(PolicyChanged):
        save(cast.actor(clinic, Role.ADMINISTRATOR), NOBODY)


def test_limits_that_are_in_force_are_no_new_version(physician: Actor) -> None:
    with pytest.raises(PolicyUnchanged, match="version 0"):
        save(physician, BANDS)
    assert not Policy.objects.exists()


def test_the_way_back_is_a_new_version_with_the_older_bands(physician: Actor) -> None:
    save(physician, NOBODY)
    save(physician, EVERYBODY_HIGH, seen=1)
    again = policy_roll_back(version=1, reason="too many", seen_version=2, by=physician, now=NOW)
    shipped = policy_roll_back(version=0, reason="as delivered", seen_version=3, by=physician, now=NOW)
    assert [(again.version, again.back_to), (shipped.version, shipped.back_to)] == [(3, 1), (4, 0)]
    assert selectors.policy_in_force(physician.organization_id).bands == BANDS
    with pytest.raises(PolicyUnknown, match="no version 9"):
        policy_roll_back(version=9, reason="?", seen_version=4, by=physician, now=NOW)


def test_a_case_is_decided_by_the_policy_in_force_and_says_which(physician: Actor) -> None:
    before = assessed(physician)
    save(physician, EVERYBODY_HIGH)
    after = assessed(physician)
    assert (before.policy_version, after.policy_version) == (0, 1)
    assert before.disposition != "refer" and after.disposition == "refer"
    assert set(LabelRisk.objects.filter(assessment=after).values_list("band", flat=True)) == {"high"}


def test_a_new_policy_does_not_decide_an_old_case_again(physician: Actor) -> None:
    first = assessed(physician)
    save(physician, EVERYBODY_HIGH)
    assessor = software("risk.assessor", physician.organization_id)
    again = services.assessment_finalise(outcome_id=first.outcome_id, by=assessor, now=NOW)
    assert again == first


def test_the_preview_counts_what_would_change_and_changes_nothing(physician: Actor) -> None:
    for _ in range(3):
        assessed(physician)
    found = policy_preview(EVERYBODY_HIGH, by=physician, today=TODAY)
    assert (found.visits, found.changed, found.referrals_added, found.referrals_removed) == (3, 3, 3, 0)
    assert all(row.high_then == 3 for row in found.labels.values())
    assert RiskAssessment.objects.filter(disposition="refer").count() == 0


def test_the_preview_of_the_same_bands_changes_nothing(physician: Actor) -> None:
    assessed(physician)
    found = policy_preview(BANDS, by=physician, today=TODAY)
    assert (found.visits, found.changed, found.referrals_added, found.referrals_removed) == (1, 0, 0, 0)
    assert all((row.raised, row.high) == (row.raised_then, row.high_then) for row in found.labels.values())


def test_a_referral_for_a_risk_alone_goes_where_no_risk_is_high(physician: Actor) -> None:
    save(physician, EVERYBODY_HIGH)
    assessed(physician)
    assert policy_preview(NOBODY, by=physician, today=TODAY).referrals_removed == 1


@pytest.mark.parametrize(("days", "visits"), [(DAYS - 1, 1), (DAYS, 0)])
def test_the_preview_looks_back_ninety_days(physician: Actor, days: int, visits: int) -> None:
    assessed(physician)
    assert policy_preview(BANDS, by=physician, today=TODAY + timedelta(days=days)).visits == visits


def test_the_preview_does_not_see_another_clinic(physician: Actor) -> None:
    assessed(cast.actor(cast.clinic(), Role.PHYSICIAN))
    assert policy_preview(EVERYBODY_HIGH, by=physician, today=TODAY).visits == 0


def test_the_database_itself_keeps_the_order_of_limits(physician: Actor) -> None:
    row = save(physician, NOBODY)
    for wrong in ({"raised_from": 0.5, "high_from": 0.4}, {"raised_from": 0.0}, {"high_from": 1.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.bands.filter(label="A").update(**wrong)
