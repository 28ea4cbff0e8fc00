"""The vessel tree of a drawn fundus: arcades that leave the disc, bend round the macula and branch."""

from dataclasses import dataclass

import cv2
import numpy as np

from screening.imaging.arrays import Doubles, Floats

_STEP = 0.006  # of the picture's side
_THINNEST = 0.0011
_ABSORBS = {"artery": (0.13, 0.42, 0.42), "vein": (0.27, 0.68, 0.62)}


@dataclass(frozen=True)
class _Vessel:
    """A vessel at its start: position and widths in pixels, heading in radians, bend in radians a step."""

    start: Doubles
    heading: float
    width: float
    bend: float
    kind: str
    generation: int


def draw_vessels(size: int, disc: Doubles, fovea: Doubles, rng: np.random.Generator) -> Floats:
    """Optical density (size, size, 3) float32 of the whole tree; 0 where there is no vessel."""
    layers = {kind: np.zeros((size, size), np.float32) for kind in _ABSORBS}
    waiting = _arcades(size, disc, fovea, rng)
    while waiting:
        waiting.extend(_grow(waiting.pop(), layers, disc, fovea, rng))
    density = np.zeros((size, size, 3), np.float32)
    for kind, layer in layers.items():
        soft = np.asarray(cv2.GaussianBlur(layer, (0, 0), 0.0012 * size), dtype=np.float32)
        density = np.maximum(density, soft[:, :, None] * np.array(_ABSORBS[kind], np.float32))
    return density


def _arcades(size: int, disc: Doubles, fovea: Doubles, rng: np.random.Generator) -> list[_Vessel]:
    """An artery and a vein into each quadrant, and small ones towards the macula."""
    temporal = float(np.sign(fovea[0] - disc[0]))
    vessels = []
    for vertical in (-1.0, 1.0):
        out, back = (0.0, np.pi) if temporal > 0 else (np.pi, 0.0)
        for kind, width, spread in (("vein", 0.0098, 0.07), ("artery", 0.0072, -0.09)):
            wide = width * size * rng.uniform(0.85, 1.1)
            steep = vertical * (1.22 + spread + rng.normal(0, 0.06))
            bend = -vertical * temporal * rng.uniform(0.0125, 0.0165)
            vessels.append(_Vessel(disc, out + steep * temporal, wide, bend, kind, 0))
            shallow = vertical * (0.85 + 2 * spread + rng.normal(0, 0.1))
            slight = vertical * temporal * rng.uniform(0.0, 0.006)
            vessels.append(_Vessel(disc, back - shallow * temporal, 0.72 * wide, slight, kind, 0))
        flat = vertical * rng.uniform(0.25, 0.5)
        vessels.append(_Vessel(disc, out + flat * temporal, 0.003 * size, 0.0, "artery", 1))
    return vessels


def _grow(
    vessel: _Vessel, layers: dict[str, Floats], disc: Doubles, fovea: Doubles, rng: np.random.Generator
) -> list[_Vessel]:
    """Draw one vessel to its end; returns its branches."""
    layer = layers[vessel.kind]
    size = layer.shape[0]
    step, thinnest = _STEP * size, _THINNEST * size
    place, heading, width, bend = vessel.start.copy(), vessel.heading, vessel.width, vessel.bend
    wobble, since, branches = 0.0, 0, []
    while width > thinnest and np.hypot(*(place - size / 2)) < 0.5 * size:
        wobble = 0.85 * wobble + rng.normal(0, 0.022)
        heading += bend + wobble
        heading += _shun(place, heading, fovea, 0.135 * size if not vessel.generation else 0.075 * size)
        if np.hypot(*(place - fovea)) < 0.045 * size:
            break  # the fovea has no vessels
        end = place + step * np.array([np.cos(heading), np.sin(heading)])
        _segment(layer, place, end, width)
        place, width, since = end, width * 0.9935, since + 1
        far = np.hypot(*(place - disc)) > 0.06 * size
        if far and since > 9 and rng.random() < 0.10 and vessel.generation < 3:
            side = -1.0 if rng.random() < 0.5 else 1.0
            thin = width * rng.uniform(0.45, 0.72)
            away = heading + side * rng.uniform(0.45, 0.95)
            branches.append(
                _Vessel(place, away, thin, -side * rng.uniform(0, 0.012), vessel.kind, vessel.generation + 1)
            )
            width, since = width * 0.93, 0
    return branches


def _shun(place: Doubles, heading: float, fovea: Doubles, reach: float) -> float:
    """A turn away from the fovea for a vessel that comes nearer than `reach`; 0 elsewhere."""
    gap = place - fovea
    distance = float(np.hypot(*gap))
    if distance >= reach:
        return 0.0
    outward = float(np.arctan2(gap[1], gap[0]))
    error = (outward - heading + np.pi) % (2 * np.pi) - np.pi
    return float(np.clip(error, -0.12, 0.12)) * (1 - distance / reach) * 2


def _segment(layer: Floats, start: Doubles, end: Doubles, width: float) -> None:
    """A line of any width: below one pixel it becomes fainter instead of thinner."""
    points = [(round(float(p[0]) * 8), round(float(p[1]) * 8)) for p in (start, end)]
    strength = min(1.0, width / 1.5)
    mask = np.zeros_like(layer) if strength < 1.0 else layer
    cv2.line(mask, points[0], points[1], strength, max(1, round(width)), cv2.LINE_AA, 3)
    if mask is not layer:
        np.maximum(layer, mask, out=layer)
