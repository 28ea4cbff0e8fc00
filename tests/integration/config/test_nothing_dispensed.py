"""Without new drug data, or without a pharmacist, no medicine reaches a hand, and referral goes on."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pharmacy.models import Dispense, DrugDataImport, Prescription
from records.actor import Actor
from records.models import Membership, Organization, Role
from referrals.models import Referral
from tests.factories import screening
from tests.integration.config import at_machine, cast
from tests.integration.pharmacy.dispensing import fresh_drug_data, scan

Colleague = Callable[[str], Client]


@pytest.fixture
def medicine(clinic: Organization, by: Actor) -> Prescription:
    cast.stock(clinic, by)
    fresh_drug_data(timezone.localdate())
    return at_machine.authorised(clinic, by)


@pytest.fixture
def referral(by: Actor) -> Referral:
    cast.hospital(by)
    visit = cast.screened(by, screening.eye("R", D=0.9), screening.eye("L"), name="Kim Younghee", seed=5)
    return Referral.objects.get(encounter=visit)


def post(client: Client, name: str, key: int, **given: str) -> int:
    return client.post(reverse(name, args=[key]), given).status_code


def referred(referral: Referral, colleague: Colleague) -> str:
    """The status of a referral that a physician authorises and sends."""
    post(colleague(Role.PHYSICIAN), "authorise-referral-authorise", referral.pk, send="1")
    referral.refresh_from_db()
    return str(referral.status)


def test_with_stale_drug_data_nothing_is_dispensed_and_a_referral_is_sent(
    medicine: Prescription, referral: Referral, colleague: Colleague
) -> None:
    DrugDataImport.objects.update(as_of="2020-01-01")
    pharmacist = colleague(Role.PHARMACIST)
    assert post(pharmacist, "counter-release", medicine.pk) == 422
    assert post(pharmacist, "counter-give", medicine.pk, scanned=scan(medicine.lot, "A")) == 422
    assert not Dispense.objects.exists()
    assert referred(referral, colleague) == "requested"


def test_without_a_pharmacist_nothing_is_dispensed_and_a_referral_is_sent(
    medicine: Prescription, referral: Referral, clinic: Organization, colleague: Colleague
) -> None:
    Membership.objects.filter(organization=clinic, role=Role.PHARMACIST).update(active=False)
    for role in (Role.SCREENER, Role.PHYSICIAN, Role.ADMINISTRATOR):
        client = colleague(role)
        assert post(client, "counter-release", medicine.pk) == 403
        assert post(client, "counter-give", medicine.pk, scanned=scan(medicine.lot, "A")) == 409
    assert not Dispense.objects.exists()
    assert referred(referral, colleague) == "requested"
