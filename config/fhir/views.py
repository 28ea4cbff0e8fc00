"""The doors of /fhir/: read and search of every kind of the table, by a program whose scopes allow it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from config.fhir import bundles, reading
from config.fhir.answering import task_patch, task_update
from config.fhir.creating import Creating
from config.fhir.errors import refusal
from config.fhir.formats import (
    FhirParser,
    FhirRenderer,
    JpegRenderer,
    PatchParser,
    PdfRenderer,
    PlainParser,
    PngRenderer,
)
from config.fhir.including import included, read_includes
from config.fhir.mapping.elements import Element
from config.fhir.replies import answer, of_version
from config.fhir.search import check_need, read_page, read_search, refuse_search
from config.fhir.versions import history, version
from config.fhir.view import FhirView


class Instance(FhirView):
    http_method_names = ("get", "head", "put", "patch")
    renderer_classes = (FhirRenderer, JSONRenderer, JpegRenderer, PngRenderer, PdfRenderer)

    def get_parsers(self) -> list[BaseParser]:
        return [PatchParser()] if self.request.method == "PATCH" else [FhirParser(), PlainParser()]

    def get(self, request: Request, kind: str, key: str) -> HttpResponse:
        found = self.kind_for(kind, "r")
        refuse_search(request.query_params)
        resource = reading.resource_by_id(found, key, client=self.client, now=self.now)
        if kind == "Binary" and self.wants_bytes(request):
            return reading.binary_bytes(resource)
        return answer(resource, headers=of_version(resource))

    def put(self, request: Request, kind: str, key: str) -> HttpResponse:
        return self._answered(task_update, request, kind, key)

    def patch(self, request: Request, kind: str, key: str) -> HttpResponse:
        return self._answered(task_patch, request, kind, key)

    def _answered(self, take: Callable[..., Element], request: Request, kind: str, key: str) -> HttpResponse:
        self.kind_for(kind, "u")
        refuse_search(request.query_params)
        seen = request.headers.get("If-Match", "")
        resource = take(request.data, key, seen, client=self.client, now=self.now)
        return answer(resource, headers=of_version(resource))

    def wants_bytes(self, request: Request) -> bool:
        return "_format" not in request.query_params and "json" not in request.headers.get("Accept", "")


class History(FhirView):
    http_method_names = ("get", "head")

    def get(self, request: Request, kind: str, key: str) -> HttpResponse:
        found = self.kind_for(kind, "r")
        refuse_search(request.query_params)
        versions = history(kind, key, client=self.client, now=self.now)
        return answer(bundles.history(request.build_absolute_uri(request.path), found, key, versions))


class Version(FhirView):
    http_method_names = ("get", "head")

    def get(self, request: Request, kind: str, key: str, number: str) -> HttpResponse:
        self.kind_for(kind, "r")
        refuse_search(request.query_params)
        resource = version(kind, key, number, client=self.client, now=self.now)
        return answer(resource, headers=of_version(resource))


class Search(Creating):
    http_method_names = ("get", "head", "post")

    def get(self, request: Request, kind: str) -> HttpResponse:
        found = self.kind_for(kind, "s")
        given = request.query_params
        conditions = [read_search(given, source.readers()) for source in found.sources]
        page, includes = read_page(given), read_includes(given, found)
        check_need(given, found.needs)
        for _, led_to in includes:
            self.kind_for(led_to.name, "r")
        hits = reading.search(found, conditions, page, asked=given, client=self.client, now=self.now)
        more = included(hits.resources, includes, client=self.client, now=self.now)
        return answer(bundles.searchset(request, hits, more))


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Every address under /fhir/ that is none."""
    return refusal(404)
