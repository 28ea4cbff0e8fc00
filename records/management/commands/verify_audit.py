from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from records.audit_export import heads_export, organizations_gone, trail_check
from records.models import Organization


class Command(BaseCommand):
    help = "Check every organization's audit trail and name the first broken or missing row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--export-heads", action="store_true", help="also append today's heads to AUDIT_HEAD_DIR"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = [line for line in map(self._check, Organization.objects.order_by("pk")) if line]
        broken += [f"organization {key}: gone, though its head was exported" for key in organizations_gone()]
        if options["export_heads"]:
            self.stdout.write(f"{heads_export(now=timezone.now())} heads exported")
        if broken:
            raise CommandError("\n".join(broken))

    def _check(self, organization: Organization) -> str | None:
        found = trail_check(organization)
        if found is None:
            self.stdout.write(f"organization {organization.pk}: the trail is whole")
            return None
        return f"organization {organization.pk}: row {found.sequence} {found.problem}"
