import io

import pytest
from PIL import ExifTags, Image

from screening.imaging.camera import LONGEST, camera_of
from screening.imaging.gate import inspect_photograph


def photograph(kind: str = "JPEG", **said: str) -> bytes:
    exif = Image.Exif()
    for name, value in said.items():
        exif[ExifTags.Base[name]] = value
    written = io.BytesIO()
    Image.effect_noise((300, 300), 80).convert("RGB").save(written, format=kind, exif=exif)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("said", "camera"),
    [
        ({"Make": "Example", "Model": "NM-1"}, "Example NM-1"),
        ({"Make": "Example", "Model": "EXAMPLE NM-1"}, "EXAMPLE NM-1"),
        ({"Make": "Example"}, "Example"),
        ({"Model": "NM-1"}, "NM-1"),
        ({"Make": "  Example\nInc.\x07 ", "Model": "NM-1"}, "Example Inc. NM-1"),
        ({}, ""),
    ],
)
def test_maker_and_model_stand_on_one_line(kind: str, said: dict[str, str], camera: str) -> None:
    assert camera_of(photograph(kind, **said)) == camera


def test_it_never_says_more_than_a_column_holds() -> None:
    assert len(camera_of(photograph(Make="x" * 500, Model="y" * 500))) == LONGEST


def test_nothing_of_the_owner_or_the_device_is_read() -> None:
    said = {"CameraOwnerName": "Kim", "BodySerialNumber": "123", "Artist": "Kim", "Model": "NM-1"}
    assert camera_of(photograph(**said)) == "NM-1"


def test_broken_metadata_is_no_reason_to_refuse_a_photograph() -> None:
    data = photograph(Make="Example")
    at = data.index(b"Exif")
    broken = data[: at + 6] + b"\xff" * 8 + data[at + 14 :]
    assert camera_of(broken) == ""
    assert inspect_photograph(broken).camera == ""


def test_the_gate_tells_the_camera() -> None:
    assert inspect_photograph(photograph(Make="Example", Model="NM-1")).camera == "Example NM-1"
