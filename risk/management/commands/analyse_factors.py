import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from records.actor import software
from records.models import Organization
from risk.errors import RiskError
from risk.factor_selectors import register_odds
from risk.fusion.factor_table import FactorRow, factor_rows
from risk.fusion.factors import FactorOdds, global_importance
from risk.fusion.factors_real import measure_real, read_real_figures, write_real
from risk.fusion_release import FUSION_RELEASE


class Command(BaseCommand):
    help = (
        "Which factors bear on which disease: odds ratios here and published, and what the fusion leans on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", type=int, help="whose register; needed where there are several")
        parser.add_argument("--json", type=Path, help="file for all numbers")
        parser.add_argument(
            "--data", type=Path, help="measure age and sex anew on the patients of its labels.csv"
        )
        parser.add_argument(
            "--save", action="store_true", help="keep what --data measured for the portal's page"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["save"] and not options["data"]:
            raise CommandError("--save keeps what --data measures; give both")
        try:
            real = measure_real(options["data"]) if options["data"] else read_real_figures()
            shares = global_importance(settings.FUSION_RELEASES_DIR / FUSION_RELEASE)
            if options["save"]:
                write_real(real)
        except RiskError as error:
            raise CommandError(str(error)) from error
        by = software("risk.factors", _organization(options["organization"]).pk)
        rows = factor_rows(register_odds(by=by), real, shares)
        self.stdout.write("\n".join(map(_line, rows)))
        self.stdout.write(
            "here: real, this register, adjusted for age and sex; photographs: real patients of the training set; "
            f"share: of the gains of {FUSION_RELEASE}, which learnt from simulated patients"
        )
        if options["json"]:
            _write(options["json"], [asdict(row) for row in rows])


def _organization(number: int | None) -> Organization:
    found = list(Organization.objects.filter(pk=number) if number else Organization.objects.all()[:2])
    if len(found) != 1:
        raise CommandError(
            "say whose register with --organization NUMBER" if found else "there is no such organization"
        )
    return found[0]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    try:
        path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error


def _line(row: FactorRow) -> str:
    published = f"{row.published.odds_ratio:.2f} ({row.published.evidence})" if row.published else "-"
    return (
        f"{row.label}  {row.column:<24} published {published:<10} here {_odds(row.clinic):<24} "
        f"photographs {_odds(row.photographs):<24} share {row.share:.0%}"
    )


def _odds(one: FactorOdds | None) -> str:
    return f"{one.odds_ratio:.2f} ({one.low:.2f}-{one.high:.2f})" if one else "-"
