"""A partner's program at the FHIR door: its keys, the assertions that it signs, and its calls."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from records import services
from records.models import BackendService, Organization, PartnerClient, Role
from tests.factories import partners
from tests.factories import records as cast

TOKEN = "/oauth/token"
AUDIENCE = "http://testserver/oauth/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EVERYTHING = "system/Patient.rs system/Task.rus"
_number = count(1)


def ec_key(kid: str = "") -> ECKey:
    return ECKey.generate_key("P-384", {"kid": kid or f"ec-{next(_number)}", "alg": "ES384"})


def rsa_key(kid: str = "", bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": kid or f"rsa-{next(_number)}", "alg": "RS384"})


def jwks(*keys: ECKey | RSAKey) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


@dataclass
class Backend:
    """`audience` is the address of the token endpoint as the program knows it."""

    service: BackendService
    key: ECKey | RSAKey
    algorithm: str = "ES384"
    audience: str = AUDIENCE
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def client(self) -> PartnerClient:
        return self.service.client

    def claims(self, **changes: Any) -> dict[str, Any]:
        """None takes a claim out."""
        me = str(self.service.public_id)
        now = int(timezone.now().timestamp())
        whole = {"iss": me, "sub": me, "aud": self.audience, "exp": now + 240, "jti": str(uuid4())} | changes
        return {name: value for name, value in whole.items() if value is not None}

    def assertion(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        whole = {"alg": self.algorithm, "typ": "JWT", "kid": self.key.kid} | (header or {})
        # json.dumps escapes what is not ASCII, so that a lone surrogate can be signed as well.
        payload = json.dumps(self.claims(**claims)).encode()
        return jws.serialize_compact(whole, payload, self.key, algorithms=[self.algorithm])

    def ask(self, assertion: str = "", **form: Any) -> HttpResponse:
        whole = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion or self.assertion(),
        } | form
        given = "&".join(f"{name}={value}" for name, value in whole.items() if value is not None)
        return self.browser.post(TOKEN, given, content_type="application/x-www-form-urlencoded")

    def token(self, scope: str | None = None) -> str:
        reply = self.ask(scope=scope)
        assert reply.status_code == 200, reply.content
        return str(reply.json()["access_token"])


def backend(
    organization: Organization,
    *,
    scopes: str = EVERYTHING,
    key: ECKey | RSAKey | None = None,
    client: PartnerClient | None = None,
    **more: Any,
) -> Backend:
    """`client`: one that has its token of REST already."""
    client = client or partners.token(organization)[0]
    key = key or ec_key()
    service = services.backend_service_register(
        client_id=client.pk,
        jwks=jwks(key),
        scopes=scopes,
        by=cast.actor(organization, Role.ADMINISTRATOR),
        now=timezone.now(),
    )
    algorithm = "RS384" if isinstance(key, RSAKey) else "ES384"
    return Backend(service, key, algorithm, **more)
