"""What a run changed, counted."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q, QuerySet, Sum

from risk.models import Recall, RecallState, RescoreChange, RescoreRun


def totals_of(run: RescoreRun) -> dict[str, int]:
    """How many visits were looked at, computed, changed, left to the next run, in another band, newly overdue."""
    done = run.chunks.aggregate(
        visits=Sum("visits", default=0),
        fused=Sum("fused", default=0),
        left_out=Sum("left_out", default=0),
    )
    changes = RescoreChange.objects.filter(run=run).aggregate(
        changed=Count("pk"),
        band_changed=Count("pk", filter=Q(band_changed=True)),
        overdue=Count("pk", filter=Q(overdue=True)),
    )
    changes["overdue"] += recalls_lapsed(run).count()
    return done | changes


def recalls_lapsed(run: RescoreRun) -> QuerySet[Recall]:
    """Recalls that ran out since the run before and that are open still, of patients of whom the run changed nothing
    that made them late: time alone did. The longest overdue first.
    """
    earlier = RescoreRun.objects.filter(organization=run.organization_id, today__lt=run.today, pk__lt=run.pk)
    newest = earlier.order_by("-today").values_list("today", flat=True).first()
    ran_out = Recall.objects.filter(
        organization=run.organization_id,
        state=RecallState.OPEN,
        due_by__gte=newest or run.today - timedelta(days=1),
        due_by__lt=run.today,
        opened_at__lte=run.started_at,
    )
    told = RescoreChange.objects.filter(run=run, overdue=True)
    return ran_out.exclude(patient__in=told.values("encounter__patient")).order_by("due_by", "pk")


def causes_counted(run: RescoreRun) -> list[tuple[str, int]]:
    """How many visits changed by each first cause."""
    rows = RescoreChange.objects.filter(run=run).values_list("cause")
    return list(rows.annotate(count=Count("pk")).order_by("-count", "cause"))


def summary_lines(run: RescoreRun) -> Iterable[str]:
    """The totals in words, for a terminal."""
    totals = totals_of(run)
    yield (
        f"run {run.pk}: {totals['visits']} visits, {totals['fused']} fused again, {totals['changed']} changed, "
        f"{totals['band_changed']} in another band, {totals['overdue']} newly overdue, "
        f"{totals['left_out']} left to the next run"
    )
    for cause, count in causes_counted(run):
        yield f"  {count} because of {cause}"
