"""Real Celery workers on the test database, as separate processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

COMMAND = (sys.executable, "-m", "celery", "--app", "config.celery:app", "worker", "--loglevel", "WARNING")
# What a test waits for ends its wait; this only says when a machine under load is no longer believed.
PATIENCE_SECONDS = 300
POOLS = {
    "gpu": ("--pool", "solo"),
    "default": ("--concurrency", "1"),
    "webhooks": ("--pool", "threads", "--concurrency", "4"),
}


def database_url() -> str:
    """The address of the test database, for other processes."""
    place = connection.settings_dict
    return f"postgresql://{place['USER']}@/{place['NAME']}?host={quote(str(place['HOST']), safe='')}"


@contextmanager
def worker(queue: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of one queue for the length of a block; it is killed at the end if it still runs."""
    var = settings.MEDIA_ROOT.parent
    share_converted_networks(var)
    directories = {"NUNGIL_VAR": str(var), "RELEASES_DIR": str(settings.RELEASES_DIR)}
    process = subprocess.Popen(
        [*COMMAND, "--queues", queue, "--hostname", f"{queue}-{time.monotonic_ns()}@test", *POOLS[queue]],
        env=os.environ | directories | {"DATABASE_URL": database_url()} | environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def share_converted_networks(var: Path) -> None:
    """One machine converts a network once; a worker in a folder of its own test must not do it for each test."""
    settings.ENGINE_CACHE_DIR.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (var / settings.ENGINE_CACHE_DIR.name).symlink_to(settings.ENGINE_CACHE_DIR)


def wait_until(
    condition: Callable[[], bool], *, what: str, sweep: Callable[[], object] | None = None
) -> None:
    """`sweep` is repeated as beat does: its messages expire while a worker that starts slowly does not listen yet."""
    began, swept = time.monotonic(), 0
    while not condition():
        waited = time.monotonic() - began
        assert waited < PATIENCE_SECONDS, f"waited {PATIENCE_SECONDS} s in vain: {what}"
        if sweep and waited >= swept * settings.WORK_SWEEP_SECONDS:
            sweep()
            swept += 1
        time.sleep(0.02)
