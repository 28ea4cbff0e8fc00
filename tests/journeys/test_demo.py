"""`make demo` as a newcomer meets it: a table, a portal, what dies comes back, and Ctrl-C leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.demo_cast import CAST
from tests.journeys.workers import wait_until

SERVICES = (
    "gunicorn",
    "--queues default",
    "--queues gpu",
    "--queues webhooks",
    " beat ",
    " simulate_dispenser ",
)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "HTTPS_ONLY")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "deploy.demo"],
        env=environment | {"NUNGIL_VAR": str(tmp_path / "var"), "LOG_LEVEL": "INFO"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=90)


def _processes_of(var: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("NUNGIL_VAR") == str(var) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _service(var: Path, mark: str) -> psutil.Process | None:
    """The oldest process of a service: its master."""
    masters = [process for process in _processes_of(var) if mark in " ".join(process.cmdline())]
    return min(masters, key=lambda process: process.create_time(), default=None)


@pytest.mark.slow
def test_the_demo_screens_its_cast_restarts_what_dies_and_leaves_nothing_behind(
    demo: subprocess.Popen[str], tmp_path: Path
) -> None:
    var = tmp_path / "var"
    lines = []
    assert demo.stdout
    for line in demo.stdout:
        lines.append(line)
        if "The portal:" in line:
            break
    printed = "".join(lines)
    assert all(printed.count(member.mrn) == 1 for member in CAST), printed
    for disposition in ("refer", "medicine", "repeat-imaging", "self-care"):
        assert f" {disposition} " in printed

    address = re.search(r"http://127\.0\.0\.1:\d+/", printed)
    assert address
    assert urllib.request.urlopen(address[0] + "healthz").status == 200
    assert urllib.request.urlopen(address[0] + "static/config/nungil.css").status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address[0] + "nothing/here/")
    assert b"urlpatterns" not in (page := refused.value.read()) and b"URLconf" not in page

    before = {mark: _service(var, mark) for mark in SERVICES}
    assert all(before.values()), f"not everything runs: {before}"
    killed = before["--queues gpu"]
    assert killed
    killed.kill()
    wait_until(
        lambda: (again := _service(var, "--queues gpu")) is not None and again.pid != killed.pid,
        what="a new gpu worker",
    )

    demo.send_signal(signal.SIGINT)
    assert demo.wait(timeout=90) == 0
    assert _processes_of(var) == []
