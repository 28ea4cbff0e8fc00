import pytest
from django.utils import timezone

from screening import releases
from screening.models import ModelRelease


@pytest.fixture
def shipped_release(transactional_db: None) -> ModelRelease:
    """The newest release that ships with the project, in force."""
    return releases.release_activate(name=releases.names_on_disk()[-1], now=timezone.now())
