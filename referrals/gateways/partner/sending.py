"""One POST to a partner: pinned to a judged address, within its time, and answered by a status at most.

No redirect is followed, and of the answer's body no more is read than tells that it came whole.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from referrals.gateways.partner.addresses import (
    Address,
    Resolve,
    Rules,
    Target,
    TargetRefused,
    asked,
    pinned,
    read_target,
)

ANSWER_BYTES_MAX = 16 * 1024
RETRY_AFTER_LONGEST_S = 24 * 3600


class Problem(StrEnum):
    """Why no answer came, beside the reasons of `addresses.Refused`."""

    TIMEOUT = "timeout"
    NO_CONNECTION = "no-connection"
    TLS = "tls"
    CUT_SHORT = "cut-short"


@dataclass(frozen=True)
class Limits:
    """Seconds: for the name and for the connection each, and for everything together."""

    connect_s: float = 3.0
    total_s: float = 10.0


@dataclass(frozen=True)
class Answer:
    """`status` 0: none came, and `problem` says why. `retry_after_s`: what a busy partner asked for."""

    status: int = 0
    problem: str = ""
    retry_after_s: int = 0

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300 and not self.problem


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    rules: Rules,
    limits: Limits = Limits(),
    resolve: Resolve = asked,
    trust: ssl.SSLContext | None = None,
) -> Answer:
    """Send it once. Never raises for what a partner, a network or a resolver does."""
    ends = time.monotonic() + limits.total_s
    try:
        target = read_target(url, rules)
        addresses = pinned(target, rules, resolve=resolve, timeout_s=limits.connect_s)
        with _connected(addresses, target, limits, ends, trust) as line:
            line.settimeout(_left(ends))
            line.sendall(_request(target, headers, body))
            return _answer(line, ends)
    except TargetRefused as refused:
        return Answer(problem=refused.why)
    except TimeoutError:
        return Answer(problem=Problem.TIMEOUT)
    except ssl.SSLError:
        return Answer(problem=Problem.TLS)
    except http.client.HTTPException:
        return Answer(problem=Problem.CUT_SHORT)
    except ConnectionResetError:
        return Answer(problem=Problem.CUT_SHORT)
    except (OSError, ValueError):
        return Answer(problem=Problem.NO_CONNECTION)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(
    addresses: list[Address], target: Target, limits: Limits, ends: float, trust: ssl.SSLContext | None
) -> socket.socket:
    line = _first_open(addresses, target.port, limits, ends)
    if target.scheme != "https":
        return line
    try:
        # The certificate is for the name, whatever the address.
        context = trust or ssl.create_default_context()
        line.settimeout(_left(ends))
        return context.wrap_socket(line, server_hostname=target.host)
    except BaseException:
        line.close()
        raise


def _first_open(addresses: list[Address], port: int, limits: Limits, ends: float) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((str(address), port), min(limits.connect_s, _left(ends)))
        except OSError:
            continue
    return socket.create_connection((str(addresses[-1]), port), min(limits.connect_s, _left(ends)))


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    whole = {
        "Host": target.authority,
        **headers,
        "Content-Length": str(len(body)),
        "User-Agent": "Nungil",
        "Accept": "*/*",
        "Connection": "close",
    }
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in whole.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


class _UntilEnd(io.RawIOBase):
    """Reads of a socket that end together: a partner that drips bytes gets no more time by it."""

    def __init__(self, line: socket.socket, ends: float) -> None:
        self.line, self.ends = line, ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.line.settimeout(_left(self.ends))
        return self.line.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)


def _answer(line: socket.socket, ends: float) -> Answer:
    response = http.client.HTTPResponse(_UntilEnd(line, ends), method="POST")  # type: ignore[arg-type]
    response.begin()
    content = response.read(ANSWER_BYTES_MAX)
    cut = len(content) < ANSWER_BYTES_MAX and bool(response.length)
    asked_for = response.headers.get("Retry-After", "")
    seconds = int(asked_for) if asked_for.isascii() and asked_for.isdecimal() and len(asked_for) < 9 else 0
    return Answer(response.status, Problem.CUT_SHORT if cut else "", min(seconds, RETRY_AFTER_LONGEST_S))
