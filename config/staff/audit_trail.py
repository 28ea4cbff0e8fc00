"""The audit trail in the admin site: to read, of the own organization."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from config.staff.own import OwnRows
from config.staff.site import site
from records.models import AuditEvent


@admin.register(AuditEvent, site=site)
class AuditTrail(OwnRows):
    list_display = ("sequence", "recorded_at", "actor", "role", "action", "entity", "detail", "reason")
    list_filter = ("action", "role")
    search_fields = ("=entity", "=actor")
    ordering = ("-sequence",)
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
