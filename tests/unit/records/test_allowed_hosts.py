"""A partner's program is told things at the hosts of its list, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.allowed_hosts import is_allowed, read_host
from records.errors import HostInvalid

label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
name = st.lists(label, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "hospital", "example"]))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hospital.example", "hospital.example"),
        ("  Hospital.Example. ", "hospital.example"),
        ("*.Hospital.example", "*.hospital.example"),
        ("병원.example", "xn--om3bw6p.example"),
        ("localhost", "localhost"),
        ("203.0.113.9", "203.0.113.9"),
        ("[2606:4700:0::1111]", "2606:4700::1111"),
    ],
)
def test_a_host_is_kept_in_one_way_of_writing(typed: str, kept: str) -> None:
    assert read_host(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "*",
        "*.",
        "*.kr",
        "*.co.kr",
        "*.203.0.113.9",
        "a.*.example",
        "*hospital.example",
        "https://hospital.example",
        "hospital.example/hooks",
        "hospital.example:8443",
        "me@hospital.example",
        "two words.example",
        "a..example",
        "-a.example",
        "0x7f.1",
        "127.0x1",
        "2130706433",
        "x" * 64 + ".example",
        ".".join(["x" * 60] * 5),
        "a\x00.example",
    ],
)
def test_what_is_no_host_or_nearly_every_host_is_refused(typed: str) -> None:
    with pytest.raises(HostInvalid):
        read_host(typed)


def test_the_longest_name_that_an_address_may_have_is_kept() -> None:
    longest = ".".join(["x" * 62] * 4)[:253] + "x"
    assert len(longest) == 252 and read_host(longest) == longest
    with pytest.raises(HostInvalid):
        read_host(f"*.{longest}")


@given(name=name)
def test_a_name_is_allowed_when_it_stands_there_however_it_is_written(name: str) -> None:
    assert is_allowed(name.upper(), {read_host(name)})
    assert not is_allowed(name, set())


@given(name=name, first=label)
def test_a_star_stands_for_exactly_one_label(name: str, first: str) -> None:
    listed = {read_host(f"*.{name}")}
    assert is_allowed(f"{first}.{name}", listed)
    assert not is_allowed(name, listed)
    assert not is_allowed(f"a.{first}.{name}", listed)


@given(name=name, other=label)
def test_a_host_that_only_looks_alike_is_not_allowed(name: str, other: str) -> None:
    listed = {read_host(name), read_host(f"*.{name}")}
    assert not is_allowed(f"{other}{name}x", listed)
    assert not is_allowed(f"{name}.{other}", listed)


def test_an_address_is_no_part_of_a_name() -> None:
    assert is_allowed("203.0.113.9", {"203.0.113.9"})
    assert not is_allowed("203.0.113.9", {"*.0.113.9"})
    assert is_allowed("2606:4700:0:0::1111", {"2606:4700::1111"})
