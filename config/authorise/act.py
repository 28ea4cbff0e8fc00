"""One decision from a form: checked, stored, or answered with what keeps it from being stored."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.authorise.waiting import alert_values
from config.reason_words import alert_words
from pharmacy.errors import (
    OutOfStock,
    OverrideUnfounded,
    PrescriptionChanged,
    PrescriptionClosed,
    SafetyStops,
    WarningSignsOpen,
)
from records.errors import ConsentMissing
from referrals.errors import (
    AppointmentMissing,
    FindingWithAHospital,
    HospitalFixed,
    HospitalMissing,
    IllegalTransition,
    PlaceTaken,
    ReferralChanged,
)

MEANWHILE = (
    PrescriptionChanged,
    PrescriptionClosed,
    OverrideUnfounded,
    ReferralChanged,
    IllegalTransition,
    HospitalFixed,
)
Show = Callable[..., HttpResponse]
# What the decision lacks, and what another fact stands against.
LACKING: Mapping[type[Exception], LazyText] = {
    ConsentMissing: gettext_lazy(
        "The patient has not agreed to share their data. Ask, and record the consent first."
    ),
    WarningSignsOpen: gettext_lazy("Ask about the warning signs first. If there is one, refuse."),
    OutOfStock: gettext_lazy("No usable pack is in the machine. Stock it first, or refuse."),
    HospitalMissing: gettext_lazy("Choose a hospital first."),
}
STANDS_AGAINST: Mapping[type[Exception], LazyText] = {
    FindingWithAHospital: gettext_lazy(
        "Another referral of this visit is with a hospital for the same finding. End that one first."
    ),
    AppointmentMissing: gettext_lazy(
        "No appointment is booked whose time has come. Write the appointment down first."
    ),
    PlaceTaken: gettext_lazy("Others took the places meanwhile. Try again."),
}


def decide(
    request: HttpRequest,
    form: forms.Form,
    *,
    store: Callable[[dict[str, Any]], object],
    show: Show,
    meanwhile: Callable[[], str],
    done: str,
    back: tuple[str, int],
) -> HttpResponse:
    """Store what the form says and go back to the page; what was typed is shown again on any refusal.

    Parameters
    ----------
    store : the service, called with the cleaned form.
    show : renders the page with `form`, `notice` and a status.
    meanwhile : what somebody else did first, in words.
    """
    if not form.is_valid():
        return show(form=form, notice="", status=422)
    try:
        store(form.cleaned_data)
    except MEANWHILE:
        return show(form=form, notice=meanwhile(), status=409)
    except SafetyStops as stopped:
        # No alert of another medicine: the check at the release is of the one that is released.
        stops = " ".join(alert_words(alert_values(alert)) for alert in stopped.alerts)
        notice = _("A safety check stops this medicine now: %(stops)s") % {"stops": stops}
        return show(form=form, notice=notice, status=422)
    except tuple(LACKING) as refused:
        return show(form=form, notice=str(LACKING[type(refused)]), status=422)
    except tuple(STANDS_AGAINST) as refused:
        return show(form=form, notice=str(STANDS_AGAINST[type(refused)]), status=409)
    messages.success(request, done)
    return redirect(back[0], back[1])
