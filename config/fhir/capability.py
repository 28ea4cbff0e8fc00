"""The CapabilityStatement, made from the table that the router uses: it states what is there and nothing more."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.fhir.formats import json_alone
from config.fhir.kinds import KINDS, Kind
from config.fhir.mapping.elements import TERMINOLOGY, Element, concept, without_empty
from config.fhir.replies import answer
from config.fhir.subscriptions import OFFERED

PUBLISHED = datetime(2026, 11, 28, tzinfo=UTC)
_INTERACTIONS = {"c": ("create",), "r": ("read",), "u": ("update", "patch"), "s": ("search-type",)}
CONDITIONAL = ("Patient", "ServiceRequest")
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


@require_safe
@json_alone
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
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(token),
                "resource": [*(_resource(k) for k in KINDS.values()), OFFERED],
                "interaction": [{"code": "transaction"}],
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
    return without_empty(
        {
            "type": kind.name,
            "interaction": [{"code": code} for code in _interactions(kind)],
            "documentation": kind.documentation,
            "versioning": "versioned",
            "conditionalCreate": kind.name in CONDITIONAL or None,
            "readHistory": kind.keeps_versions,
            "searchInclude": [f"{kind.name}:{name}" for name in kind.includes],
            "searchParam": _parameters(kind),
        }
    )


def _interactions(kind: Kind) -> list[str]:
    """Every version in force is a history of one; `readHistory` says where there is more."""
    told = [code for letter in kind.letters for code in _INTERACTIONS[letter]]
    return [*told, "vread", "history-instance"]


def _parameters(kind: Kind) -> list[Element]:
    if "s" not in kind.letters:
        return []
    return [{"name": name, "type": what} for name, what in {"_id": "token", **kind.parameters}.items()]
