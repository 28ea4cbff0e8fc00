"""`make demo`: everything on this machine, a demo clinic, twelve patients through the real queues."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.processes import Processes

PROJECT = Path(__file__).resolve().parent.parent
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run the demo until it is stopped. Returns the exit status."""
    stopped = threading.Event()
    try:
        _listen(stopped)
        return _demo(_arguments(), stopped)
    except KeyboardInterrupt:
        return 0


def _demo(arguments: argparse.Namespace, stopped: threading.Event) -> int:
    # Imported here, where Ctrl-C is understood already: they take a second.
    from django.core.management import CommandError

    from deploy.errors import DeployError

    try:
        with _processes() as processes:
            _screen_cast(processes, arguments.photos)
            if not arguments.once:
                address = f"http://127.0.0.1:{processes.port}/"
                print(f"\nThe portal: {address}  (Ctrl-C stops everything)", flush=True)
                stopped.wait()
    except (CommandError, DeployError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after the table")
    parser.add_argument("--photos", type=Path, help="folder of real photographs instead of rendered ones")
    arguments = parser.parse_args()
    if arguments.photos is not None and not arguments.photos.is_dir():
        parser.error(f"PHOTOS={arguments.photos} is not a folder")
    return arguments


def _listen(stopped: threading.Event) -> None:
    for number in SIGNALS:
        # Under nohup the end of the terminal is not meant to end the demo.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: _stop_request(stopped))


def _stop_request(stopped: threading.Event) -> None:
    """The first request unwinds what is going on; the servers are stopped on the way out."""
    if not stopped.is_set():
        stopped.set()
        raise KeyboardInterrupt


@contextlib.contextmanager
def _processes() -> Iterator["Processes"]:
    from deploy import embedded
    from deploy.processes import Processes, free_port

    processes = Processes(embedded.VAR, free_port())
    try:
        print("Starting PostgreSQL and Redis ...", flush=True)
        processes.start_databases()
        os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="config.settings")
        yield processes
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # nothing may interrupt the stopping
        if processes.environment:
            with contextlib.suppress(OSError):  # the terminal may be gone
                print("\nStopping ...", flush=True)
        processes.stop()


def _screen_cast(processes: "Processes", photos: Path | None) -> None:
    compile_messages()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print("Starting web, workers and beat ...", flush=True)
    processes.start_services()
    call_command("demo", photos=photos)


def compile_messages() -> None:
    """Compile the Korean texts where they changed."""
    locale = PROJECT / "config" / "locale"
    compiled, source = (locale / f"ko/LC_MESSAGES/django.{kind}" for kind in ("mo", "po"))
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return
    command = [sys.executable, "-m", "babel.messages.frontend", "compile", "-d", str(locale), "-D", "django"]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
