import pytest

from referrals.domain.travel import ROAD_FACTOR, Place, estimated_km, straight_km

SEOUL = Place(37.5665, 126.9780)
BUSAN = Place(35.1796, 129.0756)


def test_seoul_to_busan_is_325_km_in_a_straight_line() -> None:
    assert straight_km(SEOUL, BUSAN) == pytest.approx(325, abs=2)
    assert straight_km(BUSAN, SEOUL) == pytest.approx(straight_km(SEOUL, BUSAN))


def test_the_estimate_is_longer_than_the_straight_line_by_the_road_factor() -> None:
    assert estimated_km(SEOUL, BUSAN) == pytest.approx(straight_km(SEOUL, BUSAN) * ROAD_FACTOR)


def test_no_distance_to_the_same_place_and_half_the_globe_to_the_antipode() -> None:
    assert straight_km(SEOUL, SEOUL) == 0
    assert straight_km(Place(0, 0), Place(0, 180)) == pytest.approx(20015, abs=1)


@pytest.mark.parametrize(("latitude", "longitude"), [(126.978, 37.5665), (91, 0), (0, -181)])
def test_swapped_or_impossible_coordinates_are_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="place"):
        Place(latitude, longitude)
