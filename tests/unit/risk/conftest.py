import pytest

from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease
from tests.unit.risk.made_up import made_up_heldout, train_small_release


@pytest.fixture(scope="session")
def heldout() -> HeldOut:
    return made_up_heldout()


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> FusionRelease:
    return train_small_release(tmp_path_factory.mktemp("fusion") / "test-fusion")
