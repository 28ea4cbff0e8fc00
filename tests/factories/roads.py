"""A server that speaks the table service of OSRM over HTTP, with times of a made-up road net."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Points = list[tuple[float, float]]


def slow_to_the_north(points: Points) -> list[float | None]:
    """Seconds from the first point: 100 for every tenth of a degree north of it."""
    return [round((latitude - points[0][1]) * 1000.0, 1) for _, latitude in points]


@contextmanager
def router(
    seconds: Callable[[Points], list[float | None]] = slow_to_the_north,
    *,
    status: int = 200,
    body: bytes | None = None,
    delay_s: float = 0.0,
) -> Iterator[tuple[str, list[str]]]:
    """Its address and the paths that were asked; `body` and `status` stand in for a proper answer."""
    asked: list[str] = []

    class Table(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            time.sleep(delay_s)
            answer = _answer(self.path, seconds) if body is None else body
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Table)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def _answer(path: str, seconds: Callable[[Points], list[float | None]]) -> bytes:
    parts = urlsplit(path)
    prefix, _, places = parts.path.rpartition("/")
    query = parse_qs(parts.query)
    if prefix != "/table/v1/driving" or query != {"sources": ["0"], "annotations": ["duration"]}:
        return json.dumps({"code": "InvalidQuery"}).encode()
    points = [(float(lon), float(lat)) for lon, lat in (one.split(",") for one in places.split(";"))]
    return json.dumps({"code": "Ok", "durations": [seconds(points)]}).encode()
