from django.urls import path

from config import case_views, measurement_views, needs_views, paths  # noqa: F401 - the kinds of keys

urlpatterns = [
    path("<uuid:public_id>/", case_views.case, name="case"),
    path("<uuid:public_id>/look/", case_views.case_look, name="case-look"),
    path("<uuid:public_id>/result/", case_views.patient_result, name="patient-result"),
    path("<uuid:public_id>/measurements/", measurement_views.measurements, name="case-measurements"),
    path("<uuid:public_id>/needs/", needs_views.needs, name="case-needs"),
    path("<uuid:public_id>/cancel/", case_views.case_cancel, name="case-cancel"),
    path("<uuid:public_id>/photographs/<sha256:sha256>.jpg", case_views.photograph, name="photograph"),
    path(
        "<uuid:public_id>/photographs/<sha256:sha256>/grey.jpg",
        case_views.photograph_grey,
        name="photograph-grey",
    ),
    path(
        "<uuid:public_id>/photographs/<str:sha256>/maps/<str:release>/<str:label>.png",
        case_views.photograph_map,
        name="photograph-map",
    ),
]
