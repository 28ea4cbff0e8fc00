"""R4 Subscriptions: rest-hook with an id at most. Source: facts/interop.md 1.1 and table 2, row 14."""

from dataclasses import dataclass
from typing import Any

from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element, meta, without_empty
from records.models import EndpointState, Payload, Topic, WebhookEndpoint

# Ours: the secret that the messages are signed with, in the answer to the request that made it and never again.
SECRET_URL = "urn:nungil:StructureDefinition:webhook-secret"  # noqa: S105  a name
JSON = "application/json"
# What is kept; the rest of a Subscription either says nothing or asks for what is not done here.
_KNOWN = frozenset(
    {"resourceType", "status", "reason", "criteria", "channel", "id", "meta", "text", "language"}
)
_CHANNEL = frozenset({"type", "endpoint", "payload"})
_CRITERIA = {
    "Task": Topic.TASK,
    "Task?": Topic.TASK,
    "Task?owner=Organization/me": Topic.TASK,
    "DiagnosticReport": Topic.REPORT,
    "DiagnosticReport?": Topic.REPORT,
    "DiagnosticReport?status=final": Topic.FINAL_REPORT,
}


@dataclass(frozen=True)
class Asked:
    url: str
    topic: Topic
    payload: Payload


def read_subscription(given: Any) -> Asked:
    """What a program asks for. Raises FhirRefused: 400 for what is no Subscription, 422 for what is not done here."""
    if not isinstance(given, dict) or given.get("resourceType") != "Subscription":
        raise FhirRefused(400, "send a Subscription as a JSON object", expression="Subscription")
    channel = given.get("channel")
    if not isinstance(channel, dict):
        raise FhirRefused(400, "says where to send", expression="Subscription.channel")
    _refuse_others(given, _KNOWN, "Subscription")
    _refuse_others(channel, _CHANNEL, "Subscription.channel")
    if given.get("status") != EndpointState.REQUESTED:
        raise FhirRefused(422, "must be requested", expression="Subscription.status")
    if not isinstance(given.get("reason"), str) or not given["reason"].strip():
        raise FhirRefused(422, "must say why", expression="Subscription.reason")
    if channel.get("type") != "rest-hook":
        raise FhirRefused(422, "only rest-hook is offered", expression="Subscription.channel.type")
    if not isinstance(channel.get("endpoint"), str):
        raise FhirRefused(422, "must be an address", expression="Subscription.channel.endpoint")
    return Asked(channel["endpoint"], _topic(given.get("criteria")), _payload(channel))


def _refuse_others(given: dict[str, Any], known: frozenset[str], where: str) -> None:
    if set(given) - known:
        raise FhirRefused(422, f"only {', '.join(sorted(known))} are kept", expression=where)


def _topic(criteria: object) -> Topic:
    topic = _CRITERIA.get(criteria) if isinstance(criteria, str) else None
    if topic is None:
        raise FhirRefused(422, f"one of {', '.join(_CRITERIA)}", expression="Subscription.criteria")
    return topic


def _payload(channel: dict[str, Any]) -> Payload:
    payload = channel.get("payload")
    if payload is None:
        return Payload.EMPTY
    if payload != JSON:
        raise FhirRefused(
            422,
            f"leave it out for an empty body, or send {JSON} for the id; resources are never sent",
            expression="Subscription.channel.payload",
        )
    return Payload.ID_ONLY


def subscription(endpoint: WebhookEndpoint, *, secret: str = "") -> Element:
    """`secret` in clear only in the answer to the request that made it."""
    channel = {
        "extension": [{"url": SECRET_URL, "valueString": secret}] if secret else None,
        "type": "rest-hook",
        "endpoint": endpoint.url,
        "payload": JSON if endpoint.payload == Payload.ID_ONLY else None,
    }
    return without_empty(
        {
            "resourceType": "Subscription",
            "id": str(endpoint.public_id),
            "meta": meta(endpoint.versions, endpoint.changed_at),
            "status": str(endpoint.state),
            "reason": "to be told of changes",
            "criteria": endpoint.topics.get().topic,
            "error": "the endpoint does not answer" if endpoint.state == EndpointState.ERROR else None,
            "channel": without_empty(channel),
        }
    )
