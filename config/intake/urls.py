from django.urls import path

from config import paths  # noqa: F401 - the kinds of keys
from config.intake import consents, patients, photographs, progress, questionnaire

VISIT = "<uuid:public_id>/"
PATIENT = "patients/<uuid:public_id>/"

urlpatterns = [
    path("", patients.intake, name="intake"),
    path("search/", patients.search, name="intake-search"),
    path("register/", patients.register, name="intake-register"),
    path(PATIENT, consents.patient, name="intake-patient"),
    path(f"{PATIENT}details/", patients.amend, name="intake-amend"),
    path(f"{PATIENT}withdraw/", consents.consent_withdraw, name="intake-consent-withdraw"),
    path(VISIT, progress.visit, name="intake-visit"),
    path(f"{VISIT}questions/", questionnaire.questions, name="intake-questions"),
    path(f"{VISIT}red-flags/", questionnaire.red_flags, name="intake-red-flags"),
    path(f"{VISIT}photographs/", photographs.photographs, name="intake-photographs"),
    path(f"{VISIT}photographs/receive/", photographs.receive, name="intake-receive"),
    path(f"{VISIT}photographs/use/", photographs.use, name="intake-use"),
    path(f"{VISIT}photographs/set-aside/", photographs.set_aside, name="intake-set-aside"),
    path(f"{VISIT}photographs/take-back/", photographs.take_back, name="intake-take-back"),
    path(f"{VISIT}photographs/<sha256:sha256>.jpg", photographs.preview, name="intake-preview"),
    path(f"{VISIT}submit/", progress.submit, name="intake-submit"),
    path(f"{VISIT}not-done/", progress.not_done, name="intake-not-done"),
    path(f"{VISIT}progress/", progress.progress, name="intake-progress"),
    path(f"{VISIT}again/", progress.again, name="intake-again"),
]
