"""What the schema says of each address of referrals."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from config.api.referral_answers import OUTCOMES_MOST
from config.api.referral_reply_schema import (
    FOUND,
    LINE,
    OUTCOME_EXAMPLE,
    REFERRAL_EXAMPLE,
    SENT,
    SUMMARY_EXAMPLE,
)
from config.api.schema_parts import CURSOR, KEY, limit_of, problems, query, replayed, reply
from records.models import Language
from risk.domain.urgency import Urgency

TAG = "referrals"
VERSION = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^W/"[0-9]{1,9}"$', "example": 'W/"3"'},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the referral that the answer is about; an older one is refused with 412.",
)
NOTE = LINE | {"description": "said beside the step, without the patient's name; the clinic's people read it"}
FOUND_ALONE = FOUND | {"additionalProperties": False}
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200], description="the version, for If-Match"
)
LIST: dict[str, Any] = {
    "operation_id": "referral_list",
    "tags": [TAG],
    "summary": "List what was referred to your hospital, newest first",
    "description": "Only what the client's clinic sent to the hospital that the client speaks for; nothing of the "
    "person. Follow `next` until it is null.",
    "parameters": [
        limit_of("referrals"),
        CURSOR,
        query("status", str, "only those", enum=[str(status) for status in SENT]),
        query("urgency", str, "only those", enum=[str(one) for one in Urgency]),
        OpenApiParameter(
            "changed_since",
            {"type": "string", "format": "date-time"},
            description="whose last step was taken from then on",
        ),
    ],
    "responses": {
        (200, "application/json"): reply(
            "ReferralList", "A page", {"referrals": [SUMMARY_EXAMPLE], "next": None}
        )
    }
    | problems("request-invalid", "content-invalid"),
}
READ: dict[str, Any] = {
    "operation_id": "referral_read",
    "tags": [TAG],
    "summary": "Read a referral",
    "description": "The thin twin of the FHIR Task: the same status, version and outcome.",
    "parameters": [ETAG],
    "responses": {(200, "application/json"): reply("Referral", "As it stands", REFERRAL_EXAMPLE)}
    | problems("request-invalid", "not-found"),
}


def _body(properties: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """A JSON object of exactly these properties, and a note."""
    return {
        "application/json": {
            "type": "object",
            "additionalProperties": False,
            "properties": properties | {"note": NOTE},
            "required": list(properties),
            "example": example,
        }
    }


def _answer(
    name: str, summary: str, description: str, body: dict[str, Any], status: str, **more: Any
) -> dict[str, Any]:
    return {
        "operation_id": f"referral_{name.replace('-', '_')}",
        "tags": [TAG],
        "summary": summary,
        "description": description,
        "parameters": [KEY, VERSION, replayed(200), ETAG],
        "request": body,
        "responses": {
            (200, "application/json"): reply(
                "ReferralSummary", "Taken", SUMMARY_EXAMPLE | {"status": status, "version": 4} | more
            )
        }
        | problems(
            "request-invalid",
            "idempotency-key-invalid",
            "not-found",
            "request-under-way",
            "transition-refused",
            "length-required",
            "version-stale",
            "too-large",
            "media-type-unsupported",
            "content-invalid",
            "idempotency-key-reused",
            "version-missing",
        ),
    }


ACCEPT = _answer(
    "accept",
    "Accept the patient",
    "Also says that the referral was received, where nobody did. Takes it off hold.",
    _body({}, {}),
    "accepted",
)
REJECT = _answer(
    "reject",
    "Say no, with a reason",
    "The clinic looks for another hospital. From then on the person is out of your sight.",
    _body(
        {"reason": LINE},
        {"reason": "no place in time"},
    ),
    "rejected",
)
COMPLETE = _answer(
    "complete",
    "Close it with what was found",
    "By eye and disease; leave out what was not looked for. Also says that the patient was treated, where nobody did.",
    _body(
        {
            "outcome": {
                "type": "array",
                "minItems": 1,
                "maxItems": OUTCOMES_MOST,
                "items": FOUND_ALONE,
            }
        },
        {"outcome": OUTCOME_EXAMPLE},
    ),
    "completed",
)
APPOINTMENT = _answer(
    "appointment",
    "Say when the patient is expected",
    "Of a referral that is accepted; in place of an appointment that is booked already. It lies ahead, at most two "
    "years. One after `due_by` is taken, and the clinic calls you to find an earlier one.",
    _body(
        {"starts_at": {"type": "string", "format": "date-time"}}, {"starts_at": "2026-12-01T09:30:00+09:00"}
    ),
    "accepted",
    business_status="appointment-booked",
    appointment_at="2026-12-01T00:30:00+00:00",
)
NO_SHOW = _answer(
    "did_not_attend",
    "Say that the patient did not come",
    "Of an appointment whose time has come. The referral stays accepted: the clinic calls the patient, and you book "
    "again.",
    _body({}, {}),
    "accepted",
    business_status="did-not-attend",
)
RESUME = _answer(
    "resume",
    "End a hold",
    "The referral goes on from where it was held: accepted, or in-progress. An appointment that was booked before "
    "stands.",
    _body({}, {}),
    "accepted",
)
LETTER: dict[str, Any] = {
    "operation_id": "referral_letter",
    "tags": [TAG],
    "summary": "Read the referral letter (PDF)",
    "description": "Made once for a sending and a language, and from then on these very bytes; `ETag` is their "
    "SHA-256. 404 once the hospital is not to treat the person.",
    "parameters": [
        query("language", str, "that of the hospital's country unless asked for", enum=list(Language.values)),
        ETAG,
    ],
    "responses": {
        (200, "application/pdf"): OpenApiResponse(
            {"type": "string", "format": "binary"}, description="The letter"
        )
    }
    | problems("request-invalid", "not-found"),
}
