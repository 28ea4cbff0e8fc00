"""The gate accepts colour JPEG and PNG, and says of everything else what it is and what to do."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from screening.imaging.arrays import Image
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.gate import ADVICE, MAX_BYTES, PhotographRefused, RefusalCode, inspect_photograph
from tests.unit.screening.imaging.picture_files import deep_png, encode, png, png_chunk

SIDE = 300


def refusal(data: bytes) -> RefusalCode:
    with pytest.raises(PhotographRefused) as refused:
        inspect_photograph(data)
    assert str(refused.value) == ADVICE[refused.value.code]
    return refused.value.code


@pytest.fixture(scope="module")
def picture(fundus: Image) -> Image:
    return fundus[:SIDE, :SIDE]


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_colour_photograph_is_accepted_with_its_facts(picture: Image, format_: str) -> None:
    data = encode(picture[:280], format_)
    photograph = inspect_photograph(data)
    assert (photograph.format, photograph.width, photograph.height) == (format_, SIDE, 280)
    assert photograph.sha256 == hashlib.sha256(data).hexdigest()
    assert photograph.size_bytes == len(data)


def test_a_progressive_jpeg_and_a_transparent_or_palette_png_are_accepted(picture: Image) -> None:
    assert inspect_photograph(encode(picture, "JPEG", progressive=True)).format == "JPEG"
    for mode in ("RGBA", "P"):
        assert inspect_photograph(encode(Pillow.fromarray(picture).convert(mode), "PNG")).format == "PNG"


def test_bytes_after_the_end_of_a_jpeg_do_no_harm(picture: Image) -> None:
    assert inspect_photograph(encode(picture, "JPEG") + b"\0" * 64).format == "JPEG"


@pytest.mark.parametrize("format_", ["TIFF", "GIF", "BMP", "WEBP"])
def test_other_formats_are_refused_whatever_the_file_is_called(picture: Image, format_: str) -> None:
    assert refusal(encode(picture, format_)) is RefusalCode.NOT_A_PHOTOGRAPH


def test_a_file_without_bytes_is_refused_as_empty() -> None:
    assert refusal(b"") is RefusalCode.EMPTY


def test_text_is_refused_as_no_photograph() -> None:
    assert refusal(b"left eye, see attachment") is RefusalCode.NOT_A_PHOTOGRAPH


def test_one_byte_more_than_the_limit_is_refused(picture: Image) -> None:
    data = encode(picture, "JPEG")
    inspect_photograph(data + b"\0" * (MAX_BYTES - len(data)))
    assert refusal(data + b"\0" * (MAX_BYTES - len(data) + 1)) is RefusalCode.TOO_LARGE


@pytest.mark.parametrize(("side", "refused"), [(255, True), (256, False)])
def test_the_shorter_side_decides_whether_a_photograph_is_too_small(
    picture: Image, side: int, refused: bool
) -> None:
    data = encode(picture[:side], "JPEG")
    if refused:
        assert refusal(data) is RefusalCode.TOO_SMALL
    else:
        inspect_photograph(data)


@pytest.mark.parametrize("side", [6325, 40_000])
def test_dimensions_are_refused_before_any_pixel_is_made(side: int) -> None:
    assert refusal(png(side, side, rows=b"")) is RefusalCode.TOO_MANY_PIXELS


def test_print_colours_are_refused(picture: Image) -> None:
    assert refusal(encode(Pillow.fromarray(picture).convert("CMYK"), "JPEG")) is RefusalCode.CMYK


def test_sixteen_bits_a_colour_are_refused(picture: Image) -> None:
    assert refusal(deep_png(picture)) is RefusalCode.DEEP_COLOUR


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_grey_picture_is_refused(picture: Image, format_: str) -> None:
    assert refusal(encode(Pillow.fromarray(picture).convert("L"), format_)) is RefusalCode.NO_COLOUR


def test_several_pictures_in_one_file_are_refused(picture: Image) -> None:
    frame = Pillow.fromarray(picture)
    for format_ in ("MPO", "PNG"):
        data = encode(frame, format_, save_all=True, append_images=[frame.rotate(90)])
        assert refusal(data) is RefusalCode.SEVERAL_FRAMES


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_file_that_stops_early_is_refused_as_damaged(picture: Image, format_: str, keep: float) -> None:
    data = encode(picture, format_)
    assert refusal(data[: int(len(data) * keep)]) is RefusalCode.DAMAGED


def test_a_jpeg_without_its_end_mark_is_refused_as_damaged(picture: Image) -> None:
    assert refusal(encode(picture, "JPEG").removesuffix(b"\xff\xd9")) is RefusalCode.DAMAGED


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
@pytest.mark.parametrize("rest", [b"", b"\xff" * 40, b"\0" * 40, b"\xc0\0\x11\x08\0\0\0\0"])
def test_a_header_without_sense_is_refused_as_damaged(start: bytes, rest: bytes) -> None:
    assert refusal(start + rest) is RefusalCode.DAMAGED


def test_a_png_that_unpacks_to_far_more_than_it_promises_is_refused() -> None:
    bomb = png(SIDE, SIDE, rows=b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb) is RefusalCode.DAMAGED


def test_a_png_with_a_wrong_checksum_is_refused_as_damaged(picture: Image) -> None:
    data = bytearray(encode(picture, "PNG"))
    data[data.index(b"IDAT") + 10] ^= 0xFF
    assert refusal(bytes(data)) is RefusalCode.DAMAGED


def test_an_animation_chunk_makes_a_png_several_frames(picture: Image) -> None:
    data = encode(picture, "PNG")
    at = data.index(b"IDAT") - 4
    animated = data[:at] + png_chunk(b"acTL", b"\0\0\0\2\0\0\0\0") + data[at:]
    assert refusal(animated) is RefusalCode.SEVERAL_FRAMES


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_any_damage_is_refused_or_accepted_but_never_an_unhandled_error(picture: Image, format_: str) -> None:
    data, rng, answers = encode(picture, format_), np.random.default_rng(3), []
    for _ in range(150):
        broken = bytearray(data)
        for place in rng.integers(0, min(len(broken), 700), 4):
            broken[place] = rng.integers(0, 256)
        answers.append(
            answers_or_refuses(bytes(broken[: int(rng.integers(1, len(broken) + 1))]), inspect_photograph)
        )
    assert len(answers) == 150
    assert not all(answers), "no damage was refused: the generator damages nothing"


def answers_or_refuses(data: bytes, ask: Callable[[bytes], object]) -> bool:
    try:
        ask(data)
    except (PhotographRefused, PhotographUnreadable):
        return False
    return True


def test_every_hostile_file_is_accepted_or_refused(shared: Path) -> None:
    files = [path for path in sorted((shared / "data" / "images-hostile").rglob("*")) if path.is_file()]
    assert len(files) > 500
    for path in files:
        data = path.read_bytes()
        if answers_or_refuses(data, inspect_photograph):
            decoded = decode_photograph(data)
            assert decoded.ndim == 3 and decoded.shape[2] == 3 and min(decoded.shape[:2]) >= 256
        else:
            answers_or_refuses(data, decode_photograph)


def test_the_gate_loads_no_model_library() -> None:
    code = (
        "import sys, screening.imaging.gate, screening.imaging.display, screening.imaging.card\n"
        "sys.exit(','.join(sorted({'torch', 'timm', 'openvino', 'django'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
