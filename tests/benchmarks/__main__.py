"""`make bench`: measures in a var folder of its own, prints a table, writes var/bench.json.

Machines are noisy and differ: read the ratios, each of which was measured within one run.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from deploy import embedded
from deploy.processes import Processes, free_port
from tests.benchmarks.rows import Row, table

RESULT = embedded.VAR / "bench.json"
# glibc hands large buffers back to the kernel after each call; the gpu worker and every baseline keep them.
MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "268435456",
}
FORWARD = ("openvino", "openvino-f32", "openvino-bf16")
ENGINES = ("openvino-f32", "openvino-bf16", "torch-f32", "torch-bf16")


def main() -> None:
    print(f"CPU: {os.cpu_count()} cores, {', '.join(_cpu_flags()) or 'no vector extension found'}")
    var = Path(tempfile.mkdtemp(prefix="nungil-bench-"))
    processes = Processes(var, free_port(0))
    try:
        processes.start_databases()
        environment = os.environ | processes.environment | {"DEBUG": "false", "HTTPS_ONLY": "false"}
        rows = [row for engine in FORWARD for row in _measure("eager", engine, environment | MALLOC)]
        rows += [row for engine in ENGINES for row in _measure("scoring", engine, environment | MALLOC)]
        rows += _measure("fusion", "", environment)
        rows += _measure("night", processes.environment["DATABASE_URL"], environment)
        rows += _measure("safety", processes.environment["DATABASE_URL"], environment)
        rows += _measure("drug_data", processes.environment["DATABASE_URL"], environment)
        rows += _measure("camp", "", environment)
        rows += _measure("hospitals", processes.environment["DATABASE_URL"], environment)
        rows += _measure("work_lists", processes.environment["DATABASE_URL"], environment)
        rows += _measure("webhooks", processes.environment["DATABASE_URL"], environment)
        rows += _measure("fhir", processes.environment["DATABASE_URL"], environment)
        processes.start_services()
        rows += _measure("upload", "", environment)
        rows += _measure("case", str(processes.port), environment)
    finally:
        processes.stop()
        shutil.rmtree(var, ignore_errors=True)
    print(table(rows))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(row) for row in rows], indent=2))


def _measure(module: str, argument: str, environment: dict[str, str]) -> list[Row]:
    """Each measurement in a process of its own, so that memory and settings do not leak into the next."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", argument]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def _cpu_flags() -> list[str]:
    wanted = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_int8")
    line = next(
        (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")), ""
    )
    return [flag for flag in wanted if flag in line.split()]


if __name__ == "__main__":
    main()
