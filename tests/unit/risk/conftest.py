import pytest

from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease, load_release
from risk.fusion_release import FUSION_RELEASE
from tests.unit.risk.made_up import made_up_heldout, small_releases


@pytest.fixture(scope="session")
def heldout() -> HeldOut:
    return made_up_heldout()


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> FusionRelease:
    return load_release(small_releases(tmp_path_factory) / FUSION_RELEASE)
