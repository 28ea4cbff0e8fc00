"""Every recorded message of a real machine is read, and nothing of it is lost."""

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import pytest

from pharmacy.gateways.wwks2.framer import Framer
from pharmacy.gateways.wwks2.reading import read_message
from pharmacy.gateways.wwks2.writing import write_message

COUNTED = {
    "StockInfoMessage": 21,
    "StatusRequest": 14,
    "StatusResponse": 14,
    "OutputRequest": 13,
    "OutputResponse": 13,
    "OutputMessage": 13,
    "InputRequest": 10,
    "InputResponse": 10,
    "InputMessage": 10,
    "StockInfoRequest": 3,
    "StockInfoResponse": 3,
}


@pytest.fixture
def recorded(shared: Path) -> list[bytes]:
    path = shared / "data/pharmacy/wwks2/wwks2_messages.txt"
    if not path.exists():
        pytest.skip("the recorded messages are absent: they are not part of the project")
    return cut(path.read_bytes())


def cut(stream: bytes) -> list[bytes]:
    framer = Framer()
    framer.feed(stream)
    documents = []
    while (document := framer.take()) is not None:
        documents.append(document)
    framer.close()
    return documents


def same_flags(document: bytes) -> str:
    """Canonical XML; machines write flags in either case."""
    text = canonicalize(document.decode())
    return text.replace('"True"', '"true"').replace('"False"', '"false"')


def test_every_recorded_message_is_read_as_what_it_is(recorded: list[bytes]) -> None:
    read = [read_message(document).message for document in recorded]
    assert Counter(type(message).__name__ for message in read) == COUNTED


def test_a_recorded_message_written_again_says_the_same_attribute_for_attribute(
    recorded: list[bytes],
) -> None:
    for document in recorded:
        assert same_flags(write_message(read_message(document))) == same_flags(document)


def test_the_stream_of_a_day_split_anywhere_gives_the_same_messages(recorded: list[bytes]) -> None:
    stream = b"\r\n".join(recorded)
    framer, taken = Framer(), []
    for start in range(0, len(stream), 7):
        framer.feed(stream[start : start + 7])
        while (document := framer.take()) is not None:
            taken.append(document)
    assert taken == recorded
