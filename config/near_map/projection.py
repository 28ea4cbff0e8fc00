"""Places on a flat frame, true to scale from its centre. Degrees in (WGS 84), units of the drawing out; no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, ceil, cos, degrees, floor, hypot, log10, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0
WIDTH, HEIGHT, MARGIN = 360.0, 300.0, 28.0
# Places at one spot have no extent of their own; nearer than this the frame does not go.
LEAST_KM = 1.0
# A length that is read off easily: 1, 2 or 5 of a power of ten.
STEPS = (1, 2, 5, 10)
WINDS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")

Degrees = tuple[float, float]
Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """`points` as the places were given and the `centre` of measuring, y downward.

    `units`: of the drawing to a km. `step_km`: from ring to ring.
    """

    centre: Point
    points: tuple[Point, ...]
    units: float
    step_km: float


def from_centre(centre: Degrees, place: Degrees) -> Point:
    """Km east and north of the centre, at the true distance and in the true direction (azimuthal equidistant).

    `place` right opposite on the globe has no direction; it is put to the north.
    """
    lat, other = radians(centre[0]), radians(place[0])
    across = radians(place[1] - centre[1])
    east = cos(other) * sin(across)
    north = cos(lat) * sin(other) - sin(lat) * cos(other) * cos(across)
    # The half chord keeps its digits for places a few metres apart.
    half = sin((other - lat) / 2) ** 2 + cos(lat) * cos(other) * sin(across / 2) ** 2
    km = 2 * EARTH_RADIUS_KM * atan2(sqrt(half), sqrt(max(0.0, 1 - half)))
    length = hypot(east, north)
    return (km * east / length, km * north / length) if length else (0.0, km)


def frame_of(centre: Degrees, places: Sequence[Degrees]) -> Frame:
    """The centre and every place inside the margins, as large as the frame allows."""
    flat = [(0.0, 0.0), *(from_centre(centre, place) for place in places)]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*flat, strict=True))
    units = min(
        (WIDTH - 2 * MARGIN) / max(east - west, LEAST_KM),
        (HEIGHT - 2 * MARGIN) / max(north - south, LEAST_KM),
    )
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    drawn = [(WIDTH / 2 + (x - middle_x) * units, HEIGHT / 2 - (y - middle_y) * units) for x, y in flat]
    return Frame(drawn[0], tuple(drawn[1:]), units, step_within(WIDTH / 4 / units))


def step_within(km: float) -> float:
    """The longest round length that is not longer than `km`, which is above zero."""
    power = 10.0 ** floor(log10(km))
    return max((step * power for step in STEPS if step * power <= km), default=power)


def rings(frame: Frame) -> list[float]:
    """Km of the circles around the centre, a step apart, as far as the farthest corner of the frame."""
    x, y = frame.centre
    corner = max(hypot(x - left, y - top) for left in (0.0, WIDTH) for top in (0.0, HEIGHT))
    return [frame.step_km * number for number in range(1, ceil(corner / frame.units / frame.step_km))]


def wind_of(centre: Degrees, place: Degrees) -> str:
    """In which of the eight directions a place lies; empty where it is the centre itself."""
    east, north = from_centre(centre, place)
    if not (east or north):
        return ""
    return WINDS[round(degrees(atan2(east, north)) / 45) % 8]


def apart(points: Sequence[Point], size: float) -> list[Point]:
    """Where the marks of the points go so that none covers another: each as near to its point as is free.

    `size`: of a mark, in units. Marks stay a half of it inside the frame.
    """
    put: list[Point] = []
    for point in points:
        free = (one for one in _around(point, size) if all(_distance(one, other) >= size for other in put))
        put.append(next(free, point))
    return put


def _around(point: Point, size: float) -> list[Point]:
    """The point, then places on ever wider circles about it, kept inside the frame."""
    x, y = point
    turns = [radians(turn) for turn in range(0, 360, 30)]
    circles = range(1, ceil(WIDTH / size))
    wider = [(x + size * n * sin(turn), y - size * n * cos(turn)) for n in circles for turn in turns]
    return [point, *(one for one in wider if _inside(one, size / 2))]


def _inside(point: Point, edge: float) -> bool:
    return edge <= point[0] <= WIDTH - edge and edge <= point[1] <= HEIGHT - edge


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
