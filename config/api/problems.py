"""The kinds of problem, in one table; `/api/docs/problems/` shows it and every problem's `type` leads there."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from rest_framework import exceptions

PAGE = "/api/docs/problems/"


@dataclass(frozen=True)
class Problem:
    """`advice` is the detail where the case has none of its own. `raised_as`: the framework's error for it."""

    code: str
    status: int
    title: str
    advice: str
    raised_as: type[exceptions.APIException] | tuple[type[exceptions.APIException], ...] | None = None

    @property
    def type(self) -> str:
        return f"{PAGE}#{self.code}" if self.code else "about:blank"


_TABLE: tuple[Problem, ...] = (
    Problem(
        "request-invalid",
        400,
        "The request cannot be read",
        "The body, a header or a parameter is not as the schema says. Compare it with /api/schema/.",
        exceptions.ParseError,
    ),
    Problem(
        "idempotency-key-invalid",
        400,
        "The Idempotency-Key header is missing or cannot be used",
        "Send a header Idempotency-Key with 1 to 255 visible ASCII characters, such as a new UUID "
        "for each request.",
    ),
    Problem(
        "not-authenticated",
        401,
        "No valid token",
        "Send the header 'Authorization: Bearer <token>' with a token that is neither expired nor revoked. "
        "An administrator of the clinic makes one in the portal under Partners.",
        (exceptions.NotAuthenticated, exceptions.AuthenticationFailed),
    ),
    Problem(
        "forbidden",
        403,
        "Not allowed",
        "This token may not do that. Ask an administrator of the clinic.",
        exceptions.PermissionDenied,
    ),
    Problem(
        "not-found",
        404,
        "Not found",
        "Nothing of yours has this address. Check the id; a client finds only what it sent itself, or what was "
        "referred to its hospital.",
        exceptions.NotFound,
    ),
    Problem(
        "method-not-allowed",
        405,
        "This method is not offered here",
        "Use one of the methods in the Allow header.",
        exceptions.MethodNotAllowed,
    ),
    Problem(
        "not-acceptable",
        406,
        "Only JSON is offered",
        "Send 'Accept: application/json', or no Accept header.",
        exceptions.NotAcceptable,
    ),
    Problem(
        "request-under-way",
        409,
        "The same request is under way",
        "Wait as many seconds as the Retry-After header says and send the same request with the same "
        "Idempotency-Key again.",
    ),
    Problem(
        "external-id-taken",
        409,
        "This external_id was used before",
        "Each screening needs a number of its own; find the earlier one with ?external_id=.",
    ),
    Problem(
        "case-under-way",
        409,
        "The screening cannot be cancelled any more",
        "Something of it has left the clinic. Call the clinic.",
    ),
    Problem(
        "transition-refused",
        409,
        "The referral cannot take this step now",
        "Read it again and take one of the steps that are possible.",
    ),
    Problem("length-required", 411, "The length is missing", "Send the body with a Content-Length header."),
    Problem(
        "version-stale",
        412,
        "The referral changed since it was read",
        "Read it again, look at what changed, and send the answer with its new version.",
    ),
    Problem(
        "too-large",
        413,
        "The request is too large",
        "Send photographs of at most 20 MB each, as JPEG, and at most 1 MB of meta.",
    ),
    Problem(
        "media-type-unsupported",
        415,
        "The body is of a kind that is not taken here",
        "Send the content type that the schema names for this address.",
        exceptions.UnsupportedMediaType,
    ),
    Problem(
        "content-invalid",
        422,
        "A part or an answer cannot be right",
        "Correct what errors names and send the request again.",
    ),
    Problem(
        "photograph-refused",
        422,
        "A photograph cannot be used",
        "Do what errors says for each photograph and send the request again.",
    ),
    Problem(
        "consent-missing",
        422,
        "No consent to the screening",
        "Ask the patient, and send 'screening' in consent when the patient agrees.",
    ),
    Problem(
        "idempotency-key-reused",
        422,
        "This Idempotency-Key belongs to another request",
        "Use a new key for each request; send the same key only with the very same content.",
    ),
    Problem(
        "version-missing",
        428,
        "The answer does not say which version it is about",
        'Send If-Match with the ETag of the referral that was read, such as W/"3".',
    ),
    Problem(
        "rate-limited",
        429,
        "Too many requests",
        "Wait as many seconds as the Retry-After header says.",
        exceptions.Throttled,
    ),
)
PROBLEMS: dict[str, Problem] = {problem.code: problem for problem in _TABLE}

_SERVER = "Something failed on our side. Send the same request again later; if it stays, tell the clinic."


def about_blank(status: HTTPStatus) -> Problem:
    """The problem of a status that has one entry, and otherwise one that says no more than HTTP does."""
    same = [problem for problem in _TABLE if problem.status == status]
    if len(same) == 1 or status in (HTTPStatus.BAD_REQUEST,):
        return same[0]
    return Problem(
        "", status, status.phrase, _SERVER if status >= 500 else status.description or status.phrase
    )


@dataclass(frozen=True)
class Place:
    """Where in the request an error lies: a JSON pointer into the request, `#/meta/patient/mrn` or `#/right`."""

    pointer: str
    detail: str
    code: str = ""

    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


class RequestRefused(Exception):
    """A request that cannot be taken as it is; `problem` names an entry of `PROBLEMS`, `wait` is in seconds."""

    def __init__(
        self, problem: str, detail: str = "", places: Sequence[Place] = (), wait: int | None = None
    ) -> None:
        super().__init__(detail or problem)
        self.problem = problem
        self.detail = detail
        self.places = tuple(places)
        self.wait = wait


def pointer(*path: object) -> str:
    """A JSON pointer as a URI fragment (RFC 6901); a name that a stranger made up is cut short."""
    steps = (str(step)[:80].replace("~", "~0").replace("/", "~1") for step in path)
    return "#/" + "/".join(steps)
