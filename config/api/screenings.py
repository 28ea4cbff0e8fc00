"""/api/v1/screenings: send one, read it, list them, cancel one."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import reads, replies, schema
from config.api.meta import parse_moment
from config.api.once import key_of
from config.api.paging import next_page, only_parameters, parse_cursor, parse_limit, refused_parameter
from config.api.parts import parse_parts
from config.api.problems import Place, RequestRefused, pointer
from config.api.reads import Filters
from config.api.status import ScreeningStatus
from config.api.submission import ACCEPTED, screening_submit
from config.api.views import PartnerView
from config.cancellation import case_cancel
from screening.models import PartnerScreening
from screening.services.cancellations import REASON_LONGEST


class Screenings(PartnerView):
    parser_classes = (MultiPartParser,)
    http_method_names = ("get", "head", "post")

    @property
    def body_max_bytes(self) -> int:
        return settings.API_BODY_MAX_MB * 1024 * 1024

    @extend_schema(**schema.SUBMIT)
    def post(self, request: Request) -> Response:
        only_parameters(request.query_params)
        key = key_of(request)
        given = parse_parts(request.POST, request.FILES, now=self.now)
        reply = screening_submit(
            given=given,
            key=key,
            client=self.client,
            describe=lambda screening: replies.summary(screening, request),
            now=self.now,
        )
        headers = {"Location": reply.body["links"]["self"]} | reply.headers
        return Response(reply.body, status=ACCEPTED, headers=headers)

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        filters = _filters(request.query_params)
        page = reads.screenings_of_client(filters, client=self.client, now=self.now)
        rows = [replies.summary(screening, request) for screening in page.screenings]
        following = next_page(request, page.screenings[-1].pk) if page.more else None
        return Response({"screenings": rows, "next": following})


class Screening(PartnerView):
    http_method_names = ("get", "head")

    @extend_schema(**schema.READ)
    def get(self, request: Request, public_id: UUID) -> Response:
        only_parameters(request.query_params)
        found = reads.screening_by_public_id(public_id, client=self.client, now=self.now)
        return Response(replies.whole(found, request))


class ScreeningCancel(PartnerView):
    parser_classes = (JSONParser,)
    http_method_names = ("post",)

    @extend_schema(**schema.CANCEL)
    def post(self, request: Request, public_id: UUID) -> Response:
        only_parameters(request.query_params)
        reason = _reason(request.data)
        found: PartnerScreening = reads.screening_by_public_id(public_id, client=self.client, now=self.now)
        case_cancel(encounter=found.encounter, by=self.client.actor(), now=self.now, reason=reason)
        again = reads.screening_by_public_id(public_id, client=self.client, now=self.now)
        return Response(replies.whole(again, request))


def _reason(data: object) -> str:
    reason = data.get("reason") if isinstance(data, Mapping) else None
    if not isinstance(reason, str) or not reason.strip() or len(reason) > REASON_LONGEST:
        raise _refused("reason", f"must be text of 1 to {REASON_LONGEST} characters; say why it is cancelled")
    if not reason.isprintable():
        raise _refused("reason", "must be one line of plain text")
    unknown = next((str(name) for name in data if name != "reason"), None)
    if unknown is not None:
        raise _refused(unknown, "is not known here; send reason alone")
    return reason.strip()


def _refused(name: str, advice: str) -> RequestRefused:
    return RequestRefused("content-invalid", places=[Place(pointer(name), advice)])


def _filters(given: QueryDict) -> Filters:
    only_parameters(given, "limit", "cursor", "status", "since", "external_id")
    return Filters(
        limit=parse_limit(given.get("limit")),
        before=parse_cursor(given.get("cursor")),
        status=_status(given.get("status")),
        since=_since(given.get("since")),
        external_id=_external_id(given.get("external_id")),
    )


def _status(text: str | None) -> ScreeningStatus | None:
    if text is None:
        return None
    try:
        return ScreeningStatus(text)
    except ValueError:
        raise refused_parameter("status", f"must be one of {', '.join(ScreeningStatus)}") from None


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = parse_moment(text)
    if moment is None:
        raise refused_parameter("since", "must be a moment with its offset, such as 2026-11-24T09:30:00Z")
    return moment


def _external_id(text: str | None) -> str | None:
    if text is not None and not text.isprintable():
        raise refused_parameter("external_id", "must be one line of plain text")
    return text
