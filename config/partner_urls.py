from django.urls import path

from config import partner_views

urlpatterns = [
    path("", partner_views.partners, name="partners"),
    path("make/", partner_views.partner_make, name="partner-make"),
    path("<int:client_id>/revoke/", partner_views.partner_revoke, name="partner-revoke"),
]
