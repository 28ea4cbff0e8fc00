"""Pictures and a release for the image tests; both made here, so no real photograph is needed."""

from pathlib import Path

import cv2
import pytest

from screening.domain.laterality import Laterality
from screening.imaging.arrays import Image
from screening.imaging.render import render_fundus
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
