"""The form of the clinic's page."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from records.errors import OrganizationInvalid
from records.models import Organization
from records.services import ORGANIZATION_AMENDABLE

NAME_LONGEST = Organization._meta.get_field("name").max_length
TELEPHONE_LONGEST = Organization._meta.get_field("telephone").max_length

# In the words of the page; the service's own message is for programmers.
INVALID: Mapping[str, LazyText] = {
    "name": _("Type the name on one line, with letters that can be seen."),
    "taken": _("Another organization has this name. Choose one that tells the two apart."),
    "telephone": _("Only digits, spaces and hyphens, such as 02-123-4567, with + before a country's code."),
}


class ClinicForm(forms.Form):
    """Name and telephone, and what the reader saw of them."""

    name = forms.CharField(
        label=_("Name of the clinic"),
        max_length=NAME_LONGEST,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    telephone = forms.CharField(
        label=_("Telephone for patients"),
        help_text=_("A person answers here. Empty: patients are told to come to you."),
        max_length=TELEPHONE_LONGEST,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "class": "short"}),
    )
    seen_name = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_telephone = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def given(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ORGANIZATION_AMENDABLE}

    @property
    def seen(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"seen_{name}"] for name in ORGANIZATION_AMENDABLE}

    def refuse(self, error: OrganizationInvalid) -> None:
        """Say it beside the field."""
        self.add_error(error.field, INVALID[error.why or error.field])


def as_shown(clinic: Organization) -> dict[str, str]:
    """The details as initial data, and as they were seen."""
    shown = {name: getattr(clinic, name) for name in ORGANIZATION_AMENDABLE}
    return shown | {f"seen_{name}": value for name, value in shown.items()}
