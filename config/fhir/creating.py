"""What programs send: one resource to its type, or a whole screening as a transaction."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpResponse
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from config.fhir.errors import FhirRefused
from config.fhir.formats import FhirParser, JpegParser, PlainParser, PngParser
from config.fhir.mapping.given import PHOTOGRAPH_LONGEST
from config.fhir.mapping.submitted import read_transaction
from config.fhir.mapping.transaction import kinds_of
from config.fhir.ordering import order_create
from config.fhir.registering import patient_create
from config.fhir.replies import answer, of_version
from config.fhir.search import refuse_search
from config.fhir.sent import Created, Sent
from config.fhir.submitting import answer_of, screening_submit
from config.fhir.uploading import binary_create, media_create
from config.fhir.view import FhirView

CREATE: Mapping[str, Callable[..., Created]] = {
    "Patient": patient_create,
    "Media": media_create,
    "Binary": binary_create,
    "ServiceRequest": order_create,
}
WITH_PHOTOGRAPH = ("Media", "Binary")


class Creating(FhirView):
    """`post` of a type."""

    @property
    def body_max_bytes(self) -> int:
        more = PHOTOGRAPH_LONGEST if self.kwargs["kind"] in WITH_PHOTOGRAPH else 0
        return super().body_max_bytes + more

    def get_parsers(self) -> list[BaseParser]:
        bytes_too = (JpegParser(), PngParser()) if self.kwargs["kind"] == "Binary" else ()
        return [FhirParser(), PlainParser(), *bytes_too]

    def post(self, request: Request, kind: str) -> HttpResponse:
        self.kind_for(kind, "c")
        refuse_search(request.query_params)
        base = request.build_absolute_uri("/fhir")
        sent = Sent(request.data, request.headers.get("If-None-Exist", ""), base)
        made = CREATE[kind](sent, client=self.client, now=self.now)
        headers = of_version(made.resource) | {"Location": f"{base}/{kind}/{made.resource['id']}"}
        return answer(made.resource, status=201 if made.fresh else 200, headers=headers)


class Transaction(FhirView):
    http_method_names = ("post",)
    parser_classes = (FhirParser, PlainParser)

    @property
    def body_max_bytes(self) -> int:
        """As many photographs as REST takes, in base64."""
        return settings.API_BODY_MAX_MB * 1024 * 1024 * 4 // 3

    def post(self, request: Request) -> HttpResponse:
        refuse_search(request.query_params)
        for kind in sorted(kinds_of(request.data)):
            if not self.access.allows(kind, "c"):
                raise FhirRefused(403, f"this needs the scope system/{kind}.c")
        given = read_transaction(request.data, organization_id=self.client.organization_id, now=self.now)
        made, fresh = screening_submit(given, client=self.client, now=self.now)
        return answer(answer_of(given, made, fresh=fresh))
