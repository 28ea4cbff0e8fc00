"""Scoring leaves maps beside the photographs: from the same pass, before the result is announced."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from records.actor import Actor
from screening import inference, releases, services
from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus
from screening.models import Exam, Finding
from screening.storage import map_name
from screening.tasks import score_exam
from tests.factories import screening
from tests.factories.records import NOW
from tests.unit.screening.imaging.tiny_release import write_tiny_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """A small release with random weights, in force."""
    settings.RELEASES_DIR, settings.SCORING_ENGINE = tmp_path, "torch-f32"
    write_tiny_release(tmp_path / "tiny-1.0")
    inference.scorer_for.cache_clear()
    yield releases.release_activate(name="tiny-1.0", now=timezone.now()).name
    inference.scorer_for.cache_clear()


@pytest.fixture
def exam(screener: Actor) -> Exam:
    """Both eyes, drawn, submitted."""
    opened = screening.open_exam(screener)
    for eye in Laterality:
        jpeg = cv2.imencode(".jpg", render_fundus(3, eye, size=512)[:, :, ::-1])[1].tobytes()
        services.image_add(exam=opened, laterality=eye, data=jpeg, by=screener, now=NOW, synthetic=True)
    return services.exam_submit(exam=opened, by=screener, now=NOW)


def test_every_suspected_disease_has_a_map_and_no_other_label(release: str, exam: Exam) -> None:
    score_exam.run(key=exam.pk)
    found = Finding.objects.filter(eye__outcome__exam=exam)
    suspected = found.exclude(decision="absent").exclude(label="N")
    assert 0 < suspected.count() < 14
    for finding in found.select_related("eye__image"):
        name = map_name(finding.eye.image.sha256, release, finding.label)
        assert default_storage.exists(name) == (finding in suspected), finding.label


def test_a_map_that_cannot_be_stored_holds_the_result_back(
    release: str, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(default_storage, "save", full)
    score_exam.run(key=exam.pk)
    assert not Finding.objects.filter(eye__outcome__exam=exam).exists()
