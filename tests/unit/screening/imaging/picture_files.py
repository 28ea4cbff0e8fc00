"""Files of every kind the gate must tell apart, written from one picture."""

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image as Pillow

from screening.imaging.arrays import Image


def encode(picture: Image | Pillow.Image, format_: str, **options: object) -> bytes:
    pillow = picture if isinstance(picture, Pillow.Image) else Pillow.fromarray(picture)
    out = io.BytesIO()
    pillow.save(out, format_, **options)
    return out.getvalue()


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png(width: int, height: int, *, rows: bytes, bits: int = 8, colour_type: int = 2) -> bytes:
    """A PNG whose header may promise anything, whatever its rows hold."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def deep_png(picture: Image) -> bytes:
    """The same picture with 16 bits a colour."""
    return bytes(cv2.imencode(".png", picture.astype(np.uint16) * 257)[1].tobytes())


def with_orientation(picture: Image, orientation: int) -> bytes:
    """A JPEG whose EXIF says how it must be turned."""
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (37.5, 0.0, 0.0)}
    return encode(picture, "JPEG", exif=exif, quality=95)
