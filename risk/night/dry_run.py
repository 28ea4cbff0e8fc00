"""What a run would change, written nowhere: the plan is made and rolled back."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from records.models import Organization
from risk.domain.rescoring import Cause
from risk.models import RescoreChunk
from risk.night.basis import basis_of
from risk.night.computing import Computed, compute
from risk.night.photographs import photographs_awaited
from risk.night.register import register_of
from risk.night.runs import Scope, run_start


def dry_run(
    organization: Organization,
    scope: Scope,
    *,
    now: datetime,
    shown: Callable[[Sequence[RescoreChunk]], Iterable[RescoreChunk]] = iter,
) -> list[str]:
    """Count what would change, by cause; `shown` passes the parts on and shows how far it is. Raises as run_start."""
    with transaction.atomic():
        run = run_start(organization, scope, by="dry run", now=now)
        photographs, basis = photographs_awaited(organization.pk), basis_of(run)
        chunks = list(run.chunks.select_related("run").order_by("number"))
        transaction.set_rollback(True)
    # The plan is gone again, so that nobody waits for what it had locked.
    computed = (compute(register_of(chunk, basis), basis) for chunk in shown(chunks))
    counts = sum(map(_counted, computed), Counter[str]())
    lines = [f"{counts.pop('fused', 0)} would be fused again, {counts.pop('changed', 0)} changed"]
    lines += [f"  {count} because of {cause}" for cause, count in counts.most_common()]
    if photographs:
        lines.append(
            f"the photographs of {photographs} exams would be scored first; what follows is not in this count"
        )
    return lines


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
