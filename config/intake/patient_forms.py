"""The forms about a patient: find, register, correct."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.intake.dates import DateField, read_date
from records.models import Language, Patient, Sex

_HAS_DIGIT = re.compile(r"\d")


class SearchForm(forms.Form):
    words = forms.CharField(
        label=_("Record number, name or birth date"),
        max_length=100,
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )


class PatientForm(forms.Form):
    mrn = forms.CharField(
        label=_("Record number"), max_length=64, widget=forms.TextInput({"autocomplete": "off"})
    )
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    birth_date = DateField(
        label=_("Birth date"), help_text=_("Eight digits, such as 19600501. Empty: not known.")
    )
    sex = forms.ChoiceField(
        label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=_("Reads"), choices=Language.choices, initial=Language.KOREAN, widget=forms.RadioSelect
    )

    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PatientForm.base_fields}


class AmendForm(PatientForm):
    reason = forms.CharField(
        label=_("Why is it corrected?"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )


def details_of(patient: Patient) -> dict[str, Any]:
    """A patient's details under the names of the form."""
    return {name: getattr(patient, name) for name in PatientForm.base_fields}


def details_in(words: str) -> dict[str, Any]:
    """What the words of a search already say of a patient who is to be registered."""
    born = read_date(words)
    if born:
        return {"birth_date": born}
    return {"mrn" if _HAS_DIGIT.search(words) else "name": words} if words else {}
