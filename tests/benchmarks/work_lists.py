"""Server time of every work-list, the register and the case page with a million exams stored.

Each page is asked for through the whole of Django, as a colleague of the large clinic who turns pages: every
request shows other patients, so every one is audited.
"""

import os
import re
import sys
import time
from collections.abc import Callable
from statistics import median

TURNS = 40
ATTRIBUTES = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "false", "HTTPS_ONLY": "false"}


def main(url: str) -> None:
    """Measure in a database of its own on the server of `url`, which is dropped afterwards."""
    import psycopg

    name = "bench_work_lists"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    os.environ.update(ATTRIBUTES, DATABASE_URL=url.replace("/postgres?", f"/{name}?"))
    try:
        _measure_all()
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _measure_all() -> None:
    from django.core.management import call_command

    import config.wsgi  # noqa: F401  loads everything the way a worker of the portal does
    from tests.benchmarks import million
    from tests.benchmarks.rows import Row, report

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    clinic = million.load()
    loaded = Row("loading a million exams", round(time.perf_counter() - started), "s")
    report([loaded, *measured(clinic.pk)])


def measured(clinic: int) -> list:
    """Three rows a page: p50, p95 and queries."""
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    client = _signed_in(clinic)
    return [row for name, ask in _pages(client, clinic).items() for row in _rows(name, ask)]


def _signed_in(clinic: int):
    from django.test import Client

    from records.models import Membership, Role

    member = Membership.objects.filter(organization=clinic, role=Role.PHYSICIAN).select_related(
        "practitioner"
    )
    client = Client(headers={"accept-language": "ko"}, raise_request_exception=True)
    client.force_login(member.get().practitioner.user)
    return client


def _pages(client, clinic: int) -> dict[str, Callable[[int], object]]:
    from django.utils import timezone

    from screening.models import Encounter

    today = timezone.localdate()
    lists = {
        "today": "/cases/?list=today",
        "waiting": "/cases/?list=waiting",
        "failed": "/cases/?list=failed",
        "retake": "/cases/?list=retake",
        "cancelled": "/cases/?list=cancelled",
        "all": "/cases/?list=all",
        "all, urgency stat": "/cases/?list=all&urgency=stat",
        "all, urgency routine": "/cases/?list=all&urgency=routine",
        "retake, urgency stat": "/cases/?list=retake&urgency=stat",
        "all, one year ago": f"/cases/?list=all&until={today.replace(year=today.year - 1)}",
        "recalls overdue": "/recalls/?list=overdue",
        "recalls upcoming": "/recalls/?list=upcoming",
        "recalls overdue, attendance": "/recalls/?list=overdue&cause=attendance",
    }
    pages = {f"list {name}": _turner(client, address) for name, address in lists.items()}
    for words in ("김", "김서", "P00123", "P0012345", "nobody"):
        client.post("/cases/search/", {"words": words})
        pages[f"search “{words}”"] = _searcher(client, words)
    # Of the visits that have findings stored, with every disposition.
    keys = [590_000 - 90 * turn for turn in range(TURNS)]
    cases = list(
        Encounter.objects.filter(organization=clinic, pk__in=keys).values_list("public_id", flat=True)
    )
    pages["case page"] = lambda turn: client.get(f"/cases/{cases[turn % len(cases)]}/")
    pages["list all, nothing new (poll)"] = _poller(client, "/cases/?list=all")
    return pages


def _turner(client, first: str) -> Callable[[int], object]:
    """Asks for the pages of a list one after the other, from the first again after the last."""
    following = [first]

    def ask(_turn: int) -> object:
        answer = client.get(following[0])
        found = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
        path = first.partition("?")[0]
        onward = found[1].replace("&amp;", "&") if found else first
        following[0] = path + onward if onward.startswith("?") else onward
        return answer

    return ask


def _searcher(client, words: str) -> Callable[[int], object]:
    """The page that a search leads to."""
    address = client.post("/cases/search/", {"words": words})["location"]
    return _turner(client, address)


def _poller(client, address: str) -> Callable[[int], object]:
    page = client.get(address).content.decode()
    seen = re.search(r'data-seen="(\w+)"', page)
    assert seen
    headers = {"X-Nungil-Poll": "1", "X-Nungil-Seen": seen[1]}
    return lambda _turn: client.get(address, headers=headers)


def _rows(name: str, ask: Callable[[int], object]) -> list:
    from tests.benchmarks.rows import Row

    ask(0)
    seconds = sorted(_timed(ask, turn) for turn in range(TURNS))
    queries = _queries(ask)
    return [
        Row(f"{name}: server time p50", round(median(seconds) * 1000, 1), "ms"),
        Row(f"{name}: server time p95", round(seconds[int(TURNS * 0.95) - 1] * 1000, 1), "ms"),
        Row(f"{name}: queries", queries, "queries"),
    ]


def _timed(ask: Callable[[int], object], turn: int) -> float:
    started = time.perf_counter()
    answer = ask(turn)
    taken = time.perf_counter() - started
    assert answer.status_code in (200, 204), f"{answer.status_code} instead of a page"
    return taken


def _queries(ask: Callable[[int], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask(1)
    return len(captured)


if __name__ == "__main__":
    main(sys.argv[1])
