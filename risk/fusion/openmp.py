"""LightGBM, with the OpenMP runtime it links to even where the system has none.

LightGBM's wheel needs `libgomp.so.1`, which slim machines lack. The loader matches by SONAME, and wheel
repair usually renames it (scikit-learn's copy is `libgomp-<hash>`), so preloading that one does not help.
torch ships a copy that kept its name, for CPU as for CUDA. It is loaded by path; torch is not imported.
"""

import ctypes
from importlib.util import find_spec
from pathlib import Path

from risk.errors import OpenMPMissing

SONAME = "libgomp.so.1"


def bundled_openmp() -> Path | None:
    """The runtime inside the installed torch wheel, None when there is none. Does not import torch."""
    spec = find_spec("torch")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        library = Path(folder) / "lib" / SONAME
        if library.is_file():
            return library
    return None


def preload_openmp() -> Path | None:
    """Make `libgomp.so.1` available to this process; returns the bundled file, None when the system has it.

    Raises
    ------
    OpenMPMissing
        When neither has it.
    """
    try:
        ctypes.CDLL(SONAME)
    except OSError:
        library = bundled_openmp()
        if library is None:
            raise OpenMPMissing(
                f"{SONAME} is missing; install torch, or the system package libgomp1"
            ) from None
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
        return library
    return None


preload_openmp()

import lightgbm  # noqa: E402  the runtime must be in the process before

__all__ = ["bundled_openmp", "lightgbm", "preload_openmp"]
