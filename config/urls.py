from django.urls import include, path
from django.views.i18n import set_language

from config import clinic_views, theme, views
from config.fhir.creating import Transaction
from config.smart.views import token
from config.staff.urls import urls as staff

handler400 = "config.error_pages.bad_request"
handler429 = "config.account.too_many"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("config.account_urls")),
    path("api/", include("config.api.urls")),
    path("oauth/token", token, name="smart-token"),
    path("fhir", Transaction.as_view(), name="fhir-base"),
    path("fhir/", include("config.fhir.urls")),
    path("clinic/", clinic_views.clinic, name="clinic"),
    path("partners/", include("config.partner_urls")),
    path("partners/programs/", include("config.programs.urls")),
    path("partners/webhooks/", include("config.webhooks.urls")),
    path("admin/", staff),
    path("language/", set_language, name="set_language"),
    path("theme/", theme.theme_choose, name="theme"),
    path("membership/", views.membership_choose, name="membership-choose"),
    path("", include("config.work_list_urls")),
    path("cases/", include("config.case_urls")),
    path("cases/", include("config.orders.urls")),
    path("intake/", include("config.intake.urls")),
    path("authorise/", include("config.authorise.urls")),
    path("authorise/camp/", include("config.camp.urls")),
    path("hospitals/", include("config.hospitals.urls")),
    path("referrals/", include("config.board.urls")),
    path("contacts/", include("config.contacts.urls")),
    path("handouts/", include("config.handout.urls")),
    path("letters/", include("config.letter.urls")),
    path("kiosk/", include("config.kiosk.urls")),
    path("hand-over/", include("config.dispense.urls")),
    path("grading/", include("config.grading_urls")),
    path("limits/", include("config.limits.urls")),
    path("nights/", include("config.nights.urls")),
    path("factors/", include("config.factors.urls")),
    path("stock/", include("config.stock.urls")),
    path("watch/", include("config.watch.urls")),
]
