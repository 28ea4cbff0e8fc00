"""What every reply of the API says beside its body, and that its schema is a schema."""

from datetime import timedelta

import jsonschema
import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from drf_spectacular.validation import validate_schema

from records.models import IdempotentReply, Organization
from tests.factories import partners
from tests.factories.partners import SCREENINGS, Partner, meta

SAFE = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def partner(clinic: Organization) -> Partner:
    return Partner(partners.token(clinic)[1])


def unsafe(reply: HttpResponse) -> list[str]:
    return [name for name, text in SAFE.items() if not reply.headers.get(name, "").startswith(text)]


def test_every_refusal_carries_the_headers_that_keep_a_browser_safe(
    partner: Partner, visitor: Client
) -> None:
    korean = {"accept-language": "ko"}
    replies = {
        "taken": partner.send(),
        "no such address": visitor.get("/api/v1/nothing", headers=korean),
        "another method": visitor.delete("/api/schema/", headers=korean),
        "another host": visitor.get("/api/schema/", headers=korean | {"host": "else.example"}),
        "another encoding": visitor.generic("POST", SCREENINGS, b"{}", content_type="a/b; charset=idna"),
        "too large": visitor.post("/api/docs/", b"x" * 2_000_000, content_type="text/plain", headers=korean),
        "a NUL": visitor.get("/api/%00", headers=korean),
        "no token": visitor.get(SCREENINGS, headers=korean),
    }
    assert {name: unsafe(reply) for name, reply in replies.items() if unsafe(reply)} == {}
    english = {name: reply.headers.get("Content-Language") for name, reply in replies.items()}
    assert set(english.values()) == {"en"}, english
    assert visitor.get("/api/schema/", headers=korean).headers["Content-Language"] == "en"


@pytest.mark.parametrize("address", ["/", "/%00", "/nothing/", "/sign-in/", "/static/config/nungil.css"])
def test_every_page_and_every_error_page_carries_them_too(visitor: Client, address: str) -> None:
    assert unsafe(visitor.get(address)) == []


def test_what_a_method_is_not_allowed_for_still_names_those_that_are(visitor: Client) -> None:
    assert "GET" in visitor.post("/api/schema/").headers["Allow"]


@pytest.mark.parametrize(("age", "least", "most"), [(0, 1, 1), (30, 80, 90), (119, 1, 2)])
def test_a_key_that_is_being_worked_on_says_when_to_send_it_again(
    partner: Partner, age: int, least: int, most: int
) -> None:
    given = meta()
    partner.send(given, key="one")
    IdempotentReply.objects.update(status=None, body="", claimed_at=timezone.now() - timedelta(seconds=age))
    reply = partner.send(given, key="one")
    assert (reply.status_code, reply.json()["type"]) == (409, "/api/docs/problems/#request-under-way")
    assert least <= int(reply.headers["Retry-After"]) <= most


def test_wrong_tokens_are_counted_by_whose_they_are_behind_a_proxy(db: None, settings: LazySettings) -> None:
    settings.API_WRONG_TOKENS_PER_MINUTE = 2
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def guess(came_from: str) -> int:
        client = Client(headers={"authorization": "Bearer nungil_x", "x-forwarded-for": came_from})
        return client.get(SCREENINGS).status_code

    assert {guess("198.51.100.7") for _ in range(6)} == {401, 429}
    assert guess("198.51.100.8") == 401
    assert guess("198.51.100.99, 198.51.100.7") == 429, "what a client claims itself does not count"


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "status=final&status=queued", "external_id=a&external_id=a"]
)
def test_a_parameter_that_is_given_twice_is_refused(partner: Partner, query: str) -> None:
    reply = partner.browser.get(f"{SCREENINGS}?{query}")
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["pointer"] == f"?{query.partition('=')[0]}"


def test_the_schema_is_openapi_3_1(visitor: Client) -> None:
    document = visitor.get("/api/schema/").json()
    assert document["openapi"].startswith("3.1")
    validate_schema(document)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_knows_every_refusal_of_a_body_and_both_kinds_of_photographs(visitor: Client) -> None:
    paths = visitor.get("/api/schema/").json()["paths"]
    submit, cancel = paths[SCREENINGS]["post"], paths[f"{SCREENINGS}/{{public_id}}/cancel"]["post"]
    assert {"411", "413", "415"} <= set(submit["responses"]) & set(cancel["responses"])
    encoding = submit["requestBody"]["content"]["multipart/form-data"]["encoding"]
    assert encoding["right"]["contentType"] == encoding["left"]["contentType"] == "image/jpeg, image/png"
