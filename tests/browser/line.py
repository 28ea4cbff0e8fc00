"""A line between browser and server that can be cut in the middle of whatever it carries."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK_BYTES = 64 * 1024
# Closing with this set resets the connection instead of ending it in good order.
RESET = struct.pack("ii", 1, 0)


class Line:
    """Relays a local port to the server."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server, self.is_cut = server, False
        self.open: list[socket.socket] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for one in self.open:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                one.shutdown(socket.SHUT_RDWR)
                one.close()
        self.open.clear()

    def mend(self) -> None:
        self.is_cut = False

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self.listening.accept()
                if self.is_cut:
                    browser.close()
                    continue
                server = socket.create_connection(self.server)
                self.open += [browser, server]
                threading.Thread(target=self._carry, args=(browser, server), daemon=True).start()
                threading.Thread(target=self._carry, args=(server, browser), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(host: str, port: int) -> Iterator[Line]:
    line = Line((host, port))
    try:
        yield line
    finally:
        line.cut()
        line.listening.close()
