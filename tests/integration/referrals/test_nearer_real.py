"""Of the real hospitals of Korea every nearer one with an eye department has its reason, the others are counted."""

import pytest
from django.core.management import call_command

from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.matching import rank_hospitals
from referrals.domain.travel import Place, estimated_km
from referrals.models import Hospital
from referrals.near_selectors import candidates_near
from referrals.profile_selectors import profiles_of_country
from tests.conftest import SHARED
from tests.integration.referrals.cast import TODAY
from tests.integration.referrals.test_near_hospitals import NEED

FILE = SHARED / "data" / "hospitals" / "kr_localdata_hospitals_cp949_epsg5174.csv"
CITIES = {"daegu": Place(35.8714, 128.6014), "daejeon": Place(36.3504, 127.3845)}
AWAY_KM = 40.0

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason="the file of LOCALDATA's hospitals is not here"),
]


def open_from_afar(home: Place) -> None:
    """Every eye clinic that is not near has retinal tomography and places, so that the near ones are passed over."""
    for one in Hospital.objects.filter(capabilities__code=Capability.EYE_CLINIC):
        if estimated_km(home, Place(one.latitude, one.longitude)) > AWAY_KM:
            one.capabilities.get_or_create(code=Capability.OCT)
            one.offers.create(urgency="urgent", places=3)


@pytest.mark.parametrize("city", CITIES)
def test_no_nearer_hospital_is_left_out(city: str) -> None:
    call_command("import_hospitals", "localdata", str(FILE), "--by", "test", verbosity=0)
    home = CITIES[city]
    open_from_afar(home)
    everybody = {one.key: one for one in profiles_of_country("KR", NEED.urgency, since=TODAY)}
    match = candidates_near(NEED, home, "KR", today=TODAY)
    assert match.best
    assert match.best.distance_km > AWAY_KM
    nearer = [one for one in everybody.values() if estimated_km(home, one.place) < match.best.distance_km]
    eyes = {one.key for one in nearer if one.treats_eyes}
    assert len(eyes) >= 5
    assert {one.key for one in match.passed_over} == eyes
    assert match.counted.no_eye_clinic == len(nearer) - len(eyes) >= 50
    assert match == rank_hospitals(NEED, home, everybody.values(), today=TODAY)
    assert {one.reason.code for one in match.passed_over} == {rules.REFR_LACKS}
