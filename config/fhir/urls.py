from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from config.fhir import subscriptions
from config.fhir.capability import metadata
from config.fhir.creating import Transaction
from config.fhir.kinds import KINDS
from config.fhir.views import History, Instance, Search, Version, nothing
from config.smart.configuration import configuration


class OfferedKind(StringConverter):
    regex = "|".join(KINDS)


class ResourceId(StringConverter):
    """FHIR R4, data type id."""

    regex = r"[A-Za-z0-9\-.]{1,64}"


register_converter(OfferedKind, "fhir_kind")
register_converter(ResourceId, "fhir_id")

urlpatterns = [
    path(".well-known/smart-configuration", configuration, name="smart-configuration"),
    path("", Transaction.as_view(), name="fhir-transaction"),
    path("metadata", metadata, name="fhir-metadata"),
    *subscriptions.urlpatterns,
    path("<fhir_kind:kind>", Search.as_view(), name="fhir-search"),
    path("<fhir_kind:kind>/<fhir_id:key>", Instance.as_view(), name="fhir-instance"),
    path("<fhir_kind:kind>/<fhir_id:key>/_history", History.as_view(), name="fhir-history"),
    path("<fhir_kind:kind>/<fhir_id:key>/_history/<fhir_id:number>", Version.as_view(), name="fhir-version"),
    re_path(".+", nothing, name="fhir-nothing"),
]
