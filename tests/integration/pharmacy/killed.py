"""A real task in a process of its own that dies of SIGKILL at the n-th thing it does with the world."""

import os
import signal
from collections.abc import Callable
from itertools import count

from django.db import connection

from pharmacy.gateways.wwks2.connection import Connection


def run_alone(task: Callable[[], object], *, kill_at: int = 0) -> tuple[list[str], bool]:
    """Run a task in a child, which kills itself at step `kill_at` (from 1; 0 for never).

    Steps are just before and just after every statement, every commit and every message to or from the machine.
    Returns the steps that it came to and whether it was killed.
    """
    reading, writing = os.pipe()
    connection.close()  # parent and child must not speak on one
    pid = os.fork()
    if pid == 0:
        _child(task, writing, kill_at)
    os.close(writing)
    with os.fdopen(reading) as told:
        steps = told.read().splitlines()
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.waitstatus_to_exitcode(status) == 0, "the task's process ended otherwise"
    return steps, killed


def _child(task: Callable[[], object], telling: int, kill_at: int) -> None:
    numbers = count(1)

    def step(what: str) -> None:
        os.write(telling, f"{what}\n".encode())
        if next(numbers) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(what: str, do: Callable) -> Callable:
        def done(*args: object, **named: object) -> object:
            step(f"before {what}")
            result = do(*args, **named)
            step(f"after {what}")
            return result

        return done

    def statement(execute: Callable, sql: str, *rest: object) -> object:
        return around(" ".join(sql.split()[:3]), execute)(sql, *rest)

    code = 1
    try:
        connection.connect()
        connection._commit = around("commit", connection._commit)
        Connection.send = _named(Connection.send, step)
        Connection.receive = around("receive", Connection.receive)
        with connection.execute_wrapper(statement):
            task()
        code = 0
    finally:
        os._exit(code)


def _named(send: Callable, step: Callable[[str], None]) -> Callable:
    """As other steps, with the name of the message."""

    def done(self: Connection, message: object, **named: object) -> None:
        step(f"before send {type(message).__name__}")
        send(self, message, **named)
        step(f"after send {type(message).__name__}")

    return done
