"""How far a hospital is."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0
# Roads are longer than the straight line (REFR-13). Source: facts 3.5, 1.3 to 1.4 [K]. Wrong for islands.
ROAD_FACTOR = 1.3
# Without a router (REFR-35) [K]: a km of the estimated road counts as a minute.
ROAD_KMH = 60.0


@dataclass(frozen=True)
class Place:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"({self.latitude}, {self.longitude}) is no place on earth")


def straight_km(one: Place, other: Place) -> float:
    """Great-circle distance in km (haversine)."""
    half_latitude = radians(other.latitude - one.latitude) / 2
    half_longitude = radians(other.longitude - one.longitude) / 2
    across = cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(half_longitude) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(sin(half_latitude) ** 2 + across)))


def estimated_km(one: Place, other: Place) -> float:
    """Distance by road in km as an estimate from the straight line; always shown as an estimate (REFR-13)."""
    return road_km(straight_km(one, other))


def road_km(straight: float) -> float:
    """The road that a straight line of so many km stands for (REFR-13)."""
    return straight * ROAD_FACTOR


def estimated_minutes(road_km: float) -> float:
    """Minutes for an estimated distance by road, an estimate itself (REFR-35)."""
    return road_km / ROAD_KMH * 60
