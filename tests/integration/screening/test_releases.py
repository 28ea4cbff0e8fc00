"""Only a release whose files are those of its card can be put in force."""

import importlib
import json
import logging
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from screening import releases
from screening.errors import ReleaseUnknown
from screening.models import ModelRelease, ReleaseActivation
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


def test_weights_that_are_not_of_the_network_on_the_card_are_refused_by_the_command(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text())
    for backbone, said in (("resnet18", "do not fit backbone resnet18"), ("no_such", "no network no_such")):
        (folder / "card.json").write_text(json.dumps(card | {"backbone": backbone}))
        with pytest.raises(CommandError, match=f"cannot be activated: .*{said}"):
            call_command("releases", "activate", folder.name)
    assert not ModelRelease.objects.exists()


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


@pytest.fixture
def shipped(settings: Settings, tmp_path: Path) -> Callable[[str], Path]:
    """`shipped("b")`: one more release on disk, under that name."""
    settings.RELEASES_DIR = tmp_path / "releases"

    def ship(name: str) -> Path:
        folder = Path(shutil.copytree(SHIPPED, settings.RELEASES_DIR / name))
        card = json.loads((folder / "card.json").read_text())
        (folder / "card.json").write_text(json.dumps(card | {"name": name}))
        return folder

    return ship


def command(*words: str) -> list[str]:
    out = StringIO()
    call_command("releases", *words, stdout=out)
    return out.getvalue().splitlines()


def test_the_list_marks_the_active_one_and_says_since_when_and_by_whom(
    shipped: Callable[[str], Path],
) -> None:
    shipped("b-1"), shipped("b-2")
    assert [line.split()[:1] for line in command()] == [["b-1"], ["b-2"]]
    one, two = command("activate", "b-2", "--by", "Kim")
    assert one.startswith("  b-1  on disk") and "activated" not in one
    assert two.startswith("* b-2  active  registered 20") and two.endswith("by Kim")


def test_rolling_back_goes_to_the_release_before_and_says_who_did(shipped: Callable[[str], Path]) -> None:
    for name in ("b-1", "b-2", "b-3"):
        shipped(name)
        command("activate", name, "--by", "Kim")
    third = command("rollback", "--by", "Lee")[2]
    assert releases.active_names() == ["b-2"]
    assert third.startswith("  b-3  registered") and third.endswith("by Lee") and "rolled back" in third
    command("rollback", "--by", "Lee")
    assert releases.active_names() == ["b-1"], "a release that was withdrawn does not come back"
    with pytest.raises(CommandError, match="no release was in force before"):
        command("rollback", "--by", "Lee")
    assert releases.active_names() == ["b-1"] and ReleaseActivation.objects.count() == 3
    command("activate", "b-3", "--by", "Kim")
    command("rollback", "--by", "Lee")
    assert releases.active_names() == ["b-1"]


def test_activating_the_active_one_again_is_no_step_to_go_back_to(shipped: Callable[[str], Path]) -> None:
    for name in ("b-1", "b-2"):
        shipped(name)
        command("activate", name)
        command("activate", name)
    command("rollback")
    assert releases.active_names() == ["b-1"]


@pytest.mark.parametrize("damage", ["weights", "card", "gone"])
def test_rolling_back_to_a_release_whose_files_changed_is_refused_and_changes_nothing(
    shipped: Callable[[str], Path], damage: str
) -> None:
    before = shipped("b-1")
    command("activate", "b-1")
    shipped("b-2")
    command("activate", "b-2")
    if damage == "weights":
        with _weights(before).open("r+b") as file:
            file.write(b"\0\0\0\0damaged")
    elif damage == "card":
        (before / "card.json").write_text((before / "card.json").read_text() + "\n")
    else:
        shutil.rmtree(before)
    with pytest.raises(CommandError, match="b-1"):
        command("rollback")
    assert releases.active_names() == ["b-2"]
    assert not ReleaseActivation.objects.exclude(withdrawn_at=None).exists()


def test_the_list_says_which_release_cannot_be_used_any_more(shipped: Callable[[str], Path]) -> None:
    folder = shipped("b-1")
    command("activate", "b-1")
    (folder / "card.json").write_text("{}")
    shipped("b-2")
    one, two = command()
    assert "CANNOT BE USED" in one and "not the registered card" in one
    assert "CANNOT" not in two
    shutil.rmtree(folder)
    assert "install the whole release folder" in command()[0]


def test_rolling_back_takes_no_name(shipped: Callable[[str], Path]) -> None:
    shipped("b-1")
    with pytest.raises(CommandError, match="releases activate b-1"):
        command("rollback", "b-1")
    with pytest.raises(CommandError, match="name the release"):
        command("activate")


def test_a_release_in_force_before_activations_were_kept_can_be_rolled_back_to(
    shipped: Callable[[str], Path],
) -> None:
    migration = importlib.import_module("screening.migrations.0009_release_activations")
    shipped("b-1"), shipped("b-2")
    command("activate", "b-1")
    ReleaseActivation.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(migration.ALREADY_IN_FORCE)
    command("activate", "b-2")
    command("rollback")
    assert releases.active_names() == ["b-1"]
