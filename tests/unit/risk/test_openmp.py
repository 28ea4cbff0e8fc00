"""LightGBM on a machine without the system's OpenMP runtime, in processes of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from risk.errors import OpenMPMissing
from risk.fusion import openmp

TRAIN = """
import sys
from risk.fusion.openmp import lightgbm
import numpy as np
x = np.random.default_rng(0).random((200, 2))
lightgbm.train({"verbosity": -1, "objective": "binary"}, lightgbm.Dataset(x, x[:, 0] > 0.5), 2)
mapped = {line.split()[-1] for line in open("/proc/self/maps") if line.rstrip().endswith("libgomp.so.1")}
print("torch imported" if "torch" in sys.modules else "no torch", *sorted(mapped))
"""
PRELOAD_BUNDLED = """
import ctypes
from importlib.util import find_spec
folder = find_spec("torch").submodule_search_locations[0]
ctypes.CDLL(f"{folder}/lib/libgomp.so.1", mode=ctypes.RTLD_GLOBAL)
"""


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_torch_ships_a_runtime_under_the_name_lightgbm_asks_for() -> None:
    library = openmp.bundled_openmp()
    assert library is not None
    assert b"libgomp.so.1\0" in library.read_bytes()


def test_the_bundled_runtime_satisfies_lightgbm_without_importing_torch() -> None:
    assert run(sys.executable, "-c", PRELOAD_BUNDLED + TRAIN) == f"no torch {openmp.bundled_openmp()}"


def test_lightgbm_works_where_the_system_has_no_runtime() -> None:
    system = Path("/lib/x86_64-linux-gnu/libgomp.so.1")
    if not system.exists():
        assert "no torch" in run(sys.executable, "-c", TRAIN)
        return
    unshare = shutil.which("unshare")
    hide = f'mount --bind /dev/null {system.resolve()} && exec "$0" -c "$1"'
    if unshare is None or subprocess.run([unshare, "-m", "true"], capture_output=True).returncode:
        pytest.skip("hiding the system's runtime needs a mount namespace; the other tests here still hold")
    assert (
        run(unshare, "-m", "sh", "-c", hide, sys.executable, TRAIN) == f"no torch {openmp.bundled_openmp()}"
    )


def test_without_any_runtime_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmp, "SONAME", "libnosuch-openmp.so.1")
    with pytest.raises(OpenMPMissing, match="install torch, or the system package libgomp1"):
        openmp.preload_openmp()
