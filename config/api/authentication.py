"""Who calls: a partner's program, known by its bearer token alone. No session, no cookie, no password."""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.api.throttling import spend
from records.models import PartnerClient
from records.selectors import partner_client_by_token_hash
from records.services import partner_client_used
from records.services.partners import token_hash

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """`request.auth` becomes the client; there is no user."""

    def authenticate(self, request: Request) -> tuple[None, PartnerClient] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        now = request.parser_context["view"].now
        known = scheme.lower() == SCHEME.lower() and token.strip()
        client = partner_client_by_token_hash(token_hash(token.strip()), now=now) if known else None
        if client is None:
            raise wrong_token(request, now.timestamp())
        partner_client_used(client=client, now=now)
        return None, client

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Nungil API"'


def wrong_token(request: Request, seconds: float) -> exceptions.APIException:
    """A good token is never counted here: nobody is locked out by a neighbour behind the same proxy."""
    allowance = spend(
        f"wrong-tokens:{address_of(request._request)}",
        limit=settings.API_WRONG_TOKENS_PER_MINUTE,
        seconds=seconds,
    )
    if allowance.spent:
        return exceptions.Throttled(wait=allowance.ends_in)
    return exceptions.AuthenticationFailed()


def address_of(request: HttpRequest) -> str:
    """Whose guess it is, behind as many proxies as signing in trusts; empty where nobody can tell."""
    try:
        return ratelimit.get_ip(request)
    except PermissionDenied:
        return ""


class PartnersOnly(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, PartnerClient)
