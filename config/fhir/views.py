"""The doors of /fhir/: read and search of every kind of the table, by a program whose scopes allow it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from config.api.views import PartnerView
from config.fhir import bundles, reading
from config.fhir.answering import task_update
from config.fhir.authentication import Access, AccessToken, PerProgram, ProgramsOnly
from config.fhir.errors import FhirRefused, exception_handler, refusal
from config.fhir.formats import FORMATS, FhirParser, FhirRenderer, JpegRenderer, PlainParser
from config.fhir.including import included, read_includes
from config.fhir.kinds import KINDS, Kind
from config.fhir.mapping.submitted import read_transaction
from config.fhir.mapping.transaction import kinds_of
from config.fhir.replies import answer, of_version
from config.fhir.search import read_page, read_search
from config.fhir.submitting import answer_of, patient_create, screening_submit
from config.fhir.versions import history, version
from records.models import PartnerClient


class FhirView(PartnerView):
    """A view whose errors are OperationOutcomes. `kind` comes from the address."""

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

    def kind_for(self, name: str, letter: str, *, versions: bool = False) -> Kind:
        """The kind, when it offers the interaction and the token's scopes allow it."""
        kind = KINDS[name]
        if letter not in kind.letters or (versions and not kind.keeps_versions):
            raise exceptions.MethodNotAllowed(self.request.method)
        if not self.access.allows(name, letter):
            raise FhirRefused(403, f"this needs the scope system/{name}.{letter}")
        return kind


class Instance(FhirView):
    http_method_names = ("get", "head", "put")
    parser_classes = (FhirParser, PlainParser)
    renderer_classes = (FhirRenderer, JSONRenderer, JpegRenderer)

    def get(self, request: Request, kind: str, key: str) -> HttpResponse:
        found = self.kind_for(kind, "r")
        read_search(request.query_params, {})
        resource = reading.resource_by_id(found, key, client=self.client, now=self.now)
        if kind == "Binary" and self.wants_bytes(request):
            return reading.photograph_bytes(resource)
        return answer(resource, headers=of_version(resource))

    def put(self, request: Request, kind: str, key: str) -> HttpResponse:
        self.kind_for(kind, "u")
        read_search(request.query_params, {})
        seen = request.headers.get("If-Match", "")
        resource = task_update(request.data, key, seen, client=self.client, now=self.now)
        return answer(resource, headers=of_version(resource))

    def wants_bytes(self, request: Request) -> bool:
        return "_format" not in request.query_params and "json" not in request.headers.get("Accept", "")


class History(FhirView):
    http_method_names = ("get", "head")

    def get(self, request: Request, kind: str, key: str) -> HttpResponse:
        found = self.kind_for(kind, "r", versions=True)
        read_search(request.query_params, {})
        versions = history(kind, key, client=self.client, now=self.now)
        return answer(bundles.history(request.build_absolute_uri(), found, versions))


class Version(FhirView):
    http_method_names = ("get", "head")

    def get(self, request: Request, kind: str, key: str, number: str) -> HttpResponse:
        self.kind_for(kind, "r", versions=True)
        read_search(request.query_params, {})
        resource = version(kind, key, number, client=self.client, now=self.now)
        return answer(resource, headers=of_version(resource))


class Search(FhirView):
    http_method_names = ("get", "head", "post")
    parser_classes = (FhirParser, PlainParser)

    def get(self, request: Request, kind: str) -> HttpResponse:
        found = self.kind_for(kind, "s")
        given = request.query_params
        conditions = [read_search(given, source.readers()) for source in found.sources]
        page, includes = read_page(given), read_includes(given, found)
        if found.needs and not any(name in given for name in found.needs):
            raise FhirRefused(400, f"search by one of {', '.join(found.needs)}")
        for _, led_to in includes:
            self.kind_for(led_to.name, "r")
        hits = reading.search(found, conditions, page, asked=given, client=self.client, now=self.now)
        more = included(hits.resources, includes, client=self.client, now=self.now)
        return answer(bundles.searchset(request, hits, more))

    def post(self, request: Request, kind: str) -> HttpResponse:
        self.kind_for(kind, "c")
        read_search(request.query_params, {})
        condition = request.headers.get("If-None-Exist", "")
        made = patient_create(request.data, condition, client=self.client, now=self.now)
        here = f"{request.build_absolute_uri(request.path)}/{made.resource['id']}"
        headers = of_version(made.resource) | {"Location": here}
        return answer(made.resource, status=201 if made.fresh else 200, headers=headers)


class Transaction(FhirView):
    http_method_names = ("post",)
    parser_classes = (FhirParser, PlainParser)

    @property
    def body_max_bytes(self) -> int:
        """As many photographs as REST takes, in base64."""
        return settings.API_BODY_MAX_MB * 1024 * 1024 * 4 // 3

    def post(self, request: Request) -> HttpResponse:
        read_search(request.query_params, {})
        for kind in sorted(kinds_of(request.data)):
            if not self.access.allows(kind, "c"):
                raise FhirRefused(403, f"this needs the scope system/{kind}.c")
        given = read_transaction(request.data, organization_id=self.client.organization_id, now=self.now)
        made, fresh = screening_submit(given, client=self.client, now=self.now)
        return answer(answer_of(given, made, fresh=fresh))


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Every address under /fhir/ that is none."""
    return refusal(404)
