"""Places on the flat frame: inside it whatever they are, and as far from the centre as they are on earth."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.near_map.projection import (
    HEIGHT,
    MARGIN,
    WIDTH,
    apart,
    frame_of,
    from_centre,
    rings,
    step_within,
    wind_of,
)
from referrals.domain.travel import Place, straight_km

ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
NEARBY = st.tuples(st.floats(37.4, 37.6), st.floats(126.8, 127.2))
SIZE = 20.0
SEOUL = (37.5665, 126.978)


@given(ANYWHERE, st.lists(ANYWHERE, max_size=12))
def test_every_place_is_inside_the_frame(
    centre: tuple[float, float], places: list[tuple[float, float]]
) -> None:
    frame = frame_of(centre, places)
    for x, y in (frame.centre, *frame.points):
        assert MARGIN - 1e-6 <= x <= WIDTH - MARGIN + 1e-6
        assert MARGIN - 1e-6 <= y <= HEIGHT - MARGIN + 1e-6


@given(ANYWHERE, ANYWHERE)
def test_the_distance_from_the_centre_is_that_on_earth(
    centre: tuple[float, float], place: tuple[float, float]
) -> None:
    # Two formulas of the same arc; both lose digits right opposite on the globe.
    assert hypot(*from_centre(centre, place)) == pytest.approx(
        straight_km(Place(*centre), Place(*place)), abs=0.01
    )


@given(NEARBY, NEARBY, NEARBY)
def test_the_distance_between_two_near_places_is_that_on_earth_too(
    centre: tuple[float, float], one: tuple[float, float], other: tuple[float, float]
) -> None:
    frame = frame_of(centre, [one, other])
    (x, y), (u, v) = frame.points
    true = straight_km(Place(*one), Place(*other))
    assert hypot(x - u, y - v) / frame.units == pytest.approx(true, rel=1e-3, abs=1e-3)


@given(
    st.lists(st.tuples(st.floats(MARGIN, WIDTH - MARGIN), st.floats(MARGIN, HEIGHT - MARGIN)), max_size=24)
)
def test_no_mark_covers_another_and_all_stay_inside(points: list[tuple[float, float]]) -> None:
    put = apart(points, SIZE)
    for number, (x, y) in enumerate(put):
        assert SIZE / 2 <= x <= WIDTH - SIZE / 2
        assert SIZE / 2 <= y <= HEIGHT - SIZE / 2
        assert all(hypot(x - u, y - v) >= SIZE for u, v in put[:number])


def test_a_mark_with_room_stands_on_its_point() -> None:
    points = [(100.0, 100.0), (200.0, 100.0)]
    assert apart(points, SIZE) == points


@given(ANYWHERE, st.lists(ANYWHERE, max_size=5))
def test_there_are_few_rings_and_the_scale_fits(
    centre: tuple[float, float], places: list[tuple[float, float]]
) -> None:
    frame = frame_of(centre, places)
    assert len(rings(frame)) <= 20
    assert WIDTH / 12 <= frame.step_km * frame.units <= WIDTH / 4 + 1e-6


@pytest.mark.parametrize(("km", "step"), [(0.3, 0.2), (1.0, 1.0), (4.9, 2.0), (5.0, 5.0), (99.0, 50.0)])
def test_a_step_is_a_round_length(km: float, step: float) -> None:
    assert step_within(km) == pytest.approx(step)


@pytest.mark.parametrize(
    ("place", "wind"),
    [
        ((38.0, 126.978), "n"),
        ((37.5665, 127.5), "e"),
        ((37.0, 126.978), "s"),
        ((37.8, 127.27), "ne"),
        (SEOUL, ""),
    ],
)
def test_a_direction_is_one_of_eight(place: tuple[float, float], wind: str) -> None:
    assert wind_of(SEOUL, place) == wind
