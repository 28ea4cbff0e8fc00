"""What the schema says of each address; drf-spectacular makes OpenAPI 3.1 of it."""

from functools import cache
from typing import Any

from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest

from config.api.meta_schema import META, META_EXAMPLE
from config.api.referral_replies import STEPS
from config.api.referral_reply_schema import REFERRAL_SCHEMAS
from config.api.reply_schema import SCHEMAS, SCREENING_EXAMPLE, SUMMARY_EXAMPLE
from config.api.schema_parts import CURSOR, KEY, limit_of, problems, query, replayed, reply
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


LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[202], description="where to ask"
)
SUBMIT: dict[str, Any] = {
    "operation_id": "screening_submit",
    "tags": [TAG],
    "summary": "Send a screening",
    "description": "Patient, consent, answers and the photograph of one or both eyes (`right`, `left`; at least "
    "one). All or nothing. The result is there within seconds to minutes: ask `links.self`.",
    "parameters": [KEY, replayed(202), LOCATION],
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
        (202, "application/json"): reply(
            "ScreeningSummary", "Taken; ask again for the result", SUMMARY_EXAMPLE
        )
    }
    | problems(
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
        limit_of("screenings"),
        CURSOR,
        query("status", str, "only those", enum=[str(status) for status in ScreeningStatus]),
        OpenApiParameter(
            "since", {"type": "string", "format": "date-time"}, description="received from then on"
        ),
        query("external_id", str, "your own number"),
    ],
    "responses": {
        (200, "application/json"): reply(
            "ScreeningList", "A page", {"screenings": [SUMMARY_EXAMPLE], "next": None}
        )
    }
    | problems("request-invalid", "content-invalid"),
}
READ: dict[str, Any] = {
    "operation_id": "screening_read",
    "tags": [TAG],
    "summary": "Read a screening",
    "description": "A client finds only what it sent itself. An ungradable eye is a result, not an error.",
    "responses": {(200, "application/json"): reply("Screening", "As far as it is known", SCREENING_EXAMPLE)}
    | problems("request-invalid", "not-found"),
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
        (200, "application/json"): reply(
            "Screening", "Cancelled", SCREENING_EXAMPLE | {"status": "cancelled"}
        )
    }
    | problems(
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
    result["components"].setdefault("schemas", {}).update(SCHEMAS | REFERRAL_SCHEMAS)
    submit = result["paths"]["/api/v1/screenings"]["post"]
    submit["responses"]["202"]["links"] = {
        name: {"operationId": f"screening_{name}", "parameters": {"public_id": "$response.body#/id"}}
        for name in ("read", "cancel")
    }
    _link_referrals(result["paths"])
    body = submit["requestBody"]["content"]["multipart/form-data"]
    body["schema"]["properties"]["meta"]["examples"] = [META_EXAMPLE]
    return result


def _link_referrals(paths: dict[str, Any]) -> None:
    """From the list to a referral, and from a referral to what may be done with this version of it."""
    listed = paths["/api/v1/referrals"]["get"]["responses"]["200"]
    first = {"referral_id": "$response.body#/referrals/0/id"}
    listed["links"] = {"read": {"operationId": "referral_read", "parameters": first}}
    one = paths["/api/v1/referrals/{referral_id}"]["get"]["responses"]["200"]
    this = {"referral_id": "$response.body#/id"}
    one["links"] = {"letter": {"operationId": "referral_letter", "parameters": this}} | {
        step: {
            "operationId": f"referral_{step.replace('-', '_')}",
            "parameters": this | {"header.If-Match": "$response.header.ETag"},
        }
        for step in STEPS
    }


@cache
def openapi() -> dict[str, Any]:
    """The whole document. It depends on nothing but the code."""
    return SchemaGenerator(patterns=[path("api/", include("config.api.urls"))]).get_schema(public=True)
