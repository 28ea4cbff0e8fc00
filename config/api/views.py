"""What every address of the API shares: the clock, the limit of a body, English words, headers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from rest_framework.request import Request
from rest_framework.views import APIView

from config.api.problems import RequestRefused
from config.api.throttling import Allowance
from config.incoming import body_up_to
from records.models import PartnerClient

JSON_MAX_BYTES = 64 * 1024


class PartnerView(APIView):
    """A view for partners. `now` is when the request began."""

    body_max_bytes = JSON_MAX_BYTES
    now: datetime
    allowance: Allowance | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        """Who calls is known before the body is read, and its length judged then."""
        return body_up_to(None)(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.now = timezone.now()
        # Errors are for programmers and codes for programs: one language, whatever the library asks for.
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or ""
        if request.META.get("HTTP_TRANSFER_ENCODING") and not length:
            raise RequestRefused("length-required")
        if length.isdecimal() and int(length) > self.body_max_bytes:
            raise RequestRefused("too-large")

    def finalize_response(
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", "en")
        for name, value in (self.allowance.headers() if self.allowance else {}).items():
            response.headers[name] = value
        return response

    @property
    def client(self) -> PartnerClient:
        return self.request.auth
