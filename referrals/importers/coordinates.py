"""Coordinates of directories: checked against the country, and moved from the Korean grid."""

from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from pyproj import Transformer

from referrals.domain.travel import Place
from referrals.errors import DirectoryUnreadable


class PlaceFault(StrEnum):
    """Why a typed or listed place cannot be right."""

    NO_DEGREES = "no-degrees"
    ZERO = "zero"
    SWAPPED = "swapped"
    OUTSIDE = "outside"


class PlaceImpossible(ValueError):
    """A place that is not in the country; `fault` says how it came about."""

    def __init__(self, fault: PlaceFault, advice: str) -> None:
        super().__init__(advice)
        self.fault = fault


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
    """A place inside the country. Raises PlaceImpossible, and DirectoryUnreadable for a country without bounds."""
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError:
        raise PlaceImpossible(PlaceFault.NO_DEGREES, "give latitude and longitude as degrees") from None
    bounds = bounds_of(country)
    if north == 0 or east == 0:
        raise PlaceImpossible(PlaceFault.ZERO, "zero stands for a place that nobody entered")
    if bounds.holds(north, east):
        return Place(north, east)
    if bounds.holds(east, north):
        raise PlaceImpossible(PlaceFault.SWAPPED, "latitude and longitude are swapped")
    raise PlaceImpossible(PlaceFault.OUTSIDE, f"lies outside {country}")


@lru_cache(maxsize=1)
def _from_central_belt() -> Transformer:
    return Transformer.from_crs(5174, 4326, always_xy=True)


def from_central_belt(x: str, y: str) -> tuple[float, float]:
    """(latitude, longitude) of metres in EPSG:5174, the grid of LOCALDATA. Raises ValueError for no numbers.

    Half of such coordinates lie within 10 m and 95 % within 65 m of a second source (facts 3.4).
    """
    longitude, latitude = _from_central_belt().transform(float(x), float(y))
    return latitude, longitude
