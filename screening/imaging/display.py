"""The copy of a photograph that people look at: upright, moderate in size, without metadata."""

import cv2
import numpy as np

MAX_SIDE_PX = 1600
JPEG_QUALITY = 90


def display_copy(data: bytes) -> bytes | None:
    """A JPEG of at most MAX_SIDE_PX a side; EXIF orientation is applied, metadata dropped. None if undecodable."""
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        return None
    scale = MAX_SIDE_PX / max(bgr.shape[:2])
    if scale < 1:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    encoded, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes() if encoded else None
