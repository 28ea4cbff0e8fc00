"""The CapabilityStatement, made from the table that the router uses: it states what is there and nothing more."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.fhir.kinds import KINDS, Kind
from config.fhir.mapping.elements import TERMINOLOGY, Element, concept
from config.fhir.replies import answer
from config.fhir.subscriptions import OFFERED

PUBLISHED = datetime(2026, 11, 27, tzinfo=UTC)
_INTERACTIONS = {"r": "read", "u": "update", "s": "search-type"}
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """Holds no data and is open to everyone."""
    return answer(
        statement(request.build_absolute_uri("/fhir"), request.build_absolute_uri(reverse("smart-token")))
    )


def statement(base: str, token: str) -> Element:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED.isoformat(),
        "kind": "instance",
        "software": {"name": "Nungil", "version": "0.1.0"},
        "implementation": {
            "description": "Eye screening; evaluation only, not a medical device",
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(token),
                "resource": [*(_resource(k) for k in KINDS.values()), OFFERED],
            }
        ],
    }


def _security(token: str) -> Element:
    """`oauth-uris` although it is deprecated: one client in use finds the token endpoint by it alone."""
    address = {"url": OAUTH_URIS, "extension": [{"url": "token", "valueUri": token}]}
    return {
        "extension": [address],
        "service": [concept(f"{TERMINOLOGY}restful-security-service", "SMART-on-FHIR")],
        "description": "SMART Backend Services; see .well-known/smart-configuration",
    }


def _resource(kind: Kind) -> Element:
    parameters = [{"name": name, "type": what} for name, (what, _) in kind.parameters.items()]
    searched: Element = {"searchParam": [{"name": "_id", "type": "token"}, *parameters]}
    return {
        "type": kind.name,
        "interaction": [{"code": _INTERACTIONS[letter]} for letter in kind.letters],
        "versioning": "versioned",
    } | (searched if "s" in kind.letters else {})
