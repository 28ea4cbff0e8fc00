"""How a resource is written: JSON alone, under either of its names; the bytes of a photograph as they are."""

from typing import IO, Any

from rest_framework import exceptions
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import JSONRenderer

from config.fhir.mapping.images import JPEG

FORMATS = ("json", "application/json", "application/fhir+json")


class FhirRenderer(JSONRenderer):
    media_type = "application/fhir+json"


class JpegRenderer(JSONRenderer):
    """Negotiates only: the bytes of a photograph are sent as they are."""

    media_type, format = JPEG, "jpeg"


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
