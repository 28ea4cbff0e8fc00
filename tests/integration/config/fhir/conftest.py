"""A hospital's program, and the referral that was sent to it."""

import pytest
from django.core.cache import cache

from records.models import Organization
from referrals.models import Referral
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir_case import Caller


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def referral(clinic: Organization) -> Referral:
    return fhir_case.sent(clinic)


@pytest.fixture
def hospital(referral: Referral) -> Caller:
    """The program of the hospital to which the referral was sent."""
    return fhir_case.speaks_for(fhir_case.caller(referral.organization), referral.hospital)


@pytest.fixture
def partner(clinic: Organization) -> Caller:
    """A program that sends screenings."""
    return uploaded.sender(clinic)


@pytest.fixture
def whose(clinic: Organization, partner: Caller) -> str:
    """A person whom it posted."""
    return uploaded.person(partner, clinic)
