"""Colleagues in the admin site: accounts, names and roles of the administrator's own organization."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.staff.forms import ColleagueForm, PasswordSetForm, RoleForm
from config.staff.own import OwnRows
from config.staff.site import site
from records.models import AuditAction, Membership, Practitioner, Role
from records.services import colleague_add


@admin.register(User, site=site)
class Accounts(OwnRows, UserAdmin):
    """Somebody who also works elsewhere is only looked at: a password set here would open that place too."""

    organization_path = "practitioner__memberships__organization_id"
    list_display = ("username", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "practitioner__name")
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("username", "password", "is_active", "is_staff")}),)
    add_fieldsets = ((None, {"fields": ("username", "name", "role", "password1", "password2")}),)
    add_form = ColleagueForm
    change_password_form = PasswordSetForm
    actions = ("second_factor_forget",)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not _elsewhere(request, [obj]))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody shuts themselves out."""
        return ("is_active", "is_staff") if obj == request.user else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            return super().save_model(request, obj, form, change)
        role = form.cleaned_data["role"]
        obj.is_staff = role == Role.ADMINISTRATOR
        super().save_model(request, obj, form, change)
        name = form.cleaned_data["name"]
        colleague_add(user=obj, name=name, role=role, by=request.actor, now=timezone.now())
        return None

    @admin.action(description=_("Remove the second factor, for somebody who lost theirs"))
    @transaction.atomic
    def second_factor_forget(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        chosen = list(queryset)
        if _elsewhere(request, chosen):
            messages.error(request, gettext("Somebody of these also works elsewhere. Nothing was changed."))
            return
        Authenticator.objects.filter(user__in=chosen).delete()
        for user in chosen:
            self.audit(request, user, AuditAction.UPDATE, "second factor removed")
        messages.success(request, gettext("The second factor is removed. They set up a new one at sign-in."))


def _elsewhere(request: HttpRequest, users: list[User]) -> bool:
    """Whether any of them works in another organization too."""
    theirs = Membership.objects.filter(practitioner__user__in=users, active=True)
    return theirs.exclude(organization_id=request.actor.organization_id).exists()


@admin.register(Practitioner, site=site)
class Names(OwnRows):
    organization_path = "memberships__organization_id"
    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Practitioner | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or not _elsewhere(request, [obj.user])
        )


@admin.register(Membership, site=site)
class Roles(OwnRows):
    list_display = ("practitioner", "role", "active")
    list_filter = ("role", "active")
    list_select_related = ("practitioner",)
    search_fields = ("practitioner__name",)
    fields = ("practitioner", "role", "active")
    form = RoleForm

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """A role once given is ended, never made into another; nobody ends their own."""
        if obj is None:
            return ()
        own = obj.practitioner.user_id == request.user.pk
        return ("practitioner", "role", "active") if own else ("practitioner", "role")

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[RoleForm]:
        form = super().get_form(request, *args, **kwargs)
        form.organization_id = request.actor.organization_id
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        here = Membership.objects.filter(organization_id=request.actor.organization_id)
        kwargs["queryset"] = Practitioner.objects.filter(pk__in=here.values("practitioner")).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # noqa: FBT001
        obj.organization_id = request.actor.organization_id
        super().save_model(request, obj, form, change)
        if obj.active and obj.role == Role.ADMINISTRATOR:
            User.objects.filter(practitioner=obj.practitioner_id).update(is_staff=True)
