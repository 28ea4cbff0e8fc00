"""The admin site stands behind the same door as every other page."""

from collections.abc import Callable
from typing import Any

from allauth.account.views import logout
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records import session
from records.actor import Actor
from records.guard import members_only, refuse
from records.models import Role

View = Callable[..., HttpResponse]


class StaffSite(AdminSite):
    site_header = site_title = _("Nungil: staff")
    index_title = _("Colleagues and audit trail")
    enable_nav_sidebar = False

    def admin_view(self, view: View, *args: Any, **kwargs: Any) -> View:
        inner = super().admin_view(view, *args, **kwargs)

        @members_only(Role.ADMINISTRATOR)
        def guarded(request: HttpRequest, *args: Any, by: Actor, **kwargs: Any) -> HttpResponse:
            request.actor = by
            response = inner(request, *args, **kwargs)
            # Within the guard, so that times are those of the organization.
            return response.render() if hasattr(response, "render") else response

        return guarded

    def has_permission(self, request: HttpRequest) -> bool:
        """Only inside the guard is there a membership; being Django's superuser opens nothing."""
        membership = getattr(request, "membership", None)
        is_administrator = membership is not None and membership.role == Role.ADMINISTRATOR
        return is_administrator and request.user.is_active and request.user.is_staff

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not request.user.is_authenticated:
            return session.ask_to_sign_in(request)
        return refuse(request, gettext("You may not manage staff. Another administrator can let you."))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return logout(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


site = StaffSite()
