"""`manage.py screen`: refusals say what to do; the way through is a journey (tests/journeys)."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from records.models import Organization
from tests.factories import photographs
from tests.factories import records as cast


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    answers = {"patient": {"mrn": "A-1", "name": "Hong"}, "consent": ["screening"]}
    contents = {
        "answers": json.dumps(answers).encode(),
        "right": photographs.jpeg(1),
        "left": photographs.jpeg(1),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in contents}


@pytest.fixture
def username(clinic: object) -> str:
    return str(cast.member(cast.clinic()).practitioner.user.get_username())


def test_the_same_photograph_twice_is_refused_with_advice(files: dict[str, Path], username: str) -> None:
    with pytest.raises(CommandError, match="choose the right file"):
        call_command("screen", username=username, **files)


def test_answers_that_are_not_json_are_refused_by_file_name(files: dict[str, Path], username: str) -> None:
    files["answers"].write_text("{")
    with pytest.raises(CommandError, match="answers is not valid JSON"):
        call_command("screen", username=username, **files)


def test_a_missing_file_is_named(files: dict[str, Path], username: str) -> None:
    files["right"].unlink()
    with pytest.raises(CommandError, match="right cannot be read"):
        call_command("screen", username=username, **files)


def test_a_stranger_may_not_screen(files: dict[str, Path], clinic: object) -> None:
    with pytest.raises(CommandError, match="not an active member"):
        call_command("screen", username="nobody", **files)


@pytest.mark.parametrize("command", ["screen", "demo"])
def test_no_demo_clinic_is_made_in_a_database_that_is_not_the_embedded_one(
    command: str, files: dict[str, Path], db: None, settings: Settings
) -> None:
    settings.EMBEDDED = False
    options = {"answers": files["answers"]} if command == "screen" else {}
    with pytest.raises(CommandError, match="embedded servers only"):
        call_command(command, **options)
    assert not Organization.objects.exists()
