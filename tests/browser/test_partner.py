"""An administrator makes a token; the partner's program uses it with curl; the token is revoked."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from config import demo_photographs
from config.demo_cast import CAST
from records.models import Role
from tests.browser.chromium import PageAs, overflow
from tests.factories.partners import meta

WAIT_SECONDS = 300


class Curl:
    """curl with one token, as a partner's script would call it."""

    def __init__(self, server: str, token: str, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.headers = folder / "token.header"
        self.headers.write_text(f"Authorization: Bearer {token}\n")

    def __call__(self, address: str, *options: str) -> tuple[int, dict[str, Any]]:
        url = address if address.startswith("http") else self.server + address
        command = ["curl", "--silent", "--show-error", "--header", f"@{self.headers}"]
        command += ["--write-out", "\n%{http_code}", *options, url]
        told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        body, _, status = told.rpartition("\n")
        return int(status), json.loads(body)

    def send(self, given: dict[str, Any], *parts: str) -> tuple[int, dict[str, Any]]:
        (self.folder / "meta.json").write_text(json.dumps(given))
        forms = ["--form", f"meta=<{self.folder / 'meta.json'};type=application/json"]
        for part in parts:
            forms += ["--form", part]
        return self("/api/v1/screenings", "--header", f"Idempotency-Key: {uuid4()}", *forms)


@pytest.fixture
def photographs(tmp_path: Path) -> list[str]:
    """Two drawn photographs, as curl's form parts."""
    parts = []
    for given in demo_photographs.source(None).of(CAST[0]):
        name = given.laterality.name.lower()
        (tmp_path / f"{name}.jpg").write_bytes(given.data)
        parts.append(f"{name}=@{tmp_path / f'{name}.jpg'};type=image/jpeg")
    return parts


def make_token(page: Page, axe: Callable[[Page], None]) -> str:
    page.goto("/partners/")
    axe(page)
    page.get_by_label("Name of the partner").fill("Saebit hospital")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("heading", name="Token for Saebit hospital")).to_be_visible()
    axe(page)
    return page.locator("#token").inner_text()


def put_host_on_the_list(page: Page, axe: Callable[[Page], None]) -> None:
    page.locator("summary", has_text="Add a host").click()
    page.locator("input[name$=host]").fill("hooks.saebit.example")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_role("button", name="Take off")).to_be_visible()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
        axe(page)
        page.screenshot(path=f"var/screens/partner-hosts-{width}.png", full_page=True)


def result_of(curl: Curl, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        status, found = curl(address)
        assert status == 200, found
        if found["status"] != "queued":
            return found
        assert time.monotonic() < deadline, "no result came"
        time.sleep(0.5)


def test_a_partner_is_let_in_works_and_is_shut_out(
    page_as: PageAs,
    axe: Callable[[Page], None],
    live_server: LiveServer,
    workers: None,
    photographs: list[str],
    tmp_path: Path,
) -> None:
    page = page_as(Role.ADMINISTRATOR)
    curl = Curl(live_server.url, make_token(page, axe), tmp_path)

    status, sent = curl.send(meta(external_id="V-1", synthetic=True), *photographs)
    assert (status, sent["status"]) == (202, "queued"), sent
    result = result_of(curl, sent["links"]["self"])
    assert result["status"] in ("preliminary", "ungradable")
    assert result["synthetic"] is True
    assert result["recommended_action"] and result["model"]["sha256"]

    _, other = curl.send(meta(external_id="V-2", synthetic=True), photographs[0])
    cancelled = curl(other["links"]["cancel"], "--json", '{"reason": "sent for the wrong patient"}')
    assert (cancelled[0], cancelled[1]["status"]) == (200, "cancelled"), cancelled
    _, page_of_list = curl("/api/v1/screenings")
    assert [row["external_id"] for row in page_of_list["screenings"]] == ["V-2", "V-1"]

    page.goto("/partners/")
    expect(page.locator("body")).not_to_contain_text("never")
    put_host_on_the_list(page, axe)
    page.locator(".partner-revoke summary").click()
    page.get_by_label("Why is it revoked?").fill("contract ended")
    page.get_by_role("button", name="Revoke for good").click()
    expect(page.get_by_text("contract ended")).to_be_visible()
    axe(page)
    status, refused = curl("/api/v1/screenings")
    assert (status, refused["type"]) == (401, "/api/docs/problems/#not-authenticated")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_interface_is_described_for_everyone(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: int
) -> None:
    page = open_page(width=width)
    page.goto("/api/docs/")
    page.get_by_role("link", name="Send a screening").click()
    expect(page.get_by_role("heading", name="Send a screening")).to_be_in_viewport()
    for opened in page.locator("summary").all():
        opened.click()
    expect(page.get_by_text("Photograph-refused", exact=True).first).to_be_visible()
    assert overflow(page) <= 0
    axe(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_every_problem_has_its_place_on_the_page(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: int
) -> None:
    page = open_page(width=width)
    page.goto("/api/docs/problems/#photograph-refused")
    expect(page.get_by_text("A photograph cannot be used")).to_be_in_viewport()
    assert overflow(page) <= 0
    axe(page)
