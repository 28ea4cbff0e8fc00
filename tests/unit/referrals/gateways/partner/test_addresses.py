"""A webhook goes to the public internet by https, or nowhere."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.gateways.partner.addresses import (
    Refused,
    Rules,
    TargetRefused,
    is_public,
    pinned,
    read_target,
)

RULES = Rules()
INSIDE = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "168.63.129.16/32",
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]


def why(url: str, rules: Rules = RULES) -> Refused:
    with pytest.raises(TargetRefused) as refused:
        read_target(url, rules)
    return refused.value.why


@given(st.sampled_from(INSIDE).flatmap(lambda text: st.ip_addresses(network=ip_network(text))))
def test_no_address_inside_is_public(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_of_version_4_inside_one_of_6_is_never_public(address: IPv4Address) -> None:
    number = int(address)
    dressed = [
        IPv6Address(0xFFFF << 32 | number),  # mapped
        IPv6Address(number),  # compatible
        IPv6Address(0x0064FF9B << 96 | number),  # NAT64
        IPv6Address(0x2002 << 112 | number << 80),  # 6to4
        IPv6Address(0x20010000 << 96 | number ^ 0xFFFFFFFF),  # Teredo
    ]
    assert not any(is_public(one) for one in dressed)


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "8.8.8.8", "211.231.99.17", "2606:4700:4700::1111", "2a00:1450::1"]
)
def test_what_is_public_may_be_written_to(text: str) -> None:
    assert is_public(ip_address(text))
    url = f"https://[{text}]/x" if ":" in text else f"https://{text}/x"
    assert read_target(url, RULES).host == text


@given(st.sampled_from(INSIDE).flatmap(lambda text: st.ip_addresses(network=ip_network(text))))
def test_an_address_inside_is_refused_as_it_is_written(address: IPv4Address | IPv6Address) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    assert why(f"https://{host}/hook") is Refused.NOT_PUBLIC


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "1.1.1.0x1", "[fe80::1%25eth0]"]
)
def test_numbers_that_are_no_usual_address_are_none(host: str) -> None:
    assert why(f"https://{host}/") is Refused.UNREADABLE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "https:///path",
        "https://a b.example/",
        "https://a.example\\@evil.example/",
        "https://user@a.example/",
        "https://user:word@a.example/",
        "https://a.example/#part",
        "https://a.example/\r\nX: y",
        "https://눈길.example/",
        "https://a..example/",
        "https://-a.example/",
        "https://a.example:99999/",
        "https://a.example:port/",
        "https://[::1/",
        "https://" + "a" * 500 + ".example/",
    ],
)
def test_what_cannot_be_read_in_one_way_is_not_read(url: str) -> None:
    assert why(url) is Refused.UNREADABLE


@pytest.mark.parametrize(
    "url", ["http://a.example/", "ftp://a.example/", "file:///etc/passwd", "gopher://a.example/"]
)
def test_only_https_is_spoken(url: str) -> None:
    assert why(url) is Refused.NOT_HTTPS


@given(st.integers(1, 65535))
def test_only_listed_ports_are_written_to(port: int) -> None:
    if port in RULES.ports:
        assert read_target(f"https://a.example:{port}/", RULES).port == port
    else:
        assert why(f"https://a.example:{port}/") is Refused.PORT


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        try:
            target = read_target(url, RULES)
        except TargetRefused:
            continue
        assert target.scheme == "https"
        assert target.port in RULES.ports
        assert (target.host + target.path).isascii()


def test_the_setting_for_development_opens_this_machine_and_nothing_else() -> None:
    loopback = Rules(loopback=True)
    assert read_target("http://127.0.0.1:8000/", loopback).port == 8000
    assert read_target("http://[::1]:8000/", loopback).host == "::1"
    assert why("http://10.0.0.1:8000/", loopback) is Refused.NOT_PUBLIC
    assert why("http://8.8.8.8/", loopback) is Refused.NOT_HTTPS
    assert why("https://8.8.8.8:8000/", loopback) is Refused.PORT


def resolved(*answers: list[str], rules: Rules = RULES, url: str = "https://a.example/") -> list[str]:
    turns = iter(answers)
    target = read_target(url, rules)
    found = pinned(target, rules, resolve=lambda host, port: next(turns), timeout_s=1)
    return [str(one) for one in found]


def test_a_name_is_asked_once_and_its_answer_is_what_is_connected_to() -> None:
    assert resolved(["1.1.1.1"], ["127.0.0.1"]) == ["1.1.1.1"]


@given(st.sampled_from(INSIDE).flatmap(lambda text: st.ip_addresses(network=ip_network(text))), st.booleans())
def test_a_name_with_one_address_inside_is_refused(address: IPv4Address | IPv6Address, first: bool) -> None:
    answers = [str(address), "1.1.1.1"] if first else ["1.1.1.1", str(address)]
    with pytest.raises(TargetRefused) as refused:
        resolved(answers)
    assert refused.value.why is Refused.NOT_PUBLIC


def test_in_development_a_name_of_another_machine_still_takes_https() -> None:
    with pytest.raises(TargetRefused) as refused:
        resolved(["1.1.1.1"], rules=Rules(loopback=True), url="http://a.example/")
    assert refused.value.why is Refused.NOT_HTTPS


def test_a_name_without_an_address_is_said_so() -> None:
    with pytest.raises(TargetRefused) as refused:
        resolved([])
    assert refused.value.why is Refused.NO_SUCH_NAME
