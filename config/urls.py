from django.urls import include, path
from django.views.i18n import set_language

from config import views

handler429 = "config.account.too_many"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("config.account_urls")),
    path("api/", include("config.api.urls")),
    path("partners/", include("config.partner_urls")),
    path("language/", set_language, name="set_language"),
    path("membership/", views.membership_choose, name="membership-choose"),
    path("", include("config.work_list_urls")),
    path("cases/", include("config.case_urls")),
]
