"""A local server that pages as the data portal does, over rows that a test gives it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "a+key/of=tests"
QUOTA = (
    "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>"
    "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR</returnAuthMsg><returnReasonCode>22</returnReasonCode>"
    "</cmmMsgHeader></OpenAPI_ServiceResponse>"
)
UNKNOWN_KEY = QUOTA.replace(
    "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS", "SERVICE_KEY_IS_NOT_REGISTERED"
).replace(">22<", ">30<")
TOO_MANY_ROWS = {
    "header": {
        "resultCode": "11",
        "resultMsg": "NO MANDATORY REQUEST PARAMETERS ERROR! \n numOfRows maximum is =[100]",
    },
    "body": {},
}


class Portal:
    """Serves `rows`; `instead` may answer for a page otherwise: status and content, or None for the usual."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows
        self.asked: list[int] = []
        self.instead: Callable[[int, int], tuple[int, str | bytes] | None] = lambda page, attempt: None

    def answer(self, query: dict[str, list[str]]) -> tuple[int, str | bytes]:
        page, size = int(query["pageNo"][0]), int(query["numOfRows"][0])
        self.asked.append(page)
        if (other := self.instead(page, self.asked.count(page))) is not None:
            return other
        if query["serviceKey"] != [KEY]:
            return 200, UNKNOWN_KEY
        if size > 100:
            return 200, json.dumps(TOO_MANY_ROWS)
        return 200, self.page(page, size)

    def page(self, number: int, size: int = 100, **otherwise: object) -> str:
        items: Any = self.rows[(number - 1) * size : number * size]
        body = {"pageNo": number, "totalCount": len(self.rows), "numOfRows": size, "items": items} | otherwise
        return json.dumps({"header": {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}, "body": body})


@contextmanager
def serving(portal: Portal) -> Iterator[str]:
    """The address of a running portal."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = portal.answer(parse_qs(urlsplit(self.path).query))
            raw = content.encode() if isinstance(content, str) else content
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # How long the end of every test would wait for it.
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
