"""Doing the parts of one run at once, side by side: while one waits for the database, the other computes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from django.db import connection
from django.utils import timezone

from risk.night.chunks import chunk_claim, chunk_do

# One more than a run's parts keep the database busy with, on a machine of two cores.
SIDE_BY_SIDE = 2


def parts_do(
    run_id: int, *, side_by_side: int = SIDE_BY_SIDE, told: Callable[[], None] = lambda: None
) -> int:
    """Do parts of a run until nobody waits that is free; returns how many. `told` is called after each, in the thread
    that did it. Interrupted, it ends after the parts that are under way.
    """
    if side_by_side == 1:
        return _work(run_id, told, Event())
    stop = Event()
    with ThreadPoolExecutor(side_by_side) as pool:
        try:
            working = [pool.submit(_work_apart, run_id, told, stop) for _ in range(side_by_side)]
            return sum(one.result() for one in working)
        except BaseException:
            stop.set()
            raise


def _work_apart(run_id: int, told: Callable[[], None], stop: Event) -> int:
    try:
        return _work(run_id, told, stop)
    finally:
        connection.close()  # this thread's own


def _work(run_id: int, told: Callable[[], None], stop: Event) -> int:
    done = 0
    while not stop.is_set() and (chunk := chunk_claim(now=timezone.now(), run_id=run_id)) is not None:
        chunk_do(chunk)
        told()
        done += 1
    return done
