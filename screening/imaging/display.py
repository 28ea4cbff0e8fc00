"""The copy of a photograph that people look at: upright, moderate in size, without metadata."""

import cv2
import numpy as np

from screening.imaging.arrays import Image
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.preprocess import equalise_field, field_mask

MAX_SIDE_PX = 1600
# Darker than this is the black around the field, for the eye of a reader; a release has its own in its card.
GREY_BORDER = 14
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


def grey_copy(jpeg: bytes) -> bytes | None:
    """A display copy in grey, its contrast spread over the picture and not over the black around it: vessels
    and small bleedings stand out. None where it cannot be decoded.
    """
    bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        return None
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    grey = equalise_field(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), field_mask(rgb, GREY_BORDER))
    encoded, copy = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(copy.tobytes()) if encoded else None


def display_copy(data: bytes) -> bytes | None:
    """`derivative` of a stored photograph; None where it cannot be decoded."""
    try:
        return derivative(decode_photograph(data))
    except PhotographUnreadable:
        return None
