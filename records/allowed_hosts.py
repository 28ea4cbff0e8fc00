"""The list of hosts that a partner's program may be told things at: what may stand on it, and whom it lets through.

A host is a name or an address without port and path. A name may begin with `*.`, which stands for one label, as in a
certificate (RFC 6125, 6.4.3; K).
"""

import re
from collections.abc import Collection
from ipaddress import ip_address

from records.errors import HostInvalid

HOSTS_MOST = 20
HOST_LONGEST = 253
ANY_LABEL = "*."
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")

# A number in the last place is an address of version 4 in another writing.
_ODD_ADDRESS = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)$")
# co.kr, or.kr, com.au: under these anybody registers.
_OF_EVERYBODY = re.compile(r"[a-z]{1,3}\.[a-z]{2}")


def read_host(text: str) -> str:
    """A host as it is kept: in lower case, letters of other scripts as their `xn--` names.

    Raises HostInvalid: it is none, or `*.` stands for nearly everything.
    """
    text = text.strip().lower().removesuffix(".")
    whole = text.removeprefix(ANY_LABEL)
    if address := _address(whole.removeprefix("[").removesuffix("]")):
        if whole == text:
            return address
        raise HostInvalid("*. belongs before a name")
    name = _ascii(whole)
    kept = name if whole == text else ANY_LABEL + name
    if len(kept) > HOST_LONGEST or not _NAME.fullmatch(name) or _ODD_ADDRESS.search(name):
        raise HostInvalid(
            "must be the name of a server, such as hospital.example; without https, port and path"
        )
    if kept != name and ("." not in name or _OF_EVERYBODY.fullmatch(name)):
        raise HostInvalid("must name more than a country or a registry after *.")
    return kept


def _address(text: str) -> str:
    """An IP address in its shortest form; empty where it is none."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _ascii(name: str) -> str:
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def is_allowed(host: str, listed: Collection[str]) -> bool:
    """Whether `host`, the name or address of a URL, is on the list."""
    kept = _address(host) or host.lower().removesuffix(".")
    _first, _, rest = kept.partition(".")
    return kept in listed or (not _address(host) and ANY_LABEL + rest in listed)
