import pytest

from screening.errors import PhotographDamaged
from screening.storage import original_bytes


def test_an_original_that_is_gone_says_what_to_do() -> None:
    with pytest.raises(PhotographDamaged, match="missing; restore it"):
        original_bytes("0" * 64)
