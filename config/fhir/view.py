"""What every address under /fhir/ shares."""

from typing import Any

from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from config.api.views import PartnerView
from config.fhir.authentication import Access, AccessToken, PerProgram, ProgramsOnly
from config.fhir.errors import FhirRefused, exception_handler
from config.fhir.formats import FORMATS, FhirRenderer
from config.fhir.kinds import KINDS, Kind
from records.models import PartnerClient


class FhirView(PartnerView):
    """A view whose errors are OperationOutcomes. `kind` comes from the address."""

    body_max_bytes = 1024 * 1024
    authentication_classes = (AccessToken,)
    permission_classes = (ProgramsOnly,)
    throttle_classes = (PerProgram,)
    renderer_classes = (FhirRenderer, JSONRenderer)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.query_params.get("_format", FORMATS[0]) not in FORMATS:
            raise exceptions.NotAcceptable

    @property
    def access(self) -> Access:
        return self.request.auth

    @property
    def client(self) -> PartnerClient:
        return self.access.client

    def kind_for(self, name: str, letter: str) -> Kind:
        """The kind, when it offers the interaction and the token's scopes allow it."""
        kind = KINDS[name]
        if letter not in kind.letters:
            raise exceptions.MethodNotAllowed(self.request.method)
        if not self.access.allows(name, letter):
            raise FhirRefused(403, f"this needs the scope system/{name}.{letter}")
        return kind
