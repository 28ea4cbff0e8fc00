"""Rendered photographs, and a comparison whose trainings and timings take no time."""

from pathlib import Path

import pytest

from screening.imaging.compare import run
from screening.imaging.scaling.measure import Measured
from tests.unit.screening.imaging.compare.stand_in import StandIn
from tests.unit.screening.imaging.photographs import write_photographs


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_photographs(tmp_path_factory.mktemp("compared"))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    trainer = StandIn()
    monkeypatch.setattr(run, "train_fold", trainer)
    monkeypatch.setattr(
        run, "measure_backbone", lambda *_, threads: Measured(50.0, 45.0, 15, 300, 100, threads)
    )
    return trainer
