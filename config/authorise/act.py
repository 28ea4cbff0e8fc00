"""One decision from a form: checked, stored, or answered with what keeps it from being stored."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

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
from referrals.errors import HospitalFixed, HospitalMissing, IllegalTransition, ReferralChanged

MEANWHILE = (
    PrescriptionChanged,
    PrescriptionClosed,
    OverrideUnfounded,
    ReferralChanged,
    IllegalTransition,
    HospitalFixed,
)
Show = Callable[..., HttpResponse]


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
    except ConsentMissing:
        notice = _("The patient has not agreed to share their data. Ask, and record the consent first.")
        return show(form=form, notice=notice, status=422)
    except WarningSignsOpen:
        notice = _("Ask about the warning signs first. If there is one, refuse.")
        return show(form=form, notice=notice, status=422)
    except SafetyStops as stopped:
        # No alert of another medicine: the check at the release is of the one that is released.
        stops = " ".join(alert_words(alert_values(alert)) for alert in stopped.alerts)
        notice = _("A safety check stops this medicine now: %(stops)s") % {"stops": stops}
        return show(form=form, notice=notice, status=422)
    except OutOfStock:
        notice = _("No usable pack is in the machine. Stock it first, or refuse.")
        return show(form=form, notice=notice, status=422)
    except HospitalMissing:
        return show(form=form, notice=_("Choose a hospital first."), status=422)
    messages.success(request, done)
    return redirect(back[0], back[1])
