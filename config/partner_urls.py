from django.urls import path

from config import partner_views

urlpatterns = [
    path("", partner_views.partners, name="partners"),
    path("make/", partner_views.partner_make, name="partner-make"),
    path("<int:client_id>/revoke/", partner_views.partner_revoke, name="partner-revoke"),
    path("<int:client_id>/hosts/", partner_views.host_add, name="partner-host-add"),
    path(
        "<int:client_id>/hosts/<int:host_id>/remove/", partner_views.host_remove, name="partner-host-remove"
    ),
]
