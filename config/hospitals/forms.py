"""The forms of a hospital's page, one for each thing that people tell of it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.hospitals.about_forms import AmendForm, DepartmentsForm, HoursForm, about_shown, hours_shown
from config.hospitals.page import PLANNED, closed_days, offers_of
from config.hospitals.words import ACCESS, LANGUAGES
from config.intake.dates import read_date
from referrals.domain.capabilities import Capability
from referrals.models import Hospital
from referrals.services.hospitals import PLACES_MAX
from referrals.texts import CAPABILITIES, INSURANCES
from risk.domain.urgency import Urgency
from risk.texts import URGENCIES

NAME_LONGEST = Hospital._meta.get_field("name").max_length
YES_NO = {"": None, "yes": True, "no": False}


class ListForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the hospital"), max_length=NAME_LONGEST, required=False
    )
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class PlacesForm(forms.Form):
    """Places of each urgency that can be planned, and what the reader saw of them; empty: not known."""

    monday = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for urgency in PLANNED:
            self.fields[urgency.value] = forms.IntegerField(
                label=URGENCIES[urgency],
                min_value=0,
                max_value=PLACES_MAX,
                required=False,
                widget=forms.NumberInput({"class": "short", "inputmode": "numeric"}),
            )
            self.fields[f"seen_{urgency}"] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def places(self) -> dict[Urgency, int | None]:
        return {urgency: self.cleaned_data[urgency.value] for urgency in PLANNED}

    @property
    def seen(self) -> dict[Urgency, int | None]:
        return {urgency: self.cleaned_data[f"seen_{urgency}"] for urgency in PLANNED}


def places_shown(places: Mapping[Urgency, int | None]) -> dict[str, int | None]:
    """As initial data, and as they were seen."""
    shown: dict[str, int | None] = {urgency.value: count for urgency, count in places.items()}
    return shown | {f"seen_{urgency}": count for urgency, count in places.items()}


class ClosedForm(forms.Form):
    days = forms.CharField(
        label=gettext_lazy("Days on which it is closed"),
        help_text=gettext_lazy("One day a line, such as 2027-02-08. Public holidays are known."),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_days(self) -> list[date]:
        lines = [line for line in re.split(r"[\n,;]+", self.cleaned_data["days"]) if line.strip()]
        read = [(line.strip(), read_date(line)) for line in lines]
        for line, day in read:
            if day is None:
                raise ValidationError(_("“%(line)s” is no date. Write one day a line.") % {"line": line})
        return [day for _line, day in read if day is not None]


class Several(forms.MultipleChoiceField):
    """Boxes; none ticked: not known."""

    widget = forms.CheckboxSelectMultiple


class LanguagesForm(forms.Form):
    languages = Several(
        label=gettext_lazy("Languages spoken with patients"),
        help_text=gettext_lazy("None ticked: not known."),
        choices=LANGUAGES.items,
        required=False,
    )


class InsurancesForm(forms.Form):
    classes = Several(
        label=gettext_lazy("Insurance that it takes"),
        help_text=gettext_lazy("None ticked: not known."),
        choices=INSURANCES.items,
        required=False,
    )


class EquipmentForm(forms.Form):
    capabilities = Several(
        label=gettext_lazy("Equipment and procedures"),
        help_text=gettext_lazy("Only what is ticked counts when a hospital is looked for."),
        choices=CAPABILITIES.items,
        required=False,
    )

    def clean_capabilities(self) -> list[Capability]:
        return [Capability(code) for code in self.cleaned_data["capabilities"]]


class AccessForm(forms.Form):
    wheelchair = forms.ChoiceField(
        label=gettext_lazy("Wheelchair"),
        choices=[("", ACCESS[None]), ("yes", ACCESS[True]), ("no", ACCESS[False])],
        required=False,
    )

    def clean_wheelchair(self) -> bool | None:
        return YES_NO[self.cleaned_data["wheelchair"]]


FORMS: Mapping[str, type[forms.Form]] = {
    "about": AmendForm,
    "hours": HoursForm,
    "departments": DepartmentsForm,
    "offer": PlacesForm,
    "week": PlacesForm,
    "closed": ClosedForm,
    "equipment": EquipmentForm,
    "languages": LanguagesForm,
    "insurances": InsurancesForm,
    "access": AccessForm,
}


def known(what: str, one: Hospital, today: date) -> dict[str, Any]:
    """What a form shows of what is stored."""
    if what == "about":
        return about_shown(one)
    if what == "hours":
        return dict(hours_shown(one))
    if what == "offer":
        return places_shown(offers_of(one))
    if what == "closed":
        return {"days": "\n".join(day.isoformat() for day in closed_days(one, today))}
    if what == "access":
        return {"wheelchair": {True: "yes", False: "no", None: ""}[one.wheelchair_access]}
    rows = {"equipment": "capabilities", "languages": "languages", "insurances": "insurances"}
    rows["departments"] = "specialties"
    names = {"equipment": "capabilities", "languages": "languages", "insurances": "classes"}
    names["departments"] = "codes"
    if what in rows:
        return {names[what]: list(getattr(one, rows[what]).values_list("code", flat=True))}
    return {}
