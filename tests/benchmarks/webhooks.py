"""Webhooks a second: from rows that wait to accepted ones, beside bare POSTs of the same bytes to the same server."""

import http.client
import os
import sys
import threading
import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

MESSAGES = 1000
AT_ONCE = 8  # endpoints, each sent to by a thread, as the worker does


def main(database_url: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["DATABASE_URL"] = database_url
    os.environ["WEBHOOK_LOOPBACK"] = "true"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.benchmarks.rows import Row, compared, report

    call_command("migrate", verbosity=0)
    here, there = Pipe()
    server = Process(target=_serve, args=(there,), daemon=True)
    connection.close()
    server.start()
    port: int = here.recv()
    try:
        keys = _endpoints(port)
        sample = _sample(keys[0])
        bare = _a_second(lambda _number: _bare(port, *sample))
        ours = _a_second(lambda number: _deliver(keys[number]))
    finally:
        server.terminate()
    _check(keys)
    rows: list[Row] = [
        compared(f"webhooks, {AT_ONCE} endpoints at once, beside bare POSTs", ours, "1/s", bare)
    ]
    report(rows)


def _serve(pipe: Connection) -> None:
    """A server in a process of its own, so that it takes no time of those who send."""
    from tests.factories.receivers import receiver

    with receiver() as partner:
        pipe.send(int(partner.url.split(":")[2].split("/")[0]))
        threading.Event().wait()


def _endpoints(port: int) -> list[int]:
    from records import outbox
    from records.outbox import Fact
    from tests.factories import endpoints
    from tests.factories import records as cast

    clinic = cast.clinic(f"Bench {time.time()}")
    from django.utils import timezone

    found = [endpoints.active(clinic, f"http://127.0.0.1:{port}/{number}") for number in range(AT_ONCE)]
    for endpoint in found:
        facts = [Fact("task.updated", "Task", str(number)) for number in range(MESSAGES // AT_ONCE)]
        outbox.put(endpoint.pk, facts, now=timezone.now())
    return [endpoint.pk for endpoint in found]


def _sample(key: int) -> tuple[bytes, dict[str, str]]:
    from django.utils import timezone

    from config.webhooks.bodies import body_of, headers_of
    from records.models import WebhookEndpoint

    endpoint = WebhookEndpoint.objects.get(pk=key)
    message = endpoint.messages.latest("pk")
    body = body_of(message, endpoint.payload)
    return body, dict(headers_of(message, endpoint, body, now=timezone.now()))


def _bare(port: int, body: bytes, headers: dict[str, str]) -> None:
    for _ in range(MESSAGES // AT_ONCE):
        line = http.client.HTTPConnection("127.0.0.1", port)
        line.request("POST", "/bare", body, headers | {"Connection": "close"})
        line.getresponse().read()
        line.close()


def _deliver(key: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from config.webhooks.work import deliver

    while deliver(key, clock=timezone.now):
        pass
    connection.close()


def _a_second(send: object) -> float:
    threads = [threading.Thread(target=send, args=(number,)) for number in range(AT_ONCE)]  # type: ignore[arg-type]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return MESSAGES / (time.perf_counter() - began)


def _check(keys: list[int]) -> None:
    """A figure for messages that did not arrive would flatter."""
    from records import outbox
    from records.models import WebhookMessage

    left = WebhookMessage.objects.filter(outbox.OPEN, endpoint__in=keys).count()
    assert not left, f"{left} messages were not accepted"


if __name__ == "__main__":
    main(sys.argv[1])
