"""The simulated machine: what it answers and what it drops."""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from pharmacy.gateways.simulator.faults import Fault, FaultFile
from pharmacy.gateways.simulator.replies import (
    Numbers,
    output_message,
    pack_article,
    reply,
    stored_article,
)
from pharmacy.gateways.simulator.shelf import Remembered, Shelf, StoredPack
from pharmacy.gateways.wwks2 import messages as ww
from pharmacy.gateways.wwks2.parts import Criteria, Details, Task


class HangUp(Exception):
    """The fault is that the connection ends here."""


class Machine:
    """One machine for all its connections. `drop_seconds` is how long a pack takes."""

    def __init__(
        self, shelf: Shelf, faults: FaultFile, numbers: Numbers, *, drop_seconds: float = 0.0
    ) -> None:
        self.shelf, self.faults, self.numbers = shelf, faults, numbers
        self._drop_seconds = drop_seconds
        self.lock = threading.RLock()

    def answers(self, message: ww.Message) -> Iterator[ww.Message | bytes]:
        """What it sends back, one after the other. Raises HangUp where a fault ends the connection."""
        if isinstance(message, ww.OutputRequest):
            yield from self._output(message)
        elif isinstance(message, ww.TaskInfoRequest):
            yield self._task_info(message)
        elif isinstance(message, ww.StockInfoRequest):
            yield from self._stock(message)
        elif (answer := reply(message, self.numbers)) is not None:
            yield answer

    def _stock(self, asked: ww.StockInfoRequest) -> Iterator[ww.Message]:
        fault = self.faults.take_for_stock()
        if fault is Fault.STOCK_SILENCE:
            return
        with self.lock:
            held = self.shelf.packs[1:] if fault is Fault.STOCK_MISCOUNT else self.shelf.packs[:]
        wanted = [one.article_id or "" for one in asked.criteria] or sorted({pack.gtin for pack in held})
        articles = (stored_article(gtin, held, in_packs=bool(asked.include_packs)) for gtin in wanted)
        yield ww.StockInfoResponse(asked.id, *self.numbers.route, article=tuple(articles))

    def _task_info(self, asked: ww.TaskInfoRequest) -> ww.Message:
        with self.lock:
            tasks = tuple(self._recall(one.id or "") for one in asked.task)
        return ww.TaskInfoResponse(asked.id, *self.numbers.route, task=tasks)

    def _recall(self, key: str) -> Task:
        known = self.shelf.orders.get(key)
        if known is None:
            return Task("Output", key, "Unknown")
        return Task("Output", key, known.status, tuple(pack_article(pack, "") for pack in known.packs))

    def _output(self, asked: ww.OutputRequest) -> Iterator[ww.Message | bytes]:
        with self.lock:
            known = self.shelf.orders.get(asked.id)
            if known is not None:
                # The same order again: told again, not done again.
                yield output_message(asked, known.status, known.packs, self.numbers)
                return
            yield from self._carry_out(asked, self.faults.take())

    def _carry_out(self, asked: ww.OutputRequest, fault: Fault) -> Iterator[ww.Message | bytes]:
        details = asked.details or Details()
        accepted = "Rejected" if fault is Fault.REJECT else "Queued"
        self._remember(asked.id, "Rejected" if fault is Fault.REJECT else "InProcess", [])
        if fault is Fault.OTHER_ORDER_FIRST:
            other = ww.OutputRequest("999999", details=details)
            yield output_message(other, "Completed", self.shelf.packs[:1], self.numbers)
        yield ww.OutputResponse(
            asked.id,
            *self.numbers.route,
            details=Details(details.priority, details.output_destination, status=accepted),
            criteria=asked.criteria,
        )
        if fault is Fault.REJECT:
            return
        dropped = self._drop(asked.criteria, fault)
        if fault is Fault.SILENCE:
            return
        wanted = sum(one.quantity or 0 for one in asked.criteria)
        self._remember(asked.id, "Completed" if len(dropped) == wanted else "Incomplete", dropped)
        if fault is Fault.RECONNECT:
            raise HangUp
        if fault is Fault.GARBAGE:
            yield b"<WWKS Version='2.0'><!DOCTYPE x [<!ENTITY e 'e'>]>&e;</WWKS>"
        for _ in range(2 if fault is Fault.DUPLICATE else 1):
            yield output_message(asked, self.shelf.orders[asked.id].status, dropped, self.numbers)

    def _drop(self, criteria: tuple[Criteria, ...], fault: Fault) -> list[StoredPack]:
        if fault is Fault.POWER_CUT_BEFORE_DROP:
            _power_cut()
        dropped: list[StoredPack] = []
        most = {Fault.JAM: 0, Fault.JAM_AFTER_ONE: 1}.get(fault, 1_000)
        for one in criteria:
            while (
                len(dropped) < min(most, one.quantity or 0) and (pack := self._next(one, fault)) is not None
            ):
                time.sleep(self._drop_seconds)
                self.shelf.drop(pack)
                dropped.append(pack)
        self.shelf.keep()
        if fault is Fault.POWER_CUT_AFTER_DROP:
            _power_cut()
        return dropped

    def _next(self, one: Criteria, fault: Fault) -> StoredPack | None:
        asked = (one.article_id or "", one.batch_number)
        if fault is Fault.WRONG_PACK:
            return next((pack for pack in self.shelf.packs if (pack.gtin, pack.lot) != asked), None)
        soonest = one.minimum_expiry_date.isoformat() if one.minimum_expiry_date else ""
        return self.shelf.find(*asked, soonest)

    def _remember(self, key: str, status: str, packs: list[StoredPack]) -> None:
        self.shelf.orders[key] = Remembered(status, packs)
        self.shelf.keep()

    def stock_to(self, lots: Iterable[tuple[str, str, str, int]]) -> None:
        """See that the shelf holds what people put in: (gtin, lot, expiry, packs in all)."""
        with self.lock:
            before = dict(self.shelf.stocked)
            for lot in lots:
                self.shelf.stock_to(*lot)
            if self.shelf.stocked != before:
                self.shelf.keep()

    def wake_up(self) -> None:
        """After a start: what was under way when the power went is not known any more."""
        with self.lock, suppress(OSError):
            for one in self.shelf.orders.values():
                one.status = "Unknown" if one.status == "InProcess" else one.status
            self.shelf.keep()


def _power_cut() -> None:
    os._exit(86)
