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

from deploy import embedded
from deploy.processes import Processes, free_port

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    arguments = _arguments()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop_request(stopped))
    with _processes(embedded.VAR) as processes:
        try:
            _screen_cast(processes, arguments.photos)
            if not arguments.once:
                print(
                    f"\nThe portal: http://127.0.0.1:{processes.port}/  (Ctrl-C stops everything)", flush=True
                )
                stopped.wait()
        except KeyboardInterrupt:
            print("\nStopping ...", flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after the table")
    parser.add_argument("--photos", type=Path, help="folder of real photographs instead of rendered ones")
    arguments = parser.parse_args()
    if arguments.photos is not None and not arguments.photos.is_dir():
        parser.error(f"PHOTOS={arguments.photos} is not a folder")
    return arguments


def _stop_request(stopped: threading.Event) -> None:
    """The first request unwinds what is going on; the servers are stopped on the way out."""
    if not stopped.is_set():
        stopped.set()
        raise KeyboardInterrupt


@contextlib.contextmanager
def _processes(var: Path) -> Iterator[Processes]:
    processes = Processes(var, free_port())
    try:
        print("Starting PostgreSQL and Redis ...", flush=True)
        processes.start_databases()
        os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="config.settings")
        yield processes
    finally:
        processes.stop()


def _screen_cast(processes: Processes, photos: Path | None) -> None:
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
