"""Seconds from submitting a case to its finished outcome through the running workers, and memory of the processes."""

import os
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

CASES = 12


def main(port: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.benchmarks.rows import Row, report

    seconds = [_seconds_to_finish(number) for number in range(CASES + 1)][1:]  # the first one warms the model
    for _ in range(50):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()
    rows = [
        Row("submit to finished case, median of single cases", round(median(seconds), 2), "s"),
        Row("submit to finished case, slowest", round(max(seconds), 2), "s"),
    ]
    report(rows + [Row(f"peak memory of one {name} process", peak, "MiB") for name, peak in _peaks().items()])


def _seconds_to_finish(number: int) -> float:
    from django.utils import timezone

    from config import case_work, demo_clinic, intake
    from config.demo_cast import CAST
    from config.demo_photographs import source

    now = timezone.now()
    member = CAST[6]
    answers = member.answers(timezone.localdate(now))
    answers["patient"]["mrn"] = f"BENCH-CASE-{now.timestamp()}-{number}"
    photographs = source(None).of(CAST[number % len(CAST)])
    started = time.perf_counter()
    encounter = intake.case_submit(
        answers=answers,
        photographs=photographs,
        by=demo_clinic.screener(),
        now=now,
        today=timezone.localdate(now),
    )
    while not case_work.is_settled(encounter):
        time.sleep(0.02)
    return time.perf_counter() - started


def _peaks() -> dict[str, int]:
    """The highest peak (VmHWM) among the processes of each service."""
    import psutil

    marks = {"web": "gunicorn", "default worker": "--queues default", "gpu worker": "--queues gpu"}
    peaks = dict.fromkeys(marks, 0)
    for process in psutil.process_iter(["cmdline", "environ"]):
        command = " ".join(process.info["cmdline"] or [])
        if (process.info["environ"] or {}).get("NUNGIL_VAR") != os.environ["NUNGIL_VAR"]:
            continue
        for name, mark in marks.items():
            if mark in command:
                peaks[name] = max(peaks[name], _peak_mib(process.pid))
    return peaks


def _peak_mib(pid: int) -> int:
    with Path(f"/proc/{pid}/status").open() as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(sys.argv[1])
