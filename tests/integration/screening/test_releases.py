"""Only a release whose files are those of its card can be put in force."""

import json
import logging
import shutil
from pathlib import Path

import pytest
from django.conf import settings as project
from pytest_django import Settings

from screening import releases
from screening.errors import ReleaseUnknown
from screening.models import ModelRelease
from tests.factories.records import NOW

pytestmark = pytest.mark.django_db
SHIPPED = max(card.parent for card in project.RELEASES_DIR.glob("*/card.json"))


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A copy of a shipped release that a test may damage."""
    settings.RELEASES_DIR = tmp_path / "releases"
    return Path(shutil.copytree(SHIPPED, settings.RELEASES_DIR / SHIPPED.name))


def _weights(folder: Path) -> Path:
    card = json.loads((folder / "card.json").read_text())
    return folder / card["weights"]["colour"]["file"]


def test_an_activation_is_logged_with_the_cards_hash(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="screening.releases"):
        release = releases.release_activate(name=folder.name, now=NOW)
    assert releases.active_names() == [folder.name]
    assert folder.name in caplog.text and release.card_sha256 in caplog.text


def test_a_release_that_is_not_there_names_those_that_are(folder: Path) -> None:
    with pytest.raises(ReleaseUnknown, match=f"choose one of: {folder.name}"):
        releases.release_activate(name="../elsewhere", now=NOW)


@pytest.mark.parametrize("damage", ["changed weights", "missing weights", "a card without labels", "no JSON"])
def test_a_damaged_release_is_never_put_in_force(folder: Path, damage: str) -> None:
    if damage == "changed weights":
        with _weights(folder).open("r+b") as file:
            file.write(b"\0\0\0\0damaged")
    elif damage == "missing weights":
        _weights(folder).unlink()
    else:
        (folder / "card.json").write_text("{}" if damage == "a card without labels" else "no JSON")
    with pytest.raises(ReleaseUnknown, match="cannot be activated"):
        releases.release_activate(name=folder.name, now=NOW)
    assert not ModelRelease.objects.exists()


def test_a_card_that_changed_since_it_was_registered_is_refused(folder: Path) -> None:
    releases.release_activate(name=folder.name, now=NOW)
    card = folder / "card.json"
    card.write_text(card.read_text() + "\n")
    with pytest.raises(ReleaseUnknown, match="under a new name"):
        releases.release_activate(name=folder.name, now=NOW)
