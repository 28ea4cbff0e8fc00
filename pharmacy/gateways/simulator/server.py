"""The simulated machine's TCP port on 127.0.0.1."""

import logging
import socket
import socketserver
import time
from datetime import UTC, datetime

from pharmacy.gateways.errors import GatewayError, MessageUnknown
from pharmacy.gateways.simulator.machine import HangUp, Machine
from pharmacy.gateways.wwks2.connection import Connection

logger = logging.getLogger(__name__)
_REPLY_SECONDS = 5.0
_IDLE_SECONDS = 3600.0


class Server(socketserver.ThreadingTCPServer):
    """One thread a connection, one machine for all. `port` 0 takes any free one."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, machine: Machine, port: int) -> None:
        self.machine = machine
        super().__init__(("127.0.0.1", port), _Talk)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.BaseRequestHandler):
    server: Server
    request: socket.socket

    def handle(self) -> None:
        connection = Connection(self.request, clock=lambda: datetime.now(UTC))
        try:
            while True:
                self._answer_next(connection)
        except (GatewayError, HangUp) as ended:
            logger.info("a connection ended: %s", type(ended).__name__)

    def _answer_next(self, connection: Connection) -> None:
        try:
            message = connection.receive(until=time.monotonic() + _IDLE_SECONDS)
        except MessageUnknown:
            return
        logger.info("received %s %s", type(message).__name__, message.id)
        for answer in self.server.machine.answers(message):
            if isinstance(answer, bytes):
                self.request.sendall(answer)
            else:
                connection.send(answer, seconds=_REPLY_SECONDS)
