"""A machine that speaks WWKS2, as a Dispenser."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Self, TypeVar

from pharmacy.gateways.dispenser import Answer, MachineStatus, Order, StoredArticle, StoredPack
from pharmacy.gateways.errors import GatewayError, MessageUnknown, WrongMachine
from pharmacy.gateways.wwks2 import messages as ww
from pharmacy.gateways.wwks2.connection import Connection
from pharmacy.gateways.wwks2.ordering import Ordering
from pharmacy.gateways.wwks2.parts import Article, Subscriber

Reply = TypeVar("Reply", bound=ww.Message)


@dataclass(frozen=True)
class Address:
    """Where a machine listens and by which numbers both sides know each other. `us` is our subscriber number."""

    host: str
    port: int
    us: int
    machine: int


@dataclass(frozen=True)
class Patience:
    """Seconds: for a connection or a reply, and for a whole order from sending to the last word."""

    reply: float = 5.0
    order: float = 60.0


class Wwks2Dispenser:
    """A Dispenser over one connection, made when needed and made anew when it was lost."""

    def __init__(
        self, address: Address, *, clock: Callable[[], datetime], patience: Patience = Patience()
    ) -> None:
        self.address, self.patience = address, patience
        self._clock = clock
        self._open: Connection | None = None
        self._ids = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    def drop(self) -> None:
        """Give the connection up; the next question makes another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def hello(self) -> str:
        told = self.connection().said or Subscriber()
        return " ".join(part for part in (told.manufacturer, told.product_info, told.version_info) if part)

    def keep_alive(self) -> None:
        self._ask(ww.KeepAliveRequest(self._id(), *self.route), ww.KeepAliveResponse)

    def status(self) -> MachineStatus:
        told = self._ask(ww.StatusRequest(self._id(), *self.route, include_details=True), ww.StatusResponse)
        idle = tuple(part.description or "" for part in told.component if part.state != "Ready")
        return MachineStatus(told.state or "", idle)

    def stock(self) -> tuple[StoredArticle, ...]:
        # No criteria: also what nobody booked.
        asked = ww.StockInfoRequest(
            self._id(), *self.route, include_packs=True, include_article_details=False
        )
        told = self._ask(asked, ww.StockInfoResponse)
        return tuple(_stored(one) for one in told.article if one.id)

    def dispense(self, order: Order, idempotency_key: str) -> Answer:
        return Ordering(self, order, idempotency_key).carry_out()

    @property
    def route(self) -> tuple[int, int]:
        """Source and destination of what we send."""
        return self.address.us, self.address.machine

    def connection(self) -> "Connection":
        """The connection in use, or a new one on which both sides said hello. Raises GatewayError."""
        if self._open is None:
            made = Connection.to(
                self.address.host, self.address.port, clock=self._clock, seconds=self.patience.reply
            )
            try:
                self._greet(made)
            except GatewayError:
                made.close()
                raise
            self._open = made
        return self._open

    def _greet(self, made: Connection) -> None:
        us = Subscriber(id=self.address.us, type="IMS", manufacturer="Nungil", product_info="Nungil")
        request = ww.HelloRequest(self._id(), subscriber=us)
        made.send(request, seconds=self.patience.reply)
        told = self._reply(made, request, ww.HelloResponse)
        if told.subscriber is None or told.subscriber.id != self.address.machine:
            raise WrongMachine("another machine answers there; compare its number with the one on record")
        made.said = told.subscriber

    def _ask(self, request: ww.Message, kind: type[Reply]) -> Reply:
        connection = self.connection()
        try:
            connection.send(request, seconds=self.patience.reply)
            return self._reply(connection, request, kind)
        except GatewayError:
            self.drop()
            raise

    def _reply(self, connection: Connection, request: ww.Message, kind: type[Reply]) -> Reply:
        until = time.monotonic() + self.patience.reply
        while True:
            with suppress(MessageUnknown):
                message = connection.receive(until=until)
                if isinstance(message, kind) and message.id == request.id and self.is_to_us(message):
                    return message
                self.answer_keep_alive(connection, message)

    def is_to_us(self, message: ww.Message) -> bool:
        """Whether it comes from our machine and goes to us; Hello names neither."""
        named = (message.source, message.destination) == self.route[::-1]
        return named or isinstance(message, ww.HelloResponse)

    def answer_keep_alive(self, connection: Connection, message: ww.Message) -> None:
        """The machine, too, may ask whether we are there."""
        if isinstance(message, ww.KeepAliveRequest):
            connection.send(ww.KeepAliveResponse(message.id, *self.route), seconds=self.patience.reply)

    def _id(self) -> str:
        return str(next(self._ids))


def _stored(one: Article) -> StoredArticle:
    told = tuple(
        StoredPack(pack.batch_number or "", pack.expiry_date, pack.scan_code or "") for pack in one.pack
    )
    return StoredArticle(one.id or "", max(one.quantity or 0, len(told)), told)
