"""PostgreSQL and Redis from Python wheels, on unix sockets under var/: no root, no container, no network.

Used by `make demo`, `make test` and manage.py whenever DATABASE_URL is not set.
"""

import contextlib
import fcntl
import os
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from deploy import postgres, redis, sockets
from deploy.errors import EmbeddedServiceError

VAR = Path(os.environ.get("NUNGIL_VAR") or Path(__file__).resolve().parent.parent / "var").resolve()


def ensure_running(var: Path = VAR) -> dict[str, str]:
    """Start both servers unless they run already and return the environment that reaches them."""
    with lock(var):
        prepare(var)
        if not postgres.accepts(var):
            postgres.prepare(var)
            postgres.start(var)
        if not redis.accepts(var):
            redis.start(var)
        wait_until_ready(var)
        return environment(var)


@contextlib.contextmanager
def lock(var: Path) -> Iterator[None]:
    """One process at a time makes, starts or stops the servers of a var folder; the others wait."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def prepare(var: Path) -> None:
    """What must be safe before anybody connects."""
    sockets.prepare(var, postgres.user_id())


def environment(var: Path) -> dict[str, str]:
    """What the service reads to reach the embedded servers of a var folder."""
    return {
        "DATABASE_URL": postgres.url(var),
        "REDIS_URL": f"unix://{redis.socket_path(var)}",
        "SECRET_KEY": _kept_secret(var),
        "NUNGIL_VAR": str(var),
        "NUNGIL_EMBEDDED": "true",
        "HTTPS_ONLY": os.environ.get("HTTPS_ONLY", "false"),
    }


def stop(var: Path = VAR) -> None:
    """Stop both servers and wait until they are gone; a process that is not ours is left alone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        if server := redis.process(var):
            server.terminate()
            wait_gone(server)
    with contextlib.suppress(psutil.NoSuchProcess):
        if server := postgres.process(var):
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            wait_gone(server)


def wait_gone(process: psutil.Process, *, seconds: float = 30) -> None:
    """Wait until a process has ended. Raises EmbeddedServiceError when it does not."""
    try:
        process.wait(timeout=seconds)
    except psutil.TimeoutExpired as error:
        raise EmbeddedServiceError(f"process {process.pid} does not stop; end it by hand") from error


def wait_until_ready(var: Path, *, seconds: float = 90) -> None:
    """Wait until both servers answer. Raises EmbeddedServiceError naming the logs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if redis.accepts(var) and postgres.accepts(var):
            return
        time.sleep(0.05)
    logs = " and ".join(str(log) for log in (*var.glob("**/postgres.log"), *var.glob("redis.log")))
    raise EmbeddedServiceError(f"PostgreSQL or Redis does not answer; see {logs}")


def _kept_secret(var: Path) -> str:
    path = var / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


if __name__ == "__main__":
    stop()
