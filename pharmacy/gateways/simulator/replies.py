"""The messages a simulated machine sends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pharmacy.gateways.simulator.shelf import StoredPack
from pharmacy.gateways.wwks2 import messages as ww
from pharmacy.gateways.wwks2.parts import Article, Component, Details, Pack, Subscriber


@dataclass(frozen=True)
class Numbers:
    """The machine's subscriber number and that of the system that orders."""

    machine: int
    them: int

    @property
    def route(self) -> tuple[int, int]:
        return self.machine, self.them


def reply(message: ww.Message, numbers: Numbers) -> ww.Message | None:
    """The answer to a question that needs neither shelf nor memory; None where there is none."""
    if isinstance(message, ww.HelloRequest):
        us = Subscriber(numbers.machine, "Robot", "Nungil", "Simulated machine, not for use", "1")
        return ww.HelloResponse(message.id, subscriber=us)
    if isinstance(message, ww.KeepAliveRequest):
        return ww.KeepAliveResponse(message.id, *numbers.route)
    if isinstance(message, ww.StatusRequest):
        shelf = Component("StorageSystem", "SIMULATED", "Ready", "Automatic")
        return ww.StatusResponse(message.id, *numbers.route, state="Ready", component=(shelf,))
    return None


def output_message(
    asked: ww.OutputRequest, status: str, packs: list[StoredPack], numbers: Numbers
) -> ww.OutputMessage:
    """The last word on an order."""
    bay = (asked.details and asked.details.output_destination) or ""
    empty = tuple(Article(id=one.article_id) for one in asked.criteria)
    articles = tuple(pack_article(pack, bay) for pack in packs) or empty
    details = replace(asked.details or Details(), output_point=None, status=status)
    return ww.OutputMessage(asked.id, *numbers.route, details=details, article=articles)


def pack_article(pack: StoredPack, bay: str) -> Article:
    """A dropped pack as messages tell it."""
    told = Pack(
        id=pack.number,
        external_id=pack.serial,
        serial_number=pack.serial,
        batch_number=pack.lot,
        scan_code=pack.scan,
        sub_item_quantity=0,
        output_destination=bay or None,
    )
    return Article(id=pack.gtin, pack=(told,))


def stored_article(gtin: str, held: Sequence[StoredPack], *, in_packs: bool) -> Article:
    """How many packs of a product are held, and each of them where that was asked for."""
    ours = [pack for pack in held if pack.gtin == gtin]
    told = tuple(_stored(pack) for pack in ours) if in_packs else ()
    return Article(id=gtin, quantity=len(ours), pack=told)


def _stored(pack: StoredPack) -> Pack:
    return Pack(
        id=pack.number,
        serial_number=pack.serial,
        batch_number=pack.lot,
        scan_code=pack.scan,
        expiry_date=date.fromisoformat(pack.expiry),
    )
