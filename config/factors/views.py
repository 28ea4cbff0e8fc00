"""Which factors bear on which disease, in this clinic and as published."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.factors.forest import HEIGHT, TICKS, WIDTH, across, tables_of
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from risk.factor_selectors import PATIENTS, register_odds
from risk.fusion.factor_table import factor_rows
from risk.fusion.factors import ADJUSTED_FOR, OUTCOMES_PER_FACTOR, global_importance
from risk.fusion.factors_real import read_real_figures
from risk.fusion_release import FUSION_RELEASE

ROLES = (Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)


@require_safe
@members_only(*ROLES)
def factors(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Odds ratios of the clinic's register beside published ones; sums over patients, nobody's own record."""
    shares = global_importance(settings.FUSION_RELEASES_DIR / FUSION_RELEASE)
    rows = factor_rows(register_odds(by=by), read_real_figures(), shares)
    context = {
        "tables": tables_of(rows),
        "width": WIDTH,
        "height": HEIGHT,
        "ticks": [(across(tick), tick) for tick in TICKS],
        "none_here": not any(row.clinic for row in rows),
        "patients": PATIENTS,
        "needed": (1 + len(ADJUSTED_FOR)) * OUTCOMES_PER_FACTOR,
    }
    return render(request, "config/factors/factors.html", context)
