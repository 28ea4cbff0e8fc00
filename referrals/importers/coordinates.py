"""Coordinates of directories: checked against the country, and moved from the Korean grid."""

from functools import lru_cache
from typing import Final, NamedTuple

from pyproj import Transformer

from referrals.domain.travel import Place
from referrals.errors import DirectoryUnreadable


class Bounds(NamedTuple):
    """Degrees, WGS 84: a country with its islands."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


# Marado to Goseong, Gageodo to Dokdo; Indira Point to Siachen, Guhar Moti to Kibithu. Rounded outwards [K].
BOUNDS: Final = {"KR": Bounds(33.0, 38.7, 124.5, 132.0), "IN": Bounds(6.5, 37.2, 68.0, 97.5)}


def bounds_of(country: str) -> Bounds:
    """Raises DirectoryUnreadable for a country whose bounds are not known."""
    if country not in BOUNDS:
        known = ", ".join(sorted(BOUNDS))
        raise DirectoryUnreadable(f"no bounds are known of {country!r}, so no place can be checked; {known}")
    return BOUNDS[country]


def read_place(latitude: object, longitude: object, country: str) -> Place:
    """A place inside the country. Raises ValueError, saying what is wrong with it."""
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError:
        raise ValueError("give latitude and longitude as degrees") from None
    bounds = bounds_of(country)
    if north == 0 or east == 0:
        raise ValueError("zero stands for a place that nobody entered")
    if bounds.holds(north, east):
        return Place(north, east)
    if bounds.holds(east, north):
        raise ValueError("latitude and longitude are swapped")
    raise ValueError(f"lies outside {country}")


@lru_cache(maxsize=1)
def _from_central_belt() -> Transformer:
    return Transformer.from_crs(5174, 4326, always_xy=True)


def from_central_belt(x: str, y: str) -> tuple[float, float]:
    """(latitude, longitude) of metres in EPSG:5174, the grid of LOCALDATA. Raises ValueError for no numbers.

    Half of such coordinates lie within 10 m and 95 % within 65 m of a second source (facts 3.4).
    """
    longitude, latitude = _from_central_belt().transform(float(x), float(y))
    return latitude, longitude
