"""Subscriptions: a program subscribes, looks after what it subscribed, and ends it (config/webhooks does the rest)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from config.errors import EndpointInvalid
from config.fhir.errors import FhirRefused
from config.fhir.formats import FhirParser, PlainParser
from config.fhir.mapping.elements import Element
from config.fhir.mapping.subscriptions import read_subscription, subscription
from config.fhir.replies import answer, of_version
from config.fhir.search import refuse_search
from config.fhir.view import FhirView
from config.webhooks.endpoints import endpoint_add, endpoint_off
from config.webhooks.work import NOT_LISTED
from records.errors import RecordNotFound
from records.models import AuditAction, EndpointState, OffReason, WebhookEndpoint
from records.services import audit_record

NAME = "Subscription"
SCOPE = f"system/{NAME}.crd"
ASK_THE_CLINIC = (
    "the host of this address is not on the clinic's list for this program; ask an administrator of the clinic to put "
    "it there, then send this again"
)
# What the CapabilityStatement says of it; there is no search.
OFFERED: Element = {
    "type": NAME,
    "interaction": [{"code": code} for code in ("create", "read", "delete")],
    "versioning": "versioned",
}


class SubscriptionView(FhirView):
    def allowed(self, letter: str) -> None:
        refuse_search(self.request.query_params)
        if not self.access.allows(NAME, letter):
            raise FhirRefused(403, f"this needs the scope system/{NAME}.{letter}")

    def own(self) -> QuerySet[WebhookEndpoint]:
        """What the program subscribed by itself, also what it ended.

        What an administrator added is read on the portal's page.
        """
        return WebhookEndpoint.objects.filter(client=self.client, by_program=True)


class Subscriptions(SubscriptionView):
    http_method_names = ("post",)
    parser_classes = (FhirParser, PlainParser)

    def post(self, request: Request) -> HttpResponse:
        self.allowed("c")
        asked = read_subscription(request.data)
        by = self.client.actor()
        try:
            made = endpoint_add(
                client=self.client,
                url=asked.url,
                topics=[asked.topic],
                payload=asked.payload,
                by=by,
                now=self.now,
            )
        except EndpointInvalid as error:
            raise _refusal(error) from error
        body = subscription(made.endpoint, secret=made.secret)
        place = request.build_absolute_uri(f"/fhir/{NAME}/{made.endpoint.public_id}")
        return answer(body, status=201, headers=of_version(body) | {"Location": place})


def _refusal(error: EndpointInvalid) -> FhirRefused:
    if error.why == NOT_LISTED:
        return FhirRefused(422, ASK_THE_CLINIC, expression="Subscription.channel.endpoint")
    field = "Subscription.channel.endpoint" if error.field == "url" else "Subscription"
    return FhirRefused(409 if error.why == "taken" else 422, f"refused: {error.why}", expression=field)


class OneSubscription(SubscriptionView):
    http_method_names = ("get", "head", "delete")

    def get(self, request: Request, key: UUID) -> HttpResponse:
        self.allowed("r")
        found = self.own().filter(public_id=key).first()
        if found is None:
            raise RecordNotFound("no such subscription here")
        if found.off_reason == OffReason.DELETED:
            raise FhirRefused(410, "this program ended it; subscribe anew")
        audit_record(
            by=self.client.actor(), now=self.now, action=AuditAction.READ, entity=found, detail=f"FHIR {NAME}"
        )
        body = subscription(found)
        return answer(body, headers=of_version(body))

    @transaction.atomic
    def forget(self, ended: WebhookEndpoint) -> None:
        """What was off for another reason is the program's no more; the trail keeps the reason."""
        WebhookEndpoint.objects.filter(pk=ended.pk).update(off_reason=OffReason.DELETED)
        if ended.off_reason != OffReason.DELETED:
            audit_record(
                by=self.client.actor(),
                now=self.now,
                action=AuditAction.UPDATE,
                entity=ended,
                detail=f"FHIR {NAME} deleted; was off: {ended.off_reason}",
            )

    def delete(self, request: Request, key: UUID) -> HttpResponse:
        """204 also when it was deleted before, as FHIR has it; what never was the program's is 404."""
        self.allowed("d")
        mine = self.own().filter(public_id=key).first()
        if mine is None:
            raise RecordNotFound("no such subscription here")
        if mine.state != EndpointState.OFF:
            endpoint_off(public_id=key, by=self.client.actor(), now=self.now, reason=OffReason.DELETED)
        else:
            self.forget(mine)
        return HttpResponse(status=204)


urlpatterns: list[Any] = [
    path("Subscription", Subscriptions.as_view(), name="fhir-subscriptions"),
    path("Subscription/<uuid:key>", OneSubscription.as_view(), name="fhir-subscription"),
]
