from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from records.actor import Actor
from records.models import Organization
from risk import events
from tests.unit.risk.made_up import small_releases


@pytest.fixture(scope="session")
def fusion_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_releases(tmp_path_factory)


@pytest.fixture(scope="session")
def other_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same name, trained on fewer patients."""
    return small_releases(tmp_path_factory, patients=6_000)


@pytest.fixture(autouse=True)
def _a_fusion_of_its_own(settings: Settings, fusion_releases: Path) -> None:
    settings.FUSION_RELEASES_DIR = fusion_releases


@pytest.fixture(autouse=True)
def _passwords_nobody_guesses(settings: Settings) -> None:
    """Half a second of key stretching for each invented person is most of what these tests would take."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def organization(screener: Actor) -> Organization:
    return Organization.objects.get(pk=screener.organization_id)


@pytest.fixture
def told() -> Iterator[list[int]]:
    keys: list[int] = []
    listen = lambda key, **_: keys.append(key)  # noqa: E731
    events.assessment_finalised.connect(listen)
    yield keys
    events.assessment_finalised.disconnect(listen)
