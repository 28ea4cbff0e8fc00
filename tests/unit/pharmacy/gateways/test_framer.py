from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pharmacy.gateways.errors import EncodingRefused, MessageRefused
from pharmacy.gateways.wwks2.framer import Framer

MOST = 400
PIECES = (
    b'<WWKS Version="2.0"><KeepAliveRequest Id="1"/></WWKS>',
    b'<?xml version="1.0"?><WWKS><A B="&lt;/WWKS>"/></WWKS>',
    "<WWKS><A B='눈길'/></WWKS   >".encode(),
    b"<WWKS></WWKS" + b" " * 90 + b">",
    b"\r\n \t",
    b"<WWKS>" + b"x" * 500,
    b"<!DOCTYPE a>",
    b"junk",
    b"\xff\xfe<\x00",
    b"<",
    b"</WWKS",
)
streams = st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join)


def taken(parts: list[bytes]) -> tuple[list[bytes], str]:
    """The documents of a stream that came in these parts, and how it ended."""
    framer, documents = Framer(most=MOST), []
    try:
        for part in parts:
            framer.feed(part)
            while (document := framer.take()) is not None:
                documents.append(document)
        framer.close()
    except MessageRefused as refused:
        return documents, type(refused).__name__
    return documents, "closed"


@given(streams, st.lists(st.integers(0, 1200), max_size=20))
def test_however_a_stream_is_split_it_gives_the_same_documents_and_the_same_end(
    stream: bytes, cuts: list[int]
) -> None:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    parts = [stream[start:end] for start, end in pairwise(edges)]
    assert taken(parts) == taken([stream])


@given(streams)
def test_a_stream_byte_by_byte_is_the_stream_at_once(stream: bytes) -> None:
    assert taken([stream[at : at + 1] for at in range(len(stream))]) == taken([stream])


def test_good_messages_before_a_bad_one_are_still_taken() -> None:
    assert taken([PIECES[0] + b"junk"]) == ([PIECES[0]], "MessageMalformed")


def test_a_message_that_never_ends_is_refused_at_the_limit() -> None:
    assert taken([b"<WWKS>", b"x" * MOST]) == ([], "MessageTooLong")


def test_a_whole_message_beyond_the_limit_is_refused_too() -> None:
    assert taken([b"<WWKS>" + b"x" * MOST + b"</WWKS>"]) == ([], "MessageTooLong")


def test_a_connection_that_ends_within_a_message_is_said() -> None:
    assert taken([PIECES[0][:-3]]) == ([], "MessageTruncated")


def test_another_encoding_is_told_by_its_mark() -> None:
    assert taken(["<WWKS></WWKS>".encode("utf-16")]) == ([], EncodingRefused.__name__)
