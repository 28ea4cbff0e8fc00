"""A partner's server: a real one that keeps what it gets and answers, or does not, as a test wants."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answer` gets the handler and what came; `got` is all that came, in order."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler, Got], None] = lambda handler, got: reply(handler)

    def bodies(self) -> list[bytes]:
        return [one.body for one in self.got]


def reply(handler: BaseHTTPRequestHandler, status: int = 204, body: bytes = b"", **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if status != 204:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, Got], None]:
    return lambda handler, got: reply(handler, code, **headers)


def hang(handler: BaseHTTPRequestHandler, got: Got) -> None:
    """Never answers; a client that gives up is noticed."""
    handler.connection.settimeout(30)
    with suppress(OSError):
        handler.connection.recv(1)
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler, got: Got) -> None:
    """A header line that never ends, one byte at a time."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            handler.wfile.write(b"a")
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def cut_short(handler: BaseHTTPRequestHandler, got: Got) -> None:
    """Says that more will come, and closes."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf of it")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def cut_at_once(handler: BaseHTTPRequestHandler, got: Got) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@contextmanager
def receiver(answer: Callable[[BaseHTTPRequestHandler, Got], None] | None = None) -> Iterator[Receiver]:
    kept = Receiver()
    if answer:
        kept.answer = answer

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            got = Got(self.path, headers, self.rfile.read(length))
            kept.got.append(got)
            kept.answer(self, got)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """A client that gave up is no news."""

    server = Server(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
