"""What no page ever reads: too much, of unknown length, in another encoding, or with a NUL in it."""

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from config import uploads
from tests.factories.partners import SCREENINGS

MB = 1024 * 1024
FORM = "multipart/form-data; boundary=x"
SHA = "a" * 64


@pytest.fixture
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever touches the body of a request fails the test."""

    def touched(*_: Any) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr(HttpRequest, "_load_post_and_files", touched)
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", touched)


def received() -> str:
    return reverse("intake-receive", args=[uuid4()])


@pytest.mark.parametrize("name", ["account_login", "theme", "api-docs", "api-nothing"])
@pytest.mark.usefixtures("nothing_is_read")
def test_a_stranger_s_two_megabytes_are_refused_unread(visitor: Client, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["csrftoken"] = "x" * 32
    answer = strict.post(reverse(name), b"x" * 2 * MB, content_type=FORM)
    assert answer.status_code == 413


@pytest.mark.usefixtures("nothing_is_read")
def test_a_photograph_from_somebody_unknown_is_not_read(visitor: Client) -> None:
    plain = visitor.post(received(), b"x" * 2 * MB, content_type=FORM)
    script = visitor.post(received(), b"x" * 2 * MB, content_type=FORM, headers={"sec-fetch-mode": "cors"})
    assert (plain.status_code, script.status_code) == (302, 401)


def test_a_photograph_of_twenty_megabytes_reaches_the_gate_and_a_film_does_not(nurse: Client) -> None:
    photograph = SimpleUploadedFile("a.jpg", b"x" * 19 * MB)
    assert nurse.post(received(), {"photograph": photograph}).status_code == 404, "no such visit"
    film = SimpleUploadedFile("a.mp4", b"x" * 42 * MB)
    answer = nurse.post(received(), {"photograph": film}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["message"][:11]) == (413, "The file is")


def test_a_body_without_its_length_is_refused(visitor: Client) -> None:
    answer = visitor.generic(
        "POST", reverse("theme"), b"", content_type=FORM, headers={"transfer-encoding": "chunked"}
    )
    assert answer.status_code == 411


@pytest.mark.parametrize("charset", ["idna", "base64", "unicode_escape", "latin-1", "", "nothing-known"])
def test_only_utf_8_is_read(visitor: Client, charset: str) -> None:
    kinds = (f"{FORM}; charset={charset}", f"application/x-www-form-urlencoded; charset={charset}")
    for name in ("account_login", "theme", "cases"):
        answers = [visitor.generic("POST", reverse(name), b"a=b", content_type=kind) for kind in kinds]
        assert [answer.status_code for answer in answers] == [415, 415]


def test_a_partner_s_other_encoding_is_a_problem_document(visitor: Client) -> None:
    for kind in (f"{FORM}; charset=idna", "application/json; charset=base64"):
        reply = visitor.generic("POST", SCREENINGS, b"{}", content_type=kind)
        assert (reply.status_code, reply.headers["Content-Type"]) == (415, "application/problem+json")
        assert reply.json()["type"].endswith("#media-type-unsupported")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded; charset=UTF-8", FORM])
def test_utf_8_by_its_name_is_read(visitor: Client, kind: str) -> None:
    assert visitor.post(reverse("theme"), b"", content_type=kind).status_code == 400, "no theme chosen"


@pytest.mark.parametrize(
    "path",
    [
        "cases/{id}/photographs/%00.jpg",
        "cases/{id}/photographs/%00/grey.jpg",
        "intake/{id}/photographs/%00.jpg",
        "static/%00.css",
        "%00",
        "api/v1/screenings/%00",
    ],
)
def test_a_nul_in_the_path_is_nowhere(nurse: Client, path: str) -> None:
    assert nurse.get("/" + path.format(id=uuid4())).status_code == 404


@pytest.mark.parametrize("name", ["short", "A" * 64, "g" * 64, SHA + "a"])
def test_a_photograph_is_addressed_by_its_digest_alone(nurse: Client, name: str) -> None:
    assert nurse.get(f"/cases/{uuid4()}/photographs/{name}.jpg").status_code == 404


@pytest.mark.parametrize("query", ["?x=%00", "?%00=1", "?a=1&b=x%00y"])
def test_a_nul_in_the_query_is_refused(nurse: Client, query: str) -> None:
    assert nurse.get(reverse("cases") + query).status_code == 400


@pytest.mark.parametrize("form", [{"mrn": "\0"}, {"\0": "x"}, {"name": ["a", "b\0"]}])
def test_a_nul_in_a_form_is_refused(nurse: Client, form: dict[str, Any]) -> None:
    assert nurse.post(reverse("intake-register"), form).status_code == 400


def test_a_nul_in_the_session_s_cookie_is_refused(visitor: Client, settings: LazySettings) -> None:
    visitor.cookies.load({})
    answer = visitor.get(reverse("cases"), HTTP_COOKIE=f'{settings.SESSION_COOKIE_NAME}="\\000bcdefghijk"')
    assert answer.status_code == 400


def test_what_a_killed_process_left_is_removed_and_what_is_being_written_stays(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    uploads.prepare()
    left, fresh = (uploads.folder() / name for name in ("left.upload", "fresh.upload"))
    for path, age in ((left, 2 * 3600), (fresh, 60)):
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    assert uploads.uploads_clear(now=time.time()) == 1
    assert (left.exists(), fresh.exists()) == (False, True)


def test_uploads_lie_in_the_service_s_own_folder(settings: LazySettings) -> None:
    assert settings.VAR_DIR in uploads.folder().parents
    assert uploads.folder().stat().st_mode & 0o077 == 0
