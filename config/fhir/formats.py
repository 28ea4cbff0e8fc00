"""How a resource is written: JSON alone, under either of its names; the bytes of a Binary as they are."""

from collections.abc import Callable
from functools import wraps
from typing import IO, Any

from django.http import HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import JSONRenderer

from config.fhir.errors import refusal
from config.fhir.mapping.images import JPEG

FORMATS = ("json", "application/json", "application/fhir+json")


def json_alone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view beside Django REST framework, which says the same to who takes no JSON: 406."""

    @wraps(view)
    def negotiated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("_format", FORMATS[0]) in FORMATS
        if wanted and any(request.accepts(one) for one in FORMATS if "/" in one):
            return view(request, *args, **kwargs)
        return refusal(406)

    return negotiated


class FhirRenderer(JSONRenderer):
    media_type = "application/fhir+json"


class JpegRenderer(JSONRenderer):
    """Negotiates only: the bytes of a Binary are sent as they are."""

    media_type, format = JPEG, "jpeg"


class PngRenderer(JpegRenderer):
    media_type, format = "image/png", "png"


class PdfRenderer(JpegRenderer):
    media_type, format = "application/pdf", "pdf"


class FhirParser(JSONParser):
    media_type = "application/fhir+json"

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise exceptions.ParseError from error


class PlainParser(FhirParser):
    media_type = "application/json"


class PatchParser(FhirParser):
    """RFC 6902."""

    media_type = "application/json-patch+json"


class JpegParser(BaseParser):
    """The bytes of a photograph as they are; the gate says what they hold."""

    media_type = JPEG

    def parse(self, stream: IO[bytes], *args: Any, **kwargs: Any) -> bytes:
        return stream.read()


class PngParser(JpegParser):
    media_type = "image/png"
