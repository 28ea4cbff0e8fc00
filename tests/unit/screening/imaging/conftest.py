"""Pictures and a release for the image tests; both made here, so no real photograph is needed."""

from pathlib import Path

import cv2
import pytest

from screening.domain.laterality import Laterality
from screening.imaging.arrays import Image
from screening.imaging.render import render_fundus
from screening.imaging.train import train_fold
from screening.imaging.train_curves import draw_curves
from tests.unit.screening.imaging.photographs import CONFIG, write_photographs
from tests.unit.screening.imaging.tiny_release import write_tiny_release


@pytest.fixture(scope="session")
def fundus() -> Image:
    """A rendered right fundus of 512 pixels."""
    return render_fundus(1, Laterality.RIGHT, size=512)


@pytest.fixture(scope="session")
def blurred_fundus() -> Image:
    return render_fundus(1, Laterality.RIGHT, size=512, blur_px=8)


@pytest.fixture(scope="session")
def fundus_jpeg(fundus: Image) -> bytes:
    return bytes(cv2.imencode(".jpg", fundus[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_release(tmp_path_factory.mktemp("releases") / "tiny")


@pytest.fixture(scope="session")
def engine_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine-cache")


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with labels.csv and rendered photographs to train on."""
    return write_photographs(tmp_path_factory.mktemp("photographs"))


@pytest.fixture(scope="session")
def run(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished training of fold 0 of two, both branches."""
    folder = tmp_path_factory.mktemp("run")
    train_fold(CONFIG, photographs, folder, on_epoch=draw_curves)
    return folder
