from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain.travel import Place, straight_km
from referrals.errors import DirectoryUnreadable
from referrals.importers.coordinates import BOUNDS, bounds_of, from_central_belt, read_place
from referrals.importers.reader import Directory
from tests.unit.referrals.importers.cast import read_item

# The same hospital in both systems, of LOCALDATA and of a second source.
SACHEON = (("299970.331817079", "176114.707951285"), Place(35.0813, 128.0946))


def test_metres_of_the_central_belt_become_degrees() -> None:
    (x, y), there = SACHEON
    assert straight_km(Place(*from_central_belt(x, y)), there) < 0.5


@pytest.mark.parametrize(
    ("latitude", "longitude", "advice"),
    [
        (126.98, 37.57, "swapped"),
        (0, 126.98, "zero"),
        (37.57, 0.0, "zero"),
        ("0", "0", "zero"),
        (35.68, 139.69, "outside"),
        (91, 181, "outside"),
        ("", "", "degrees"),
        (None, None, "degrees"),
        ("north", "east", "degrees"),
        ("nan", "nan", "outside"),
        ("inf", "126", "outside"),
    ],
)
def test_a_place_that_cannot_be_right_is_refused_with_its_row(
    tmp_path: Path, latitude: object, longitude: object, advice: str
) -> None:
    reading = read_item(tmp_path, Directory.HIRA, YPos=latitude, XPos=longitude)
    assert reading.listings == ()
    (issue,) = reading.issues
    assert (issue.row, issue.refused) == (1, True)
    assert advice in issue.advice


@pytest.mark.parametrize("country", BOUNDS)
def test_the_bounds_of_a_country_hold_at_both_sides(country: str) -> None:
    south, north, west, east = BOUNDS[country]
    for corner in ((south, west), (north, east)):
        assert read_place(*corner, country) == Place(*corner)
    for beyond in ((south - 0.01, west), (north + 0.01, east), (south, west - 0.01), (north, east + 0.01)):
        with pytest.raises(ValueError, match="outside"):
            read_place(*beyond, country)


def test_without_bounds_no_place_is_taken_on_trust() -> None:
    with pytest.raises(DirectoryUnreadable, match="FR"):
        bounds_of("FR")


@given(st.floats(33.0, 38.7), st.floats(124.5, 132.0))
def test_what_lies_in_the_country_is_taken_as_written(latitude: float, longitude: float) -> None:
    assert read_place(str(latitude), str(longitude), "KR") == Place(latitude, longitude)
