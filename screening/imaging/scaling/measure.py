"""Latency and memory of one scaled network on this machine, in a process of its own."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from screening.imaging.scaling.network import build
from screening.imaging.scaling.scale import Scaling, scale
from screening.imaging.scaling.tables import FAMILIES

# As the workers run (deploy/supervisord.conf): large buffers are kept, not given back after each picture.
WORKER_MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "268435456",
}
_WARM_UP = 3
_RUNS = 15
_ENOUGH_RUNS = 5
_ENOUGH_SECONDS = 5.0
_PATIENCE_SECONDS = 180.0


class MeasurementFailed(RuntimeError):
    """The network did not run on this machine; the message says how it ended."""


@dataclass(frozen=True)
class Measured:
    """`milliseconds`: median of `runs` forward passes of one picture, float32, after a warm-up; and the fastest.

    `megabytes`: the most memory the process held, of which `network_megabytes` are the network's weights and
    activations and the rest is Python and torch.
    """

    milliseconds: float
    fastest_milliseconds: float
    runs: int
    megabytes: float
    network_megabytes: float
    threads: int


def measure_apart(family: str, scaling: Scaling, *, threads: int) -> Measured:
    """Build and run the network in a fresh process. Raises MeasurementFailed when it dies or takes too long."""
    request = {"family": family, "scaling": asdict(scaling), "threads": threads}
    return ask_process("screening.imaging.scaling.measure", request)


def ask_process(module: str, request: Mapping[str, Any]) -> Measured:
    """Run `module` with the request as JSON in a fresh process, and read the one line that it answers."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, json.dumps(request)],
            env=os.environ | WORKER_MALLOC,
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise MeasurementFailed(f"it did not finish within {_PATIENCE_SECONDS:.0f} s") from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines() or ["it was killed, as for want of memory"]
        raise MeasurementFailed(f"it ended with code {error.returncode}: {said[-1]}") from error
    return Measured(**json.loads(done.stdout))


def _resident_peak_megabytes() -> float:
    """The kernel's high-water mark of this process; getrusage would start from the parent's."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise MeasurementFailed("this system does not tell a process's peak memory (VmHWM in /proc/self/status)")


@torch.inference_mode()
def _forward_milliseconds(network: nn.Module, picture: torch.Tensor) -> list[float]:
    """Times of single passes: at most `_RUNS`, fewer when `_ENOUGH_SECONDS` are over."""
    for _ in range(_WARM_UP):
        network(picture)
    times: list[float] = []
    while len(times) < _RUNS and (len(times) < _ENOUGH_RUNS or sum(times) < _ENOUGH_SECONDS * 1000):
        began = time.perf_counter()
        network(picture)
        times.append((time.perf_counter() - began) * 1000)
    return times


def measure_network(make: Callable[[], nn.Module], side_px: int, *, threads: int) -> Measured:
    """Build a network in this process and run it on one picture of `side_px`."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    with torch.inference_mode():  # the first convolution loads libraries, which are not the network's memory
        nn.Conv2d(3, 8, 3)(torch.zeros(1, 3, 32, 32))
    before = _resident_peak_megabytes()
    network = make().eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    picture = torch.rand(1, 3, side_px, side_px).contiguous(memory_format=torch.channels_last)
    times = _forward_milliseconds(network, picture)
    peak = _resident_peak_megabytes()
    return Measured(
        milliseconds=round(statistics.median(times), 2),
        fastest_milliseconds=round(min(times), 2),
        runs=len(times),
        megabytes=round(peak, 1),
        network_megabytes=round(peak - before, 1),
        threads=threads,
    )


def main() -> None:
    """`python -m screening.imaging.scaling.measure REQUEST`; the answer is one line of JSON."""
    asked = json.loads(sys.argv[1])
    table = scale(FAMILIES[asked["family"]], Scaling(**asked["scaling"]))
    found = measure_network(lambda: build(table), table.resolution, threads=asked["threads"])
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
