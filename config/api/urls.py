from django.urls import path, re_path

from config.api import docs
from config.api.screenings import Screening, ScreeningCancel, Screenings

urlpatterns = [
    path("v1/screenings", Screenings.as_view(), name="api-screenings"),
    path("v1/screenings/<uuid:public_id>", Screening.as_view(), name="api-screening"),
    path("v1/screenings/<uuid:public_id>/cancel", ScreeningCancel.as_view(), name="api-screening-cancel"),
    path("schema/", docs.schema, name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("docs/problems/", docs.problems, name="api-problems"),
    re_path("", docs.nothing, name="api-nothing"),
]
