"""Who calls: a program with an access token of the token endpoint. The REST token opens nothing here."""

from dataclasses import dataclass
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.api.authentication import SCHEME, wrong_token
from config.api.throttling import PerClient
from records.models import PartnerClient
from records.scopes import allows, granted
from records.selectors import backend_token_by_hash
from records.services import partner_client_used
from records.services.partners import token_hash


@dataclass(frozen=True)
class Access:
    client: PartnerClient
    scopes: str

    def allows(self, kind: str, letter: str) -> bool:
        return allows(self.scopes, kind, letter)


class AccessToken(BaseAuthentication):
    """`request.auth` becomes the Access; there is no user."""

    def authenticate(self, request: Request) -> tuple[None, Access] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        now = request.parser_context["view"].now
        known = scheme.lower() == SCHEME.lower() and token.strip()
        row = backend_token_by_hash(token_hash(token.strip()), now=now) if known else None
        if row is None:
            raise wrong_token(request, now.timestamp())
        service = row.key.service
        partner_client_used(client=service.client, now=now)
        # A scope that was taken from the service since the token was made is gone from the token too.
        return None, Access(service.client, granted(row.scopes, service.scopes))

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Nungil FHIR"'


class ProgramsOnly(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Access)


class PerProgram(PerClient):
    """As for REST, counted apart from a client's requests there."""

    def counted(self, request: Request) -> str:
        return f"fhir:{request.auth.client.pk}"
