"""How often people decide otherwise than the software proposed."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config.authorise.counting import Counts, decisions_counted
from config.work_list_address import FIRST_DAY, LAST_DAY
from pharmacy.override_selectors import override_statistics
from pharmacy.texts import MEDICINES
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from risk.domain.overrides import Tally

READERS = (Role.PHYSICIAN, Role.PHARMACIST, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
DEFAULT_DAYS = 90


class PeriodForm(forms.Form):
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}), required=False
    )
    until = forms.DateField(
        label=gettext_lazy("To"), widget=forms.DateInput({"type": "date"}), required=False
    )


@require_safe
@members_only(*READERS)
def statistics(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = PeriodForm(request.GET)
    form.is_valid()
    since, until = _period(form.cleaned_data, timezone.localdate())
    zone = ZoneInfo(request.membership.organization.time_zone)
    counts = decisions_counted(
        since=_midnight(since, zone), until=_midnight(until + timedelta(days=1), zone), by=by
    )
    shown = PeriodForm(initial={"since": since.isoformat(), "until": until.isoformat()})
    context = {
        "form": shown,
        "counts": counts,
        "groups": _groups(counts),
        "overrides": override_statistics(
            by=by, since=_midnight(since, zone), until=_midnight(until + timedelta(days=1), zone)
        ),
        "unknown": [str(form.fields[name].label) for name in form.errors],
    }
    return render(request, "config/authorise/statistics.html", context)


def _period(given: dict[str, date | None], today: date) -> tuple[date, date]:
    """The days asked for; a day that no calendar of ours has is as good as none."""
    until = _within(given.get("until")) or today
    return _within(given.get("since")) or max(FIRST_DAY, until - timedelta(days=DEFAULT_DAYS)), until


def _within(day: date | None) -> date | None:
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _groups(counts: Counts) -> list[tuple[str, list[dict[str, Any]]]]:
    groups = (
        (_("Medicines"), [_row(one, str(MEDICINES.get(one.key, one.key))) for one in counts.medicines]),
        (_("Safety rules that fired"), [_row(one, one.key) for one in counts.alerts]),
        (_("Hospitals proposed first"), [_row(one, one.key) for one in counts.hospitals]),
        (_("Rules behind referrals"), [_row(one, one.key) for one in counts.rules]),
    )
    return [(title, rows) for title, rows in groups if rows]


def _row(one: Tally, name: str) -> dict[str, Any]:
    """With the lengths of its bar in whole percent."""
    low, high = one.interval or (0.0, 0.0)
    return {
        "one": one,
        "name": name,
        "low": low,
        "high": high,
        "bar": round((one.share or 0) * 100),
        "from": round(low * 100),
        "to": round(high * 100),
    }
