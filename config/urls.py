from django.urls import include, path
from django.views.i18n import set_language

from config import views

handler429 = "config.account.too_many"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("config.account_urls")),
    path("language/", set_language, name="set_language"),
    path("membership/", views.membership_choose, name="membership-choose"),
    path("cases/", views.cases, name="cases"),
    path("cases/<uuid:public_id>/", views.case, name="case"),
    path("cases/<uuid:public_id>/photographs/<str:sha256>.jpg", views.photograph, name="photograph"),
    path("recalls/", views.recalls, name="recalls"),
    path("failed-work/", views.failed_work, name="failed-work"),
    path("failed-work/<int:item_id>/retry/", views.failed_work_retry, name="failed-work-retry"),
]
