"""/api/v1/referrals: what was referred to the hospital that a client speaks for, and the hospital's answers."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import referral_reads, referral_replies, referral_schema
from config.api.meta import parse_moment
from config.api.once import key_of, once
from config.api.paging import next_page, only_parameters, parse_cursor, parse_limit, refused_parameter
from config.api.referral_answers import (
    Read,
    answer_take,
    digest_of,
    read_accept,
    read_appointment,
    read_complete,
    read_no_show,
    read_reject,
    read_resume,
    version_of,
)
from config.api.referral_reads import Filters, patient_in_sight, referral_by_id, state_seen
from config.api.views import PartnerView
from config.letter.contents import letter_language
from config.letter.keeping import letter_paper
from config.letter.views import address_at, paper_answer
from records.errors import RecordNotFound
from records.models import Language
from referrals.domain.status import UNSENT, ReferralStatus
from risk.domain.urgency import Urgency

STATUSES = tuple(str(status) for status in ReferralStatus if status not in UNSENT)
ANSWERED = 200


class Referrals(PartnerView):
    http_method_names = ("get", "head")

    @extend_schema(**referral_schema.LIST)
    def get(self, request: Request) -> Response:
        filters = _filters(request.query_params)
        page = referral_reads.referrals_of_client(filters, client=self.client, now=self.now)
        rows = [referral_replies.summary(row, request) for row in page.referrals]
        following = next_page(request, page.referrals[-1].pk) if page.more else None
        return Response({"referrals": rows, "next": following})


class Referral(PartnerView):
    http_method_names = ("get", "head")

    @extend_schema(**referral_schema.READ)
    def get(self, request: Request, referral_id: int) -> Response:
        only_parameters(request.query_params)
        row = referral_by_id(referral_id, client=self.client, now=self.now)
        patient = patient_in_sight(row, client=self.client)
        body = referral_replies.whole(row, request, patient=patient)
        return Response(body, headers={"ETag": referral_replies.etag_of(row)})


class ReferralAnswer(PartnerView):
    """One step of the hospital. The reply says nothing of the person, since it is kept for a day (ADR 9)."""

    http_method_names = ("post",)
    parser_classes = (JSONParser,)
    read: Read

    def post(self, request: Request, referral_id: int) -> Response:
        only_parameters(request.query_params)
        key, version = key_of(request), version_of(request)
        answer = type(self).read(request.data)
        row = referral_by_id(referral_id, client=self.client, now=self.now)

        def make() -> dict[str, Any]:
            answer_take(
                answer,
                referral_id=row.pk,
                status=row.status,
                seen=state_seen(row, version),
                client=self.client,
                now=self.now,
            )
            after = referral_by_id(row.pk, client=self.client, now=self.now)
            return referral_replies.summary(after, request)

        reply = once(
            make,
            key=key,
            content_sha256=digest_of(request, version),
            status=ANSWERED,
            client=self.client,
            now=self.now,
        )
        headers = {"ETag": f'W/"{reply.body["version"]}"'} | reply.headers
        return Response(reply.body, headers=headers)


class ReferralAccept(ReferralAnswer):
    read = staticmethod(read_accept)

    @extend_schema(**referral_schema.ACCEPT)
    def post(self, request: Request, referral_id: int) -> Response:
        return super().post(request, referral_id)


class ReferralReject(ReferralAnswer):
    read = staticmethod(read_reject)

    @extend_schema(**referral_schema.REJECT)
    def post(self, request: Request, referral_id: int) -> Response:
        return super().post(request, referral_id)


class ReferralComplete(ReferralAnswer):
    read = staticmethod(read_complete)

    @extend_schema(**referral_schema.COMPLETE)
    def post(self, request: Request, referral_id: int) -> Response:
        return super().post(request, referral_id)


class ReferralAppointment(ReferralAnswer):
    read = staticmethod(read_appointment)

    @extend_schema(**referral_schema.APPOINTMENT)
    def post(self, request: Request, referral_id: int) -> Response:
        return super().post(request, referral_id)


class ReferralNoShow(ReferralAnswer):
    read = staticmethod(read_no_show)

    @extend_schema(**referral_schema.NO_SHOW)
    def post(self, request: Request, referral_id: int) -> Response:
        return super().post(request, referral_id)


class ReferralResume(ReferralAnswer):
    read = staticmethod(read_resume)

    @extend_schema(**referral_schema.RESUME)
    def post(self, request: Request, referral_id: int) -> Response:
        return super().post(request, referral_id)


class PdfRenderer(JSONRenderer):
    """Negotiates only: the letter is sent as it is kept."""

    media_type, format = "application/pdf", "pdf"


class ReferralLetter(PartnerView):
    http_method_names = ("get", "head")
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(**referral_schema.LETTER)
    def get(self, request: Request, referral_id: int) -> HttpResponse:
        only_parameters(request.query_params, "language")
        wanted = _one_of("language", request.query_params.get("language"), tuple(Language.values))
        row = referral_by_id(referral_id, client=self.client, now=self.now, what="letter")
        if patient_in_sight(row, client=self.client) is None:
            raise RecordNotFound("no such letter here; check the number")
        paper = letter_paper(
            row,
            language=letter_language(row, wanted or ""),
            address=address_at(request),
            by=self.client.actor(),
            now=self.now,
        )
        return paper_answer(paper)


def _filters(given: QueryDict) -> Filters:
    only_parameters(given, "limit", "cursor", "status", "urgency", "changed_since")
    return Filters(
        limit=parse_limit(given.get("limit")),
        before=parse_cursor(given.get("cursor")),
        status=_one_of("status", given.get("status"), STATUSES),
        urgency=_one_of("urgency", given.get("urgency"), tuple(map(str, Urgency))),
        changed_since=_moment(given.get("changed_since")),
    )


def _one_of(name: str, text: str | None, known: tuple[str, ...]) -> str | None:
    if text is not None and text not in known:
        raise refused_parameter(name, f"must be one of {', '.join(known)}")
    return text


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = parse_moment(text)
    if moment is None:
        raise refused_parameter(
            "changed_since", "must be a moment with its offset, such as 2026-11-24T09:30:00Z"
        )
    return moment
