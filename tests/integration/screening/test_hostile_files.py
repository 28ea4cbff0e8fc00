"""Every file of the hostile corpora is stored or refused with a reason; nothing else ever happens."""

from pathlib import Path

import pytest

from records.actor import Actor
from screening import services
from screening.domain.laterality import Laterality
from screening.errors import ScreeningError
from screening.imaging.gate import PhotographRefused
from screening.models import FundusImage
from tests.factories import screening as made
from tests.factories.records import NOW


@pytest.mark.slow
def test_every_hostile_file_is_stored_or_refused_with_a_reason(screener: Actor, shared: Path) -> None:
    files = sorted(path for path in (shared / "data/images-hostile").rglob("*") if path.is_file())
    assert len(files) > 500, "the corpora are incomplete"
    stored = 0
    for path in files:
        exam = made.open_exam(screener)
        try:
            services.image_add(
                exam=exam, laterality=Laterality.RIGHT, data=path.read_bytes(), by=screener, now=NOW
            )
            stored += 1
        except (PhotographRefused, ScreeningError) as refused:
            assert len(str(refused)) > 20, f"{path.name}: the refusal does not say what to do"
    assert FundusImage.objects.count() == stored
