"""A form of a hospital's page into the service that stores it, and the services' refusals into its words."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.hospitals.forms import PlacesForm
from records.actor import Actor
from referrals import services
from referrals.errors import HospitalInvalid, HospitalMisplaced, WeekOverdrawn
from referrals.importers.coordinates import PlaceFault
from referrals.models import Hospital
from risk.domain.urgency import Urgency

SIMPLE: Mapping[str, Callable[..., object]] = {
    "about": services.hospital_amend,
    "hours": services.hospital_open,
    "departments": services.hospital_departments,
    "closed": services.hospital_close_days,
    "equipment": services.hospital_equip,
    "languages": services.hospital_speak,
    "insurances": services.hospital_insure,
    "access": services.hospital_access,
}


MISPLACED: Mapping[str, LazyText] = {
    PlaceFault.NO_DEGREES: gettext_lazy(
        "Type latitude and longitude as degrees with a point, such as 37.5665 and 126.9780."
    ),
    PlaceFault.ZERO: gettext_lazy(
        "Zero stands for a place that nobody entered. Look the hospital up on a map."
    ),
    PlaceFault.SWAPPED: gettext_lazy("Latitude and longitude are swapped. Exchange the two."),
    PlaceFault.OUTSIDE: gettext_lazy(
        "This place is outside the country of your clinic. Look the hospital up on a map again."
    ),
}
_TELEPHONE = gettext_lazy(
    "Only digits, spaces and hyphens, such as 02-123-4567, with + before a country's code."
)
FAULTS: Mapping[str, LazyText] = {
    "name": gettext_lazy("A hospital of this name is known here already. Correct that one instead."),
    "phone": _TELEPHONE,
    "emergency_phone": _TELEPHONE,
}


def told(what: str, form: Any, one: Hospital, *, by: Actor, now: datetime) -> bool:
    """Store a valid form; False, with words beside the field, where it cannot be. Raises HospitalChanged."""
    key = {"hospital_id": one.pk, "by": by, "now": now}
    if what == "week":
        return _week(form, key)
    try:
        if what == "offer":
            services.offer_set(places=form.places, seen=form.seen, **key)
        else:
            SIMPLE[what](**getattr(form, "given", form.cleaned_data), **key)
    except HospitalInvalid as error:
        refuse_beside(form, error, error.field)
        return False
    return True


def _week(form: PlacesForm, key: dict[str, Any]) -> bool:
    """Those urgencies of the week that were changed, all or none; an emptied one stays as it is."""
    monday, seen = form.cleaned_data["monday"], form.seen
    changed = {
        urgency: count
        for urgency, count in form.places.items()
        if count is not None and count != seen[urgency]
    }
    with transaction.atomic():
        for urgency, count in changed.items():
            if not _week_told(form, monday, urgency, count, seen[urgency], key):
                transaction.set_rollback(True)
                break
        return not form.errors


def _week_told(
    form: PlacesForm, monday: date, urgency: Urgency, count: int, seen: int | None, key: dict[str, Any]
) -> bool:
    try:
        with transaction.atomic():
            services.week_set(monday=monday, urgency=urgency, places=count, seen=seen, **key)
    except HospitalInvalid as error:
        refuse_beside(form, error, urgency.value if error.field == "places" else error.field)
        return False
    return True


def refuse_beside(form: forms.Form, error: HospitalInvalid, field: str) -> None:
    """The words of a refusal beside the field, or above the form where that is not shown."""
    visible = field in form.fields and not form.fields[field].widget.is_hidden
    form.add_error(field if visible else None, _words(error))


def _words(error: HospitalInvalid) -> str:
    if isinstance(error, WeekOverdrawn):
        taken = {"taken": error.taken}
        return _("Of this week %(taken)s are taken already. Enter at least so many.") % taken
    if isinstance(error, HospitalMisplaced):
        return str(MISPLACED[error.fault])
    if error.field in FAULTS:
        return str(FAULTS[error.field])
    if error.field.startswith("day_"):
        return _("Two spans of this day overlap. Make them one.")
    if error.field == "days":
        return _("A day lies in the past. Leave only days to come.")
    if error.field == "monday":
        return _("This week cannot be told any more. Choose another one.")
    return _("This cannot be stored as it is. Look at it again.")
