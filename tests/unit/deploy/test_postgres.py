"""The embedded server is sized for the machine that it shares."""

import pytest

from deploy.postgres import sized


@pytest.mark.parametrize(
    ("gigabytes", "buffers"), [(1, "256MB"), (4, "1024MB"), (24, "1024MB"), (512, "1024MB")]
)
def test_buffers_take_a_quarter_of_a_small_machine_and_little_of_a_large_host(
    gigabytes: int, buffers: str
) -> None:
    options = sized(gigabytes << 30)
    assert f"shared_buffers={buffers}" in options
    assert f"effective_cache_size={gigabytes * 512}MB" in options
