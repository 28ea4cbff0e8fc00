"""What a run changed, counted."""

from collections.abc import Iterable

from django.db.models import Count, Q, Sum

from risk.models import RescoreChange, RescoreRun


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
    return done | changes


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
