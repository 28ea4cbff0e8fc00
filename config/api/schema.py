"""What the schema says of each address; drf-spectacular makes OpenAPI 3.1 of it."""

from functools import cache
from typing import Any

from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse

from config.api.errors import CONTENT_TYPE
from config.api.meta_schema import META, META_EXAMPLE
from config.api.paging import LIMIT_DEFAULT, LIMIT_MOST
from config.api.problems import PROBLEMS, Problem
from config.api.reply_schema import SCHEMAS, SCREENING_EXAMPLE, SUMMARY_EXAMPLE
from config.api.status import ScreeningStatus

TAG = "screenings"
PHOTOGRAPH = {"type": "string", "format": "binary", "description": "JPEG or PNG in colour, at most 20 MB"}
PARTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"meta": META, "right": PHOTOGRAPH, "left": PHOTOGRAPH},
    "required": ["meta"],
    "anyOf": [{"required": ["right"]}, {"required": ["left"]}],
}


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "config.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        advice = "A token that an administrator of the clinic made in the portal under Partners."
        return {"type": "http", "scheme": "bearer", "description": advice}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _problems(*codes: str) -> dict[Any, OpenApiResponse]:
    by_status: dict[int, list[Problem]] = {}
    for code in ("not-authenticated", "not-acceptable", "rate-limited", *codes):
        by_status.setdefault(PROBLEMS[code].status, []).append(PROBLEMS[code])
    return {
        (status, CONTENT_TYPE): OpenApiResponse(
            _ref("Problem"),
            description=" · ".join(problem.title for problem in same),
            examples=[_problem_example(problem) for problem in same],
        )
        for status, same in by_status.items()
    }


def _problem_example(problem: Problem) -> OpenApiExample:
    body = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.advice,
        "instance": "/api/v1/screenings",
    }
    return OpenApiExample(
        problem.code,
        value=body,
        response_only=True,
        status_codes=[str(problem.status)],
        media_type=CONTENT_TYPE,
    )


def _reply(name: str, description: str, example: dict[str, Any]) -> OpenApiResponse:
    shown = OpenApiExample(name, value=example, response_only=True)
    return OpenApiResponse(_ref(name), description=description, examples=[shown])


def _query(name: str, kind: type, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=description, **more)


KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="A new one, such as a UUID, for each screening; the same one when you send it again.",
)
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed",
    str,
    OpenApiParameter.HEADER,
    response=[202],
    description="true: the reply to the same request before",
)
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[202], description="where to ask"
)
SUBMIT: dict[str, Any] = {
    "operation_id": "screening_submit",
    "tags": [TAG],
    "summary": "Send a screening",
    "description": "Patient, consent, answers and the photograph of one or both eyes (`right`, `left`; at least "
    "one). All or nothing. The result is there within seconds to minutes: ask `links.self`.",
    "parameters": [KEY, REPLAYED, LOCATION],
    "request": {
        "multipart/form-data": OpenApiRequest(
            PARTS,
            encoding={
                "meta": {"contentType": "application/json"},
                "right": {"contentType": "image/jpeg, image/png"},
                "left": {"contentType": "image/jpeg, image/png"},
            },
        )
    },
    "responses": {
        (202, "application/json"): _reply(
            "ScreeningSummary", "Taken; ask again for the result", SUMMARY_EXAMPLE
        )
    }
    | _problems(
        "request-invalid",
        "idempotency-key-invalid",
        "request-under-way",
        "external-id-taken",
        "length-required",
        "too-large",
        "media-type-unsupported",
        "content-invalid",
        "photograph-refused",
        "consent-missing",
        "idempotency-key-reused",
    ),
}
LIST: dict[str, Any] = {
    "operation_id": "screening_list",
    "tags": [TAG],
    "summary": "List your screenings, newest first",
    "description": "Only what this very client sent. Follow `next` until it is null.",
    "parameters": [
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
            description="screenings a page",
        ),
        _query("cursor", str, "from `next` of the page before"),
        _query("status", str, "only those", enum=[str(status) for status in ScreeningStatus]),
        OpenApiParameter(
            "since", {"type": "string", "format": "date-time"}, description="received from then on"
        ),
        _query("external_id", str, "your own number"),
    ],
    "responses": {
        (200, "application/json"): _reply(
            "ScreeningList", "A page", {"screenings": [SUMMARY_EXAMPLE], "next": None}
        )
    }
    | _problems("request-invalid", "content-invalid"),
}
READ: dict[str, Any] = {
    "operation_id": "screening_read",
    "tags": [TAG],
    "summary": "Read a screening",
    "description": "A client finds only what it sent itself. An ungradable eye is a result, not an error.",
    "responses": {(200, "application/json"): _reply("Screening", "As far as it is known", SCREENING_EXAMPLE)}
    | _problems("request-invalid", "not-found"),
}
CANCEL: dict[str, Any] = {
    "operation_id": "screening_cancel",
    "tags": [TAG],
    "summary": "Cancel a screening",
    "description": "For a screening that should not have been sent. Nothing is deleted; cancelling twice changes "
    "nothing. Refused once a medicine was released or a hospital has the referral.",
    "request": {
        "application/json": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 200}},
            "required": ["reason"],
            "example": {"reason": "sent for the wrong patient"},
        }
    },
    "responses": {
        (200, "application/json"): _reply(
            "Screening", "Cancelled", SCREENING_EXAMPLE | {"status": "cancelled"}
        )
    }
    | _problems(
        "request-invalid",
        "not-found",
        "case-under-way",
        "length-required",
        "too-large",
        "media-type-unsupported",
        "content-invalid",
    ),
}


def add_components(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """drf-spectacular's hook: the schemas that the replies refer to, what may follow, an example."""
    result["components"].setdefault("schemas", {}).update(SCHEMAS)
    submit = result["paths"]["/api/v1/screenings"]["post"]
    submit["responses"]["202"]["links"] = {
        name: {"operationId": f"screening_{name}", "parameters": {"public_id": "$response.body#/id"}}
        for name in ("read", "cancel")
    }
    body = submit["requestBody"]["content"]["multipart/form-data"]
    body["schema"]["properties"]["meta"]["examples"] = [META_EXAMPLE]
    return result


@cache
def openapi() -> dict[str, Any]:
    """The whole document. It depends on nothing but the code."""
    return SchemaGenerator(patterns=[path("api/", include("config.api.urls"))]).get_schema(public=True)
