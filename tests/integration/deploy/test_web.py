"""The web server as slow, idle and interrupted connections meet it."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from deploy.processes import CONFIGURATION, free_port
from tests.journeys.workers import wait_until

IDLE = 40
BODY = b'--x\r\nContent-Disposition: form-data; name="theme"\r\n\r\ndark\r\n--x--\r\n'
UPLOAD = (
    b"POST /theme/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


@contextmanager
def web(*more: str) -> Iterator[Callable[[], socket.socket]]:
    """The command of supervisord.conf on a port of its own; calling it connects."""
    port = free_port()
    command = re.search(r"^command=%\(ENV_PYTHON\)s (-m gunicorn .*)$", CONFIGURATION.read_text(), re.M)
    assert command
    words = shlex.split(command[1].replace("%(ENV_PORT)s", str(port)))
    process = subprocess.Popen([sys.executable, *words, *more], env=os.environ, start_new_session=True)

    def connect() -> socket.socket:
        return socket.create_connection(("127.0.0.1", port), timeout=15)

    try:
        wait_until(lambda: _healthy(connect), what="gunicorn")
        yield connect
    finally:
        process.terminate()
        process.wait(timeout=60)


def _healthy(connect: Callable[[], socket.socket]) -> bool:
    try:
        with connect() as asked:
            asked.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return asked.recv(100).startswith(b"HTTP/1.1 200")
    except ConnectionError:
        return False


def test_connections_that_say_nothing_hold_up_nobody() -> None:
    with web("--graceful-timeout", "1") as connect, ExitStack() as held:
        for _ in range(IDLE):
            held.enter_context(connect())
        assert _healthy(connect)


@pytest.mark.slow
def test_an_upload_that_takes_longer_than_the_timeout_is_not_cut_off() -> None:
    with web("--timeout", "2") as connect, connect() as slow:
        slow.sendall(UPLOAD)
        for at in range(0, len(BODY), 12):
            time.sleep(0.8)
            slow.sendall(BODY[at : at + 12])
        # Refused for its missing token, after it was read to its end.
        assert slow.recv(100).startswith(b"HTTP/1.1 403")
