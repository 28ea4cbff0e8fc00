"""The forms of what directories tell of a hospital: its name and place, its departments, and when it is open."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.hospitals.hours_typed import read_spans
from config.hospitals.page import clock, day_name
from config.hospitals.words import KINDS, SPECIALTIES
from referrals.domain.capabilities import Capability
from referrals.domain.hours import HOLIDAY, OpenSpan
from referrals.importers.cells import ADDRESS_MAX, NAME_MAX, PHONE_MAX
from referrals.models import Hospital
from referrals.services.about import About, about_digest, about_of
from referrals.texts import CAPABILITIES

DAYS = range(1, HOLIDAY + 1)


def _degrees(label: LazyText, such_as: LazyText) -> forms.CharField:
    """Text, so that what was typed comes back as it was, with words that say what is wrong with it."""
    attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
    return forms.CharField(label=label, help_text=such_as, max_length=24, widget=forms.TextInput(attributes))


def _telephone(label: LazyText) -> forms.CharField:
    attributes = {"type": "tel", "autocomplete": "off", "class": "short"}
    return forms.CharField(
        label=label, max_length=PHONE_MAX, required=False, widget=forms.TextInput(attributes)
    )


class AboutForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the hospital"),
        max_length=NAME_MAX,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    latitude = _degrees(gettext_lazy("Latitude"), gettext_lazy("Degrees to the north, such as 37.5665."))
    longitude = _degrees(gettext_lazy("Longitude"), gettext_lazy("Degrees to the east, such as 126.9780."))
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=ADDRESS_MAX,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    phone = _telephone(gettext_lazy("Telephone"))
    emergency_phone = _telephone(gettext_lazy("Telephone of the emergency department"))
    type_code = forms.ChoiceField(
        label=gettext_lazy("Kind of hospital"),
        help_text=gettext_lazy("It says where medical aid pays. Leave it out where you are not sure."),
        required=False,
    )

    def __init__(self, *args: Any, country: str, kind: str = "", **more: Any) -> None:
        """`country`: kinds are those of Korea. `kind`: the present one, which may be none of those to choose."""
        super().__init__(*args, **more)
        if country != "KR":
            del self.fields["type_code"]
            return
        other = [] if kind in KINDS or not kind else [(kind, kind)]
        self.fields["type_code"].choices = [("", _("Not known")), *KINDS.items(), *other]

    @property
    def about(self) -> About:
        return About(**{name: self.cleaned_data.get(name, "") for name in About.__dataclass_fields__})


class AddForm(AboutForm):
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("Equipment and procedures"),
        help_text=gettext_lazy("Only what is ticked counts when a hospital is looked for."),
        choices=CAPABILITIES.items,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def given(self) -> dict[str, Any]:
        codes = [Capability(code) for code in self.cleaned_data["capabilities"]]
        return {"about": self.about, "capabilities": codes}


class AmendForm(AboutForm):
    active = forms.BooleanField(
        label=gettext_lazy("Open: people can be referred there"),
        help_text=gettext_lazy("Take the tick away when it has closed for good."),
        required=False,
    )
    seen_about = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def given(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "active": self.cleaned_data["active"],
            "seen": self.cleaned_data["seen_about"],
        }


class DepartmentsForm(forms.Form):
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("Specialties"),
        help_text=gettext_lazy("None ticked: not known. What counts in the search is its equipment."),
        choices=SPECIALTIES.items,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class HoursForm(forms.Form):
    """A line for each day of the week and one for public holidays."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for day in DAYS:
            self.fields[f"day_{day}"] = forms.CharField(
                label=day_name(day),
                help_text=_("Such as 09:00-12:30, 14:00-18:00. Empty: closed. All days empty: not known.")
                if day == DAYS[0]
                else "",
                max_length=100,
                required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        self.spans: set[OpenSpan] = set()
        for day in DAYS:
            try:
                self.spans |= read_spans(day, self.cleaned_data.get(f"day_{day}") or "")
            except ValueError as error:
                words = _("“%(part)s” are no hours. Write them as 09:00-18:00.") % {"part": error}
                self.add_error(f"day_{day}", ValidationError(words))
        return self.cleaned_data

    @property
    def given(self) -> dict[str, Any]:
        return {"spans": self.spans}


def about_shown(one: Hospital) -> dict[str, Any]:
    """As initial data, and as it was seen."""
    return {**vars(about_of(one)), "active": one.active, "seen_about": about_digest(one)}


def hours_shown(one: Hospital) -> Mapping[str, str]:
    spans: dict[str, list[str]] = {}
    for row in one.hours.order_by("day", "opens"):
        spans.setdefault(f"day_{row.day}", []).append(f"{clock(row.opens)}-{clock(row.closes)}")
    return {day: ", ".join(texts) for day, texts in spans.items()}
