"""The small parts of which the schema's words are made."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from config.api.errors import CONTENT_TYPE
from config.api.paging import LIMIT_DEFAULT, LIMIT_MOST
from config.api.problems import PROBLEMS, Problem


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def problems(*codes: str) -> dict[Any, OpenApiResponse]:
    by_status: dict[int, list[Problem]] = {}
    for code in ("not-authenticated", "not-acceptable", "rate-limited", *codes):
        by_status.setdefault(PROBLEMS[code].status, []).append(PROBLEMS[code])
    return {
        (status, CONTENT_TYPE): OpenApiResponse(
            ref("Problem"),
            description=" · ".join(problem.title for problem in same),
            examples=[problem_example(problem) for problem in same],
        )
        for status, same in by_status.items()
    }


def problem_example(problem: Problem) -> OpenApiExample:
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


def reply(name: str, description: str, example: dict[str, Any]) -> OpenApiResponse:
    shown = OpenApiExample(name, value=example, response_only=True)
    return OpenApiResponse(ref(name), description=description, examples=[shown])


def query(name: str, kind: type, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=description, **more)


def limit_of(what: str) -> OpenApiParameter:
    return OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT},
        description=f"{what} a page",
    )


KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="A new one, such as a UUID, for each request; the same one when you send it again.",
)
CURSOR = query("cursor", str, "from `next` of the page before")


def replayed(status: int) -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Replayed",
        str,
        OpenApiParameter.HEADER,
        response=[status],
        description="true: the reply to the same request before",
    )
