"""The one gate for every photograph: portal, API and DICOM hand their bytes to `inspect_photograph`.

Decided by content alone: a PNG named .jpg is a PNG and is accepted, a TIFF named .jpg is refused. The web
process runs this module, so it imports no torch and never holds the full-size pixels of a JPEG.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image as Pillow

from screening.imaging.camera import camera_of
from screening.imaging.header import Header, HeaderBroken, HeaderUnknown, read_header

MAX_BYTES = 20_000_000
MIN_SIDE_PX = 256
MAX_PIXELS = 40_000_000

_INFLATE_STEP = 1 << 20


class RefusalCode(StrEnum):
    """Why a file was refused; `ADVICE` says what to do about each."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_A_PHOTOGRAPH = "not-a-photograph"
    SEVERAL_FRAMES = "several-frames"
    TOO_SMALL = "too-small"
    TOO_MANY_PIXELS = "too-many-pixels"
    CMYK = "cmyk"
    DEEP_COLOUR = "deep-colour"
    NO_COLOUR = "no-colour"
    DAMAGED = "damaged"


ADVICE: dict[RefusalCode, str] = {
    RefusalCode.EMPTY: "the file is empty; export the photograph from the camera again",
    RefusalCode.TOO_LARGE: "the file is larger than 20 MB; export the photograph as JPEG",
    RefusalCode.NOT_A_PHOTOGRAPH: "the file is neither JPEG nor PNG; export the photograph as JPEG",
    RefusalCode.SEVERAL_FRAMES: "the file holds several pictures; export the one photograph as a plain JPEG",
    RefusalCode.TOO_SMALL: "the photograph has less than 256 pixels a side; export it at full size",
    RefusalCode.TOO_MANY_PIXELS: "the photograph has more than 40 megapixels; export it smaller",
    RefusalCode.CMYK: "the photograph is in print colours (CMYK); export it as an RGB JPEG",
    RefusalCode.DEEP_COLOUR: "the photograph has more than 8 bits a colour; export it with 8 bits",
    RefusalCode.NO_COLOUR: "the photograph has no colour; take or export a colour photograph",
    RefusalCode.DAMAGED: "the file is damaged or incomplete; copy it from the camera again",
}


class PhotographRefused(ValueError):
    """The gate refused the bytes. `code` says why; the message says what to do and holds nothing personal."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(ADVICE[code])
        self.code = code


@dataclass(frozen=True)
class Photograph:
    """An accepted file: hash of its original bytes, its size as stored (before EXIF rotation), and the camera's maker
    and model where the file says them.
    """

    sha256: str
    format: str
    width: int
    height: int
    size_bytes: int
    camera: str = ""


def inspect_photograph(data: bytes) -> Photograph:
    """Accept or refuse the bytes of one photograph: colour JPEG or PNG, 8 bit, one frame, complete.

    Dimensions are read before anything is decoded. Raises PhotographRefused and nothing else.
    """
    header = _checked_header(data)
    try:
        complete = _jpeg_is_complete(data) if header.format == "JPEG" else _png_is_complete(data, header)
    except PhotographRefused:
        raise
    except Exception:  # decoders raise IndexError, SyntaxError, struct.error and more on broken files
        complete = False
    if not complete:
        raise PhotographRefused(RefusalCode.DAMAGED)
    digest = hashlib.sha256(data).hexdigest()
    return Photograph(digest, header.format, header.width, header.height, len(data), camera_of(data))


def _checked_header(data: bytes) -> Header:
    if not data:
        raise PhotographRefused(RefusalCode.EMPTY)
    if len(data) > MAX_BYTES:
        raise PhotographRefused(RefusalCode.TOO_LARGE)
    try:
        header = read_header(data)
    except HeaderUnknown:
        raise PhotographRefused(RefusalCode.NOT_A_PHOTOGRAPH) from None
    except (HeaderBroken, IndexError):
        raise PhotographRefused(RefusalCode.DAMAGED) from None
    refusal = _refusal_of(header)
    if refusal is not None:
        raise PhotographRefused(refusal)
    return header


def _refusal_of(header: Header) -> RefusalCode | None:
    reasons = {
        RefusalCode.TOO_MANY_PIXELS: header.width * header.height > MAX_PIXELS,
        RefusalCode.TOO_SMALL: min(header.width, header.height) < MIN_SIDE_PX,
        RefusalCode.CMYK: header.channels == 4,
        RefusalCode.NO_COLOUR: header.channels == 1,
        RefusalCode.DEEP_COLOUR: header.bits > 8,
    }
    return next((code for code, applies in reasons.items() if applies), None)


def _jpeg_is_complete(data: bytes) -> bool:
    """Decode at an eighth of the size: every scan is read, few pixels are made."""
    if data.rfind(b"\xff\xd9") < data.find(b"\xff\xda"):
        return False
    with Pillow.open(io.BytesIO(data), formats=["JPEG", "MPO"]) as picture:
        if picture.format != "JPEG" or getattr(picture, "n_frames", 1) > 1:
            raise PhotographRefused(RefusalCode.SEVERAL_FRAMES)
        picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()
    return True


def _png_is_complete(data: bytes, header: Header) -> bool:
    """Inflate the pixel stream step by step, keeping nothing: complete, checksummed, and no bomb."""
    inflater = zlib.decompressobj()
    allowed = 2 * header.height * (header.width * 4 + 8)
    made = 0
    for kind, payload in _png_chunks(data):
        if kind == b"acTL":
            raise PhotographRefused(RefusalCode.SEVERAL_FRAMES)
        while kind == b"IDAT" and payload and not inflater.eof:
            made += len(inflater.decompress(payload, _INFLATE_STEP))
            payload = inflater.unconsumed_tail
            if made > allowed:
                return False
        if kind == b"IEND":
            return inflater.eof and made > 0
    return False


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        body = data[position + 4 : position + 8 + length]
        checksum = data[position + 8 + length : position + 12 + length]
        if len(checksum) < 4 or zlib.crc32(body) != int.from_bytes(checksum, "big"):
            return
        yield body[:4], body[4:]
        position += 12 + length
