"""What all pages of the admin site share: rows of the own organization, and an audit row for every change."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from records.models import AuditAction
from records.services import audit_record


class OwnRows(admin.ModelAdmin):
    """`organization_path` leads from the model to its organization. Nothing is ever deleted here."""

    organization_path = "organization_id"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        own = {self.organization_path: request.actor.organization_id}
        # As a subquery: a person with two roles here is one row.
        rows = super().get_queryset(request)
        return rows.filter(pk__in=self.model._default_manager.filter(**own).values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> HttpResponse:
        raise Http404

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        self.audit(request, obj, AuditAction.CREATE)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        changed = [name for part in message for name in part.get("changed", {}).get("fields", [])]
        self.audit(request, obj, AuditAction.UPDATE, ", ".join(changed)[:200])

    def audit(self, request: HttpRequest, obj: models.Model, action: AuditAction, detail: str = "") -> None:
        audit_record(by=request.actor, now=timezone.now(), action=action, entity=obj, detail=detail)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What happened to a row stands in the audit trail, and only there."""
        query = urlencode({"entity": f"{self.opts.label_lower}:{object_id}"})
        return HttpResponseRedirect(f"{reverse('admin:records_auditevent_changelist')}?{query}")
