"""Decoding turns a photograph upright exactly once and shows people a copy without metadata."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageOps

from screening.imaging.arrays import Image
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.display import derivative, display_copy
from tests.unit.screening.imaging.picture_files import encode, png, with_orientation


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_exactly_once(fundus: Image, orientation: int) -> None:
    data = with_orientation(fundus[:300, :400], orientation)
    expected = np.asarray(ImageOps.exif_transpose(Pillow.open(io.BytesIO(data))))
    decoded = decode_photograph(data)
    assert decoded.shape == expected.shape
    assert np.abs(decoded.astype(int) - expected).mean() < 1.0


def test_colours_come_out_as_red_green_blue(fundus: Image) -> None:
    assert np.array_equal(decode_photograph(encode(fundus, "PNG")), fundus)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0", png(40_000, 40_000, rows=b"")])
def test_what_cannot_be_decoded_is_one_typed_error(data: bytes) -> None:
    with pytest.raises(PhotographUnreadable):
        decode_photograph(data)
    assert display_copy(data) is None


def test_the_display_copy_is_upright_and_carries_no_metadata(fundus: Image) -> None:
    copy = display_copy(with_orientation(fundus[:300, :400], 6))
    assert copy is not None
    shown = Pillow.open(io.BytesIO(copy))
    assert shown.size == (300, 400)
    assert not shown.getexif() and b"Exif" not in copy and b"http" not in copy


@pytest.mark.parametrize(("max_side", "expected"), [(128, 128), (512, 512), (4000, 512)])
def test_a_display_copy_shrinks_and_never_grows(fundus: Image, max_side: int, expected: int) -> None:
    assert max(Pillow.open(io.BytesIO(derivative(fundus, max_side))).size) == expected
