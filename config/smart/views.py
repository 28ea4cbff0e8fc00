"""The token endpoint (RFC 6749, RFC 7523). It answers in OAuth's words, whatever door the token is for."""

import logging
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.api.authentication import address_of
from config.api.throttling import spend
from config.incoming import body_up_to
from config.smart.assertion import AssertionRefused, Proved, prove, read_claimed
from records.errors import AssertionReplayed
from records.models import PartnerKey
from records.scopes import granted
from records.selectors import partner_key
from records.services import backend_token_issue

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
FORM_MAX_BYTES = 16 * 1024
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PARAMETERS = ("grant_type", "client_assertion_type", "client_assertion")


@csrf_exempt
@body_up_to(FORM_MAX_BYTES)
@sensitive_post_parameters("client_assertion")
@require_POST
def token(request: HttpRequest) -> JsonResponse:
    """An access token for a signed assertion; its tenant is that of the registered client."""
    now = timezone.now()
    if fault := _form_fault(request):
        return fault
    try:
        key, proved = _proved(request, now)
        scopes = granted(request.POST.get("scope", ""), key.service.scopes)
        if not scopes:
            return _error("invalid_scope", "none of these scopes is registered for this client")
        if fault := _too_many(key, now):
            return fault
        made = backend_token_issue(
            key=key, jti=proved.jti, assertion_expires_at=proved.expires_at, scopes=scopes, now=now
        )
    except (AssertionRefused, AssertionReplayed) as refused:
        return _refused(request, str(refused), now)
    seconds = int(made.lasts.total_seconds())
    granted_now = {"token_type": "bearer", "expires_in": seconds, "scope": made.scopes}
    return _reply({"access_token": made.token} | granted_now)


def _proved(request: HttpRequest, now: datetime) -> tuple[PartnerKey, Proved]:
    assertion = request.POST["client_assertion"]
    claimed = read_claimed(assertion)
    key = partner_key(claimed.client_id, claimed.key_id, now=now)
    if key is None or key.algorithm != claimed.algorithm:
        raise AssertionRefused("no such client with such a key and alg is registered")
    audience = request.build_absolute_uri(reverse("smart-token"))
    proved = prove(assertion, public_jwk=key.jwk, algorithm=key.algorithm, audience=audience, now=now)
    return key, proved


def _form_fault(request: HttpRequest) -> JsonResponse | None:
    if request.content_type != FORM:
        return _error("invalid_request", f"send a form as {FORM}")
    twice = [name for name, values in request.POST.lists() if len(values) > 1]
    missing = [name for name in PARAMETERS if not request.POST.get(name)]
    if twice or missing:
        return _error("invalid_request", f"send each of {', '.join(PARAMETERS)} once")
    if request.POST["grant_type"] != "client_credentials":
        return _error("unsupported_grant_type", "use client_credentials")
    if request.POST["client_assertion_type"] != JWT_BEARER:
        return _error("invalid_request", f"client_assertion_type must be {JWT_BEARER}")
    return None


def _too_many(key: PartnerKey, now: datetime) -> JsonResponse | None:
    """Counted only once the signature is checked: nobody spends the tokens of another."""
    limit = settings.API_TOKENS_PER_MINUTE
    allowance = spend(f"tokens:{key.service.client_id}", limit=limit, seconds=now.timestamp())
    if not allowance.spent:
        return None
    why = "too many tokens; use each for as long as it lasts"
    return _error("invalid_request", why, status=429, wait=allowance.ends_in)


def _refused(request: HttpRequest, why: str, now: datetime) -> JsonResponse:
    """A good assertion is never counted here: nobody is locked out by a neighbour behind the same proxy."""
    logger.info("An assertion was refused: %s", why)
    allowance = spend(
        f"wrong-assertions:{address_of(request)}",
        limit=settings.API_WRONG_TOKENS_PER_MINUTE,
        seconds=now.timestamp(),
    )
    if allowance.spent:
        return _error("invalid_client", "too many wrong assertions", status=429, wait=allowance.ends_in)
    return _error("invalid_client", why, status=401)


def _error(code: str, description: str, *, status: int = 400, wait: int = 0) -> JsonResponse:
    reply = _reply({"error": code, "error_description": description}, status)
    if wait:
        reply.headers["Retry-After"] = str(wait)
    return reply


def _reply(body: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})
