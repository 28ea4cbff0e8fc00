"""The copy of a photograph that people look at: upright, moderate in size, without metadata."""

import cv2

from screening.imaging.arrays import Image
from screening.imaging.decode import PhotographUnreadable, decode_photograph

MAX_SIDE_PX = 1600
JPEG_QUALITY = 90


def derivative(rgb: Image, max_side: int = MAX_SIDE_PX) -> bytes:
    """A JPEG of at most `max_side` pixels a side, made of pixels alone: no EXIF, no XMP, no position."""
    scale = max_side / max(rgb.shape[:2])
    if scale < 1:
        rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    encoded, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not encoded:
        raise ValueError("the pixels cannot be encoded as JPEG")
    return bytes(jpeg.tobytes())


def display_copy(data: bytes) -> bytes | None:
    """`derivative` of a stored photograph; None where it cannot be decoded."""
    try:
        return derivative(decode_photograph(data))
    except PhotographUnreadable:
        return None
