"""What a program reads before its first request (SMART App Launch 2.2.0, "Conformance")."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.fhir.formats import json_alone
from config.fhir.kinds import KINDS
from config.fhir.subscriptions import SCOPE as SUBSCRIPTIONS
from config.smart.assertion import ALGORITHMS


@require_safe
@json_alone
def configuration(request: HttpRequest) -> JsonResponse:
    """Holds no data and is open to everyone."""
    return JsonResponse(
        {
            "token_endpoint": request.build_absolute_uri(reverse("smart-token")),
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "scopes_supported": [*(kind.scope for kind in KINDS.values()), SUBSCRIPTIONS],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }
    )
