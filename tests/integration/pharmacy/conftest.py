import pytest

from records.actor import Actor
from records.models import Organization
from tests.factories import records as cast


@pytest.fixture
def pharmacist(clinic: Organization) -> Actor:
    return cast.actor(clinic, "pharmacist")
