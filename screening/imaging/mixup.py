"""Photographs blended in pairs, and their answers with them: what was learnt by heart helps with no blend."""

import cv2
import numpy as np

from screening.imaging.arrays import Floats, Image


def blend(pixels: Image, answers: Floats, rng: np.random.Generator, strength: float) -> tuple[Image, Floats]:
    """Each photograph blended with another of its batch; mixup (Zhang et al., ICLR 2018).

    `pixels` (n, s, s, c) uint8; `answers` (n, K) in {0, 1, NaN}. The share of the photograph itself is drawn from
    Beta(`strength`, `strength`), the larger part of the two; 0 blends nothing. An answer that is not known of both
    is not known of the blend.
    """
    if strength == 0:
        return pixels, answers
    drawn = rng.beta(strength, strength, len(pixels))
    own, others = np.maximum(drawn, 1 - drawn), rng.permutation(len(pixels))
    blended = np.empty_like(pixels)
    for row, (share, other) in enumerate(zip(own, others, strict=True)):
        whole = cv2.addWeighted(pixels[row], share, pixels[other], 1 - share, 0)
        blended[row] = whole.reshape(pixels[row].shape)
    shares = own[:, None].astype(answers.dtype)
    return blended, shares * answers + (1 - shares) * answers[others]
