"""One order from sending to the machine's last word, over lost connections.

It is sent once. After that the machine is only asked what became of it: an order that may have been received is
never sent again, and what nobody can tell is UNKNOWN.
"""

import time
from typing import TYPE_CHECKING

from pharmacy.gateways.dispenser import Answer, Order, Outcome, Stray
from pharmacy.gateways.errors import GatewayError, MachineSilent, MessageUnknown
from pharmacy.gateways.wwks2 import messages as ww
from pharmacy.gateways.wwks2.parts import Article, Criteria, Details, Task
from pharmacy.gateways.wwks2.verdict import FINAL, REJECTED, WAITING, judge

if TYPE_CHECKING:
    from pharmacy.gateways.wwks2.client import Wwks2Dispenser

_BETWEEN_CONNECTIONS_SECONDS = 0.2


class Ordering:
    """`key` is the number of the order in every message about it."""

    def __init__(self, machine: "Wwks2Dispenser", order: Order, key: str) -> None:
        self._machine, self._order, self._key = machine, order, key
        self._strays: list[Stray] = []
        self._until = time.monotonic() + machine.patience.order

    def carry_out(self) -> Answer:
        try:
            status = self._machine.status()
        except GatewayError as error:
            return Answer(Outcome.FAILED, reason=f"not-sent: {type(error).__name__}")
        if not status.ready:
            return Answer(Outcome.FAILED, reason="not-sent: machine-not-ready")
        self._send()
        answer = self._wait()
        return Answer(answer.outcome, answer.packs, answer.reason, tuple(self._strays))

    def _send(self) -> None:
        asked = Criteria(
            article_id=self._order.article,
            quantity=self._order.packs,
            sub_item_quantity=0,
            minimum_expiry_date=self._order.minimum_expiry,
            batch_number=self._order.lot,
            single_batch_number=True,
        )
        details = Details(priority="Normal", output_destination=self._order.bay, output_point="0")
        request = ww.OutputRequest(self._key, *self._machine.route, details=details, criteria=(asked,))
        try:
            self._machine.connection().send(request, seconds=self._machine.patience.reply)
        except GatewayError:
            # Some of it may have arrived: from here on only questions.
            self._machine.drop()
            self._ask_again()

    def _wait(self) -> Answer:
        while time.monotonic() < self._until:
            try:
                answer = self._next()
            except MessageUnknown:
                continue
            except MachineSilent:
                return Answer(Outcome.UNKNOWN, reason="machine-silent")
            except GatewayError:
                self._machine.drop()
                self._ask_again()
            else:
                if answer is not None:
                    return answer
        return Answer(Outcome.UNKNOWN, reason="machine-unreachable")

    def _next(self) -> Answer | None:
        connection = self._machine.connection()
        message = connection.receive(until=self._until)
        self._machine.answer_keep_alive(connection, message)
        if isinstance(message, ww.OutputResponse | ww.OutputMessage):
            status = (message.details and message.details.status) or ""
            if message.id != self._key or not self._machine.is_to_us(message):
                self._stray(message, status)
                return None
            return self._verdict(status, message.article if isinstance(message, ww.OutputMessage) else None)
        if isinstance(message, ww.TaskInfoResponse):
            return self._recalled(message)
        return None

    def _stray(self, message: ww.Message, status: str) -> None:
        self._strays.append(Stray(type(message).__name__, message.id[:32], status[:32]))

    def _recalled(self, message: ww.TaskInfoResponse) -> Answer | None:
        ours = [one for one in message.task if one.type == "Output" and one.id == self._key]
        if not ours or not self._machine.is_to_us(message):
            return None
        return self._verdict(ours[0].status or "", ours[0].article)

    def _verdict(self, status: str, articles: tuple[Article, ...] | None) -> Answer | None:
        if status == REJECTED:
            return Answer(Outcome.FAILED, reason="machine-rejected")
        if status in FINAL and articles is not None:
            return judge(self._order, status, articles)
        # A response announces; only the message after it says what was dropped.
        if status in (*WAITING, *FINAL):
            return None
        return Answer(Outcome.UNKNOWN, reason="machine-does-not-know")

    def _ask_again(self) -> None:
        """Make another connection and ask for the order, until one is made or time is up."""
        asked = ww.TaskInfoRequest(
            self._key, *self._machine.route, include_task_details=True, task=(Task("Output", self._key),)
        )
        while time.monotonic() < self._until:
            time.sleep(_BETWEEN_CONNECTIONS_SECONDS)
            try:
                self._machine.connection().send(asked, seconds=self._machine.patience.reply)
            except GatewayError:
                self._machine.drop()
            else:
                return
