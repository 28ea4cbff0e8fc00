import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening.imaging.scaling.budget import Budget, BudgetInvalid, Tried, largest, try_phis
from screening.imaging.scaling.grid import steps
from screening.imaging.scaling.plot import plot
from screening.imaging.scaling.report import (
    as_json,
    budget_json,
    constraint_text,
    count_rows,
    rows_text,
    steps_text,
    tried_text,
)
from screening.imaging.scaling.tables import FAMILIES

_PHIS = tuple(float(phi) for phi in range(8))


class Command(BaseCommand):
    help = (
        "Compound scaling: every network of the paper by one function beside the paper's numbers; "
        "with a budget, the largest phi that fits this machine. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", type=Path, metavar="OUT", help="write every number to this file")
        parser.add_argument("--plot", type=Path, metavar="PNG", help="draw multiply-adds to this file")
        parser.add_argument("--family", choices=sorted(FAMILIES), default="efficientnet", help="for a budget")
        parser.add_argument("--budget-flops", type=float, help="multiply-adds of one picture, as 1e9")
        parser.add_argument("--budget-ms", type=float, help="milliseconds of one picture on this CPU")
        parser.add_argument("--budget-mb", type=float, help="peak memory of the process, in megabytes")
        parser.add_argument("--phi-step", type=float, default=0.5)
        parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._report(options)
        except BudgetInvalid as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"cannot write {error.filename}: {error.strerror}") from error

    def _report(self, options: dict[str, Any]) -> None:
        limits = (options["budget_flops"], options["budget_ms"], options["budget_mb"])
        budget = Budget(*limits) if any(limit is not None for limit in limits) else None
        rows, scaled = count_rows(), steps(_PHIS)
        self.stdout.write(rows_text(rows) + "\n\n" + constraint_text() + "\n\n" + steps_text(scaled))
        content = as_json(rows, scaled)
        if options["plot"]:
            plot(rows, scaled, options["plot"])
        if budget is not None:
            content["budget"] = budget_json(options["family"], budget, self._fit(budget, options))
        if options["json"]:
            options["json"].write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    def _fit(self, budget: Budget, options: dict[str, Any]) -> list[Tried]:
        family, threads = options["family"], options["threads"]
        self.stdout.write(
            f"\nLargest phi of {family} on this machine, {threads} threads, one picture at a time:"
        )
        tried = []
        for each in try_phis(budget, family, step=options["phi_step"], threads=threads):
            self.stdout.write("  " + tried_text(each))
            tried.append(each)
        if budget.needs_a_run and (load := os.getloadavg()[0]) > threads:
            self.stdout.write(f"  load was {load:.1f} on {threads} threads: an idle machine is faster")
        chosen = largest(tried)
        self.stdout.write(f"  phi = {chosen.phi:g}" if chosen else "  none fits, not even phi = 0")
        return tried
