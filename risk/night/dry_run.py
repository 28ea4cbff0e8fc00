"""What a run would change, written nowhere: the plan is made and rolled back."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from records.models import Organization
from risk.domain.rescoring import Cause
from risk.models import RescoreRun
from risk.night.basis import basis_of
from risk.night.computing import Computed, compute
from risk.night.photographs import photographs_awaited
from risk.night.register import register_of
from risk.night.runs import Scope, run_start


def dry_run(organization: Organization, scope: Scope, *, now: datetime) -> list[str]:
    """Count what would change, by cause. Raises as run_start does."""
    with transaction.atomic():
        run = run_start(organization, scope, by="dry run", now=now)
        photographs = photographs_awaited(organization.pk)
        counts = sum(map(_counted, _computed(run)), Counter[str]())
        transaction.set_rollback(True)
    lines = [f"{counts.pop('fused', 0)} would be fused again, {counts.pop('changed', 0)} changed"]
    lines += [f"  {count} because of {cause}" for cause, count in counts.most_common()]
    if photographs:
        lines.append(
            f"the photographs of {photographs} exams would be scored first; what follows is not in this count"
        )
    return lines


def _computed(run: RescoreRun) -> Iterator[Computed]:
    basis = basis_of(run)
    for chunk in run.chunks.select_related("run").order_by("number"):
        yield compute(register_of(chunk, basis), basis)


def _counted(computed: Computed) -> Counter[str]:
    bulk = computed.bulk
    counts = Counter({"fused": computed.fused, "changed": len(bulk.register) + len(computed.cases)})
    left = list(range(len(bulk.register)))
    for cause in Cause:  # the first of several names the change
        own = [row for row in left if bulk.causes[cause][row]]
        counts[cause.value] += len(own)
        left = [row for row in left if not bulk.causes[cause][row]]
    counts[Cause.INPUTS.value] += len(computed.cases)
    return +counts
