"""The real web server, and eight connections of a program that ask it as fast as it answers."""

import configparser
import http.client
import json
import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from deploy.processes import CONFIGURATION

CLIENTS = 8
TURNS = 50  # requests of each client
UNLIMITED = {"API_REQUESTS_PER_MINUTE": "1000000000"}
SECONDS = 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def web(port: int) -> Iterator[None]:
    """The command of deploy/supervisord.conf, until the block ends."""
    read = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    read.read(CONFIGURATION)
    command = read["program:web"]["command"] % {"ENV_PYTHON": shlex.quote(sys.executable), "ENV_PORT": port}
    with subprocess.Popen(
        shlex.split(command), env=os.environ | UNLIMITED, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port)
            yield
        finally:
            server.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server does not answer")


class Door:
    """A program that got in with `assertion`."""

    def __init__(self, port: int, assertion: str) -> None:
        self.port = port
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": kind,
            "client_assertion": assertion,
        }
        line = self._line()
        line.request("POST", "/oauth/token", urlencode(form), FORM)
        token = json.load(line.getresponse())["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def figures(self, name: str, addresses: list[str]) -> dict[str, float]:
        """Milliseconds at p50 and p95, and requests a second of all clients together."""
        self._turn(self._line(), "/fhir/" + addresses[0], [])  # what a server that is up has loaded
        taken: list[float] = []
        threads = [
            threading.Thread(target=self._client, args=(number, addresses, taken))
            for number in range(CLIENTS)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        a_second = len(taken) / (time.perf_counter() - began)
        assert len(taken) == CLIENTS * TURNS, f"{name}: a client gave up"
        taken.sort()
        figures = {"p50": taken[len(taken) // 2], "p95": taken[int(len(taken) * 0.95) - 1]}
        figures["requests/s"] = a_second
        return {f"FHIR {name}, {CLIENTS} clients: {what}": figure for what, figure in figures.items()}

    def _client(self, number: int, addresses: list[str], taken: list[float]) -> None:
        line, following = self._line(), ""
        for turn in range(number * TURNS, (number + 1) * TURNS):
            address = following or "/fhir/" + addresses[turn % len(addresses)]
            following = self._turn(line, address, taken)

    def _turn(self, line: http.client.HTTPConnection, address: str, taken: list[float]) -> str:
        """Ask once; the address of the next page, where there is one."""
        started = time.perf_counter()
        line.request("GET", address, headers=self.headers)
        reply = line.getresponse()
        body = reply.read()
        taken.append(1000 * (time.perf_counter() - started))
        assert reply.status == http.client.OK, f"{reply.status} for {address}: {body.decode()}"
        links = json.loads(body).get("link", ())
        return next((_path(one["url"]) for one in links if one["relation"] == "next"), "")

    def _line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]
