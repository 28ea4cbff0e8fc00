"""The address of a work-list: every filter is in the query, and none of them says who a patient is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.work_lists import TEXTS, WorkList
from risk.domain.urgency import Urgency
from risk.texts import URGENCIES

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
_DAYS = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


@dataclass(frozen=True)
class Address:
    """One page of one list. `search` is the key of words kept in the session; `after`, `before`: a row's id."""

    list: WorkList
    urgency: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    after: UUID | None = None
    before: UUID | None = None

    @property
    def filtered(self) -> bool:
        return bool(self.urgency or self.since or self.until or self.search)

    def with_(self, **changes: Any) -> "Address":
        """The first page of the list with other filters, or another page of it."""
        return replace(self, **{"after": None, "before": None} | changes)

    def __str__(self) -> str:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return f"{reverse('cases')}?{urlencode({name: value for name, value in given.items() if value})}"


class AddressForm(forms.Form):
    """Reads an address; what it does not understand it names and leaves out."""

    list = forms.ChoiceField(label=_("List"), choices=list(TEXTS.items()), required=False)
    urgency = forms.ChoiceField(
        label=_("Urgency of the result"),
        choices=[("", _("Any")), *((one.value, URGENCIES[one]) for one in reversed(Urgency))],
        required=False,
    )
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput({"type": "date"}), validators=_DAYS, required=False
    )
    until = forms.DateField(
        label=_("To"), widget=forms.DateInput({"type": "date"}), validators=_DAYS, required=False
    )
    search = forms.CharField(label=_("Search"), max_length=32, required=False)
    after = forms.UUIDField(label=_("Page"), required=False)
    before = forms.UUIDField(label=_("Page"), required=False)

    def address(self, first: WorkList) -> Address:
        """What was understood, and `first` where no list was named."""
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value}
        return Address(**known | {"list": WorkList(known.get("list", first))})


def parts_unknown(form: AddressForm) -> list[str]:
    """The parts of an address that were not understood, in words."""
    return [str(form.fields[name].label) for name in form.errors]


def address_read(query: Mapping[str, Any], *, first: WorkList) -> tuple[Address, AddressForm]:
    """The address a query spells, and the form it filled."""
    form = AddressForm(query)
    return form.address(first), form
