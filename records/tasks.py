from celery import shared_task
from django.utils import timezone

from records import audit_export


@shared_task(name="records.export_audit_heads")
def export_audit_heads(**_: object) -> None:
    audit_export.heads_export(now=timezone.now())
