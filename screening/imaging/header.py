"""What a JPEG or PNG says of itself, read from a few bytes before anything is decoded."""

from dataclasses import dataclass

_JPEG_START = b"\xff\xd8\xff"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset(range(0xD0, 0xD9)) | {0x01}
_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 1, 6: 3}  # colour type to colour channels; alpha is not a colour


class HeaderUnknown(ValueError):
    """The bytes are neither JPEG nor PNG."""


class HeaderBroken(ValueError):
    """JPEG or PNG by its first bytes, but the header cannot be read."""


@dataclass(frozen=True)
class Header:
    """`channels`: 1 grey, 3 colour, 4 CMYK. Width and height as stored, before any EXIF rotation."""

    format: str
    width: int
    height: int
    channels: int
    bits: int


def read_header(data: bytes) -> Header:
    """The header of `data`; the file's name plays no part. Raises HeaderUnknown or HeaderBroken."""
    if data.startswith(_JPEG_START):
        return _read_jpeg(data)
    if data.startswith(_PNG_START):
        return _read_png(data)
    raise HeaderUnknown("neither JPEG nor PNG")


def _read_png(data: bytes) -> Header:
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise HeaderBroken("PNG without its first chunk")
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    bits, colour_type = data[24], data[25]
    if not width or not height or colour_type not in _PNG_CHANNELS:
        raise HeaderBroken("PNG with an impossible first chunk")
    return Header("PNG", width, height, _PNG_CHANNELS[colour_type], bits)


def _read_jpeg(data: bytes) -> Header:
    position = 2
    while position + 9 < len(data):
        if data[position] != 0xFF:
            raise HeaderBroken("JPEG with bytes between its segments")
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _JPEG_FRAMES:
            return _read_frame(data, position + 4)
        if marker in {0xD9, 0xDA}:
            break
        length = 0 if marker in _JPEG_BARE else int.from_bytes(data[position + 2 : position + 4], "big")
        position += 2 + length
    raise HeaderBroken("JPEG without a frame header")


def _read_frame(data: bytes, start: int) -> Header:
    bits, channels = data[start], data[start + 5]
    height = int.from_bytes(data[start + 1 : start + 3], "big")
    width = int.from_bytes(data[start + 3 : start + 5], "big")
    if not width or not height or channels not in {1, 3, 4}:
        raise HeaderBroken("JPEG with an impossible frame header")
    return Header("JPEG", width, height, channels, bits)
