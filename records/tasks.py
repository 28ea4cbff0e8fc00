from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from records import audit_export, services


@shared_task(name="records.export_audit_heads")
def export_audit_heads(**_: object) -> None:
    audit_export.heads_export(now=timezone.now())


@shared_task(name="records.forget_replies")
def forget_replies(**_: object) -> None:
    services.replies_forget(now=timezone.now())


@shared_task(name="records.forget_tokens")
def forget_tokens(**_: object) -> None:
    services.backend_tokens_forget(now=timezone.now())


@shared_task(name="records.forget_found_patients")
def forget_found_patients(**_: object) -> None:
    services.found_patients_forget(now=timezone.now())


@shared_task(name="records.clear_sessions")
def clear_sessions(**_: object) -> None:
    call_command("clearsessions")
