"""A stream of bytes cut into documents: they come split and joined, as TCP likes."""

import re

from pharmacy.gateways.errors import (
    EncodingRefused,
    MessageMalformed,
    MessageTooLong,
    MessageTruncated,
    UnsafeXml,
)

# The longest recorded message has 587 bytes; the stock of a large machine with all its packs fits too.
MESSAGE_BYTES_MOST = 4 * 1024 * 1024
_END = re.compile(rb"</WWKS\s*>")
_END_START = b"</WWKS"
_STARTS = (b"<WWKS", b"<?xml")
_LONGEST_START = 9


class Framer:
    """Feed it what was received and take whole documents; however the bytes were split, the documents are the same.

    The end tag cannot stand inside a value, where XML writes `<` as an entity.
    """

    def __init__(self, *, most: int = MESSAGE_BYTES_MOST) -> None:
        self._most = most
        self._held = bytearray()
        self._seen = 0

    def feed(self, received: bytes) -> None:
        self._held += received

    def take(self) -> bytes | None:
        """The next whole document; None until more is fed.

        Raises
        ------
        MessageRefused
            UnsafeXml, EncodingRefused, MessageMalformed or MessageTooLong. The stream is of no use after it.
        """
        self._drop_blanks()
        self._refuse_start()
        found = _END.search(self._held, self._seen)
        if (found.end() if found else len(self._held)) > self._most:
            raise MessageTooLong(f"no message ended within {self._most} bytes")
        if found is None:
            self._seen = self._begun_end()
            return None
        document = bytes(self._held[: found.end()])
        del self._held[: found.end()]
        self._seen = 0
        return document

    def close(self) -> None:
        """The stream ended. Raises MessageTruncated when it ended within a message."""
        self._drop_blanks()
        if self._held:
            raise MessageTruncated("the connection ended within a message")

    def _begun_end(self) -> int:
        """Where an end tag may have begun that has not ended yet."""
        begun = self._held.rfind(_END_START, self._seen)
        return begun if begun >= 0 else max(0, len(self._held) - len(_END_START))

    def _drop_blanks(self) -> None:
        if self._seen == 0:
            blanks = len(self._held) - len(self._held.lstrip())
            del self._held[:blanks]

    def _refuse_start(self) -> None:
        start = bytes(self._held[:_LONGEST_START])
        if any(start.startswith(one) or one.startswith(start) for one in _STARTS):
            return
        if start[:1] in (b"\xff", b"\xfe", b"\xef", b"\x00"):
            raise EncodingRefused("messages must be UTF-8 without a mark; see the machine's settings")
        if b"<!DOCTYPE".startswith(start):
            if len(start) == _LONGEST_START:
                raise UnsafeXml("document types and entities are refused")
            return
        raise MessageMalformed("what was received is not the start of a message")
