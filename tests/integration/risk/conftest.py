from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from records.actor import Actor
from records.models import Organization
from risk import events
from risk.fusion_release import FUSION_RELEASE
from tests.unit.risk.made_up import train_small_release


@pytest.fixture(scope="session")
def fusion_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("releases")
    train_small_release(folder / FUSION_RELEASE)
    return folder


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
