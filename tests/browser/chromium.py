"""Headless Chromium, and what a page says about itself: console, policy, foreign requests, accessibility."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens"
REQUIRED = os.environ.get("NUNGIL_REQUIRE_BROWSER") == "1"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
# What the browser and htmx say of a refusal (4xx) or a cut connection, which some journeys are about; a 5xx is noted
# by its response.
ABOUT_REQUESTS = ("Failed to load resource", "Status Error Code 4", "htmx:sendError", "htmx:afterRequest")
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one the tests are skipped, or fail where a browser is required."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        refuse = pytest.fail if REQUIRED else pytest.skip
        refuse("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(OPTIONS))
        yield browser
        browser.close()


def watch(page: Page, problems: list[str]) -> None:
    """Note every console error, uncaught exception, broken policy, foreign request and server error."""
    page.on("console", lambda message: _console(message, problems))
    page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    page.on("request", lambda request: _foreign(request, problems))
    page.on("response", lambda response: _server_error(response, problems))


def _console(message: ConsoleMessage, problems: list[str]) -> None:
    if message.type == "error" and not any(text in message.text for text in ABOUT_REQUESTS):
        problems.append(f"console: {message.text}")


def _foreign(request: Request, problems: list[str]) -> None:
    address = urlsplit(request.url)
    if address.scheme in ("http", "https") and address.hostname not in ("localhost", "127.0.0.1"):
        problems.append(f"another host was asked: {request.url}")


def _server_error(response: Response, problems: list[str]) -> None:
    if response.status >= 500:
        problems.append(f"{response.status}: {response.url}")


@cache
def _axe() -> Axe:
    return Axe()


def accessibility_faults(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, one line per element."""
    rules = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "resultTypes": ["violations"]}
    found = _axe().run(page, options=rules).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {' '.join(map(str, node['target']))} {node['html'][:150]}"
        f" {node.get('failureSummary', '')[:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def take_picture(page: Page, name: str) -> None:
    """The whole page as var/screens/<name>.png."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


PageAs = Callable[..., Page]
