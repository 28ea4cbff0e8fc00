"""Full decode of an accepted photograph: upright RGB, whatever the camera wrote."""

import cv2
import numpy as np

from screening.imaging.arrays import Image
from screening.imaging.gate import MAX_PIXELS
from screening.imaging.header import HeaderBroken, HeaderUnknown, read_header


class PhotographUnreadable(ValueError):
    """The bytes cannot be decoded to pixels."""


def decode_photograph(data: bytes) -> Image:
    """Bytes to (h, w, 3) RGB uint8, EXIF orientation applied exactly once (by the decoder itself).

    Raises PhotographUnreadable, also for more than 40 megapixels, before any pixel is made.
    """
    try:
        header = read_header(data)
        if header.width * header.height > MAX_PIXELS:
            raise PhotographUnreadable("more than 40 megapixels; export the photograph smaller")
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except (HeaderBroken, HeaderUnknown, IndexError, cv2.error):
        bgr = None
    if bgr is None:
        raise PhotographUnreadable("the photograph cannot be decoded; copy it from the camera again")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
