"""Dates as people type them: 19600501, 1960-5-1, 1960.05.01."""

import re
from datetime import date
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_WRITTEN = re.compile(r"(\d{4})[-./ ]?(\d{1,2})[-./ ]{0,2}(\d{1,2})\.?")


def read_date(text: str) -> date | None:
    """The date in `text`, None when it is none."""
    found = _WRITTEN.fullmatch(normalize("NFKC", text).strip().replace(". ", "."))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


class DateField(forms.CharField):
    """A date typed in digits; empty is not known. It says how to write it, where nothing else is said."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 14, "class": "short"}
        said = {"help_text": gettext_lazy("8 digits, such as 20261231")} | options
        super().__init__(required=False, widget=forms.TextInput(attributes), **said)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        read = read_date(text) if text else None
        if text and read is None:
            raise ValidationError(_("This is no date. Write year, month and day, such as 19600501."))
        return read

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value
