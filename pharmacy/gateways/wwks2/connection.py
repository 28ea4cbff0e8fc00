"""One TCP connection that carries messages, with a deadline on every wait."""

import socket
import time
from collections.abc import Callable
from datetime import datetime
from typing import Self

from pharmacy.gateways.errors import MachineSilent, MachineUnreachable
from pharmacy.gateways.wwks2.framer import Framer
from pharmacy.gateways.wwks2.messages import Envelope, Message
from pharmacy.gateways.wwks2.parts import Subscriber
from pharmacy.gateways.wwks2.reading import read_message
from pharmacy.gateways.wwks2.writing import write_message

_CHUNK = 65_536


class Connection:
    """`clock` gives the time that messages carry; deadlines are on the monotonic clock (time.monotonic)."""

    def __init__(self, link: socket.socket, *, clock: Callable[[], datetime]) -> None:
        self._link, self._clock = link, clock
        self._framer = Framer()
        self.said: Subscriber | None = None

    @classmethod
    def to(cls, host: str, port: int, *, clock: Callable[[], datetime], seconds: float) -> Self:
        """Connect. Raises MachineUnreachable."""
        try:
            return cls(socket.create_connection((host, port), timeout=seconds), clock=clock)
        except OSError:
            raise MachineUnreachable("the machine does not answer at its address; is it on?") from None

    def send(self, message: Message, *, seconds: float) -> None:
        """Raises MachineUnreachable; some of the message may then have been received."""
        try:
            self._link.settimeout(seconds)
            self._link.sendall(write_message(Envelope(self._clock(), message)))
        except OSError:
            raise MachineUnreachable("the connection to the machine ended") from None

    def receive(self, *, until: float) -> Message:
        """The next message.

        Raises
        ------
        MachineSilent
            None came until the deadline.
        MachineUnreachable
            The connection ended, also within a message.
        MessageRefused
            What came is no message; after MessageUnknown the connection may be used on.
        """
        while (document := self._framer.take()) is None:
            self._framer.feed(self._receive_some(until))
        return read_message(document).message

    def _receive_some(self, until: float) -> bytes:
        left = until - time.monotonic()
        if left <= 0:
            raise MachineSilent("the machine did not answer in time")
        try:
            self._link.settimeout(left)
            received = self._link.recv(_CHUNK)
        except TimeoutError:
            raise MachineSilent("the machine did not answer in time") from None
        except OSError:
            raise MachineUnreachable("the connection to the machine ended") from None
        if not received:
            raise MachineUnreachable("the connection to the machine ended")
        return received

    def close(self) -> None:
        self._link.close()
