"""Where a webhook may go. Never inside: not this machine, not its network, not the metadata service of a cloud.

What is judged is the address that the connection is then made to, so a name that changes its mind between the look
and the call gains nothing.
"""

import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

URL_LONGEST = 500
PORTS = frozenset({443, 8443})
_PRINTABLE = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
# Public by their numbers, yet a cloud's own: Azure's host answers its guests at the first; the rest relay or embed
# an address of version 4, which would have to be judged in their place.
_NEVER = [
    ip_network(text)
    for text in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]
_UNICAST_6 = ip_network("2000::/3")  # all that IANA has given out so far


class Refused(StrEnum):
    """Why an address is not written to."""

    UNREADABLE = "unreadable"
    NOT_HTTPS = "not-https"
    PORT = "port"
    NOT_PUBLIC = "not-public"
    NO_SUCH_NAME = "no-such-name"


class TargetRefused(Exception):
    def __init__(self, why: Refused) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Rules:
    """`loopback`: this machine may be written to as well, by http and at any port. For development only."""

    ports: frozenset[int] = PORTS
    loopback: bool = False


@dataclass(frozen=True)
class Target:
    """A URL that was read. `path` has its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _STANDARD[self.scheme] else f"{host}:{self.port}"


_STANDARD = {"https": 443, "http": 80}


def read_target(url: str, rules: Rules) -> Target:
    """What a URL says, without asking anybody about it. Raises TargetRefused."""
    if len(url) > URL_LONGEST or not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise TargetRefused(Refused.UNREADABLE)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise TargetRefused(Refused.UNREADABLE) from error
    if parts.scheme not in _STANDARD:
        raise TargetRefused(Refused.NOT_HTTPS)
    if "@" in parts.netloc or "#" in url or not _is_host(host):
        raise TargetRefused(Refused.UNREADABLE)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, _STANDARD[parts.scheme] if port is None else port, path)
    if target.port == 0 or not (target.port in rules.ports or rules.loopback):
        raise TargetRefused(Refused.PORT if target.scheme == "https" else Refused.NOT_HTTPS)
    if target.scheme != "https" and not rules.loopback:
        raise TargetRefused(Refused.NOT_HTTPS)
    literal = _literal(host)
    if literal is not None:
        judge(target, literal, rules)
    return target


def _is_host(host: str) -> bool:
    """A name, or an address as it is usually written; 0x7f.1 and the like are neither."""
    if _literal(host) is not None:
        return "%" not in host
    last = host.rpartition(".")[2]
    return len(host) <= 253 and bool(_NAME.fullmatch(host)) and not re.match(r"\d+$|0x", last)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether it is one machine of the public internet. An address of version 4 inside one of 6 is never."""
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    if address.version == 6 and address not in _UNICAST_6:
        return False
    inside = address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified
    return address.is_global and not (inside or address.is_multicast or address.is_reserved)


def judge(target: Target, address: Address, rules: Rules) -> None:
    """Raises TargetRefused unless the target may be reached at this address."""
    if rules.loopback and address.is_loopback:
        return
    if not is_public(address):
        raise TargetRefused(Refused.NOT_PUBLIC)
    if target.scheme != "https":
        raise TargetRefused(Refused.NOT_HTTPS)
    if target.port not in rules.ports:
        raise TargetRefused(Refused.PORT)


def asked(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine's resolver has them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def pinned(target: Target, rules: Rules, *, resolve: Resolve = asked, timeout_s: float) -> list[Address]:
    """The addresses to connect to, each judged; one that may not be is a reason to refuse them all.

    Raises TargetRefused. A resolver that hangs is left behind after `timeout_s`.
    """
    literal = _literal(target.host)
    found = [literal] if literal else [ip_address(one) for one in _in_time(resolve, target, timeout_s)]
    for address in found:
        judge(target, address, rules)
    if not found:
        raise TargetRefused(Refused.NO_SUCH_NAME)
    return found


def _in_time(resolve: Resolve, target: Target, timeout_s: float) -> Sequence[str]:
    # getaddrinfo knows no time limit of ours.
    waiting = ThreadPoolExecutor(1)
    try:
        return waiting.submit(resolve, target.host, target.port).result(timeout_s)
    except (OSError, UnicodeError, TooLate) as error:
        raise TargetRefused(Refused.NO_SUCH_NAME) from error
    finally:
        waiting.shutdown(wait=False)
