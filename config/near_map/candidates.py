"""The map of a referral's hospitals: home, clinic, those that fit and those passed over, and the same as a list."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.near_map.projection import HEIGHT, WIDTH, Degrees, Frame, Point, apart, frame_of, rings, wind_of
from referrals import selectors
from referrals.domain.travel import Place, straight_km
from referrals.models import Hospital, Referral

MARK = 20.0
# As many as the page lists at once: more marks would cover each other, and their names push the list down.
PASSED_OVER_DRAWN = 5

DIRECTIONS: dict[str, Promise] = {
    "n": _("north"),
    "ne": _("north-east"),
    "e": _("east"),
    "se": _("south-east"),
    "s": _("south"),
    "sw": _("south-west"),
    "w": _("west"),
    "nw": _("north-west"),
}


@dataclass(frozen=True)
class Shown:
    """One place. `kind`: home, clinic, fits, passed-over or chosen; `sign`: what stands on its mark."""

    kind: str
    sign: str
    name: str
    km: float
    direction: str
    point: Point
    mark: Point

    @property
    def moved(self) -> bool:
        """Whether the mark stands beside its point, for want of room."""
        return self.point != self.mark


@dataclass(frozen=True)
class NearMap:
    """`places` in the order of their signs, distances in km of the straight line from the first.

    `not_drawn`: how many of those passed over are too many for it; they are the farthest.
    """

    places: tuple[Shown, ...]
    centre: Point
    rings: tuple[tuple[str, float, float], ...]
    scale: tuple[str, float]
    not_drawn: int = 0
    width: float = WIDTH
    height: float = HEIGHT


def near_map(one: Referral, matching: dict[str, Any]) -> NearMap | None:
    """The map of its hospitals; None where there is none to show. `matching`: candidates and passed over."""
    hospitals = _hospitals(one, matching)
    if not hospitals:
        return None
    clinic = one.organization
    home, work = selectors.home_of(one.encounter), Place(clinic.latitude, clinic.longitude)
    own = ([("home", home)] if home else []) + [("clinic", work)]
    places = [(kind, "", place) for kind, place in own] + [
        (kind, hospital.name, Place(hospital.latitude, hospital.longitude)) for kind, hospital in hospitals
    ]
    not_drawn = max(0, len(matching["passed_over"]) - PASSED_OVER_DRAWN)
    return replace(_drawn(places, own=len(own)), not_drawn=not_drawn)


def _hospitals(one: Referral, matching: dict[str, Any]) -> list[tuple[str, Hospital]]:
    """Each once: those that fit as ranked, whichever else was chosen, then the others."""
    fit = [("fits", candidate["hospital"]) for candidate in matching["candidates"]]
    chosen = [("chosen", one.hospital)] if one.hospital else []
    passed = [("passed-over", reason["hospital"]) for reason in matching["passed_over"][:PASSED_OVER_DRAWN]]
    found: dict[int, tuple[str, Hospital]] = {}
    for kind, hospital in (*fit, *chosen, *passed):
        found.setdefault(hospital.pk, (kind, hospital))
    return list(found.values())


def _drawn(places: list[tuple[str, str, Place]], *, own: int) -> NearMap:
    origin = places[0][2]
    frame = frame_of(_degrees(origin), [_degrees(place) for _kind, _name, place in places])
    marks = apart(frame.points, MARK)
    shown = tuple(
        Shown(
            kind=kind,
            sign=str(number - own) if number > own else "",
            name=name,
            km=straight_km(origin, place),
            direction=str(DIRECTIONS.get(wind_of(_degrees(origin), _degrees(place)), "")),
            point=frame.points[number - 1],
            mark=marks[number - 1],
        )
        for number, (kind, name, place) in enumerate(places, start=1)
    )
    scale = _length(frame.step_km), frame.step_km * frame.units
    return NearMap(shown, frame.centre, tuple(_rings(frame)), scale)


def _rings(frame: Frame) -> list[tuple[str, float, float]]:
    """Name, radius and the height of the name, where the circle's top or bottom is inside the frame."""
    found = []
    for km in rings(frame):
        radius = km * frame.units
        heights = [y for y in (frame.centre[1] - radius, frame.centre[1] + radius) if 10 <= y <= HEIGHT - 24]
        found.append((_length(km) if heights else "", radius, heights[0] if heights else 0.0))
    return found


def _length(km: float) -> str:
    return f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"


def _degrees(place: Place) -> Degrees:
    return place.latitude, place.longitude
