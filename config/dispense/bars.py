"""A pack without a square code: its bars name the product; lot and expiry are read from it by eye."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pharmacy.domain.labels import read_expiry, read_gtin
from pharmacy.domain.scans import PackLabel, read_scan, scan_of
from pharmacy.errors import LotInvalid, LotNotNamed, ScanInvalid

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class BarsForm(forms.Form):
    """What stands on the pack whose bars were scanned, written as the code that the pack lacks."""

    prefix = "bars"

    gtin = forms.CharField(max_length=20, widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Lot number"),
        help_text=_("Read it from the pack in your hand, not from the screen."),
        max_length=20,
        widget=forms.TextInput({**_PLAIN, "autofocus": True}),
    )
    expiry = forms.CharField(
        label=_("Expiry"),
        help_text=_("As printed: 2028-01 or 2028-01-31."),
        max_length=20,
        widget=forms.TextInput(_PLAIN),
    )

    def clean_gtin(self) -> str:
        try:
            return read_gtin(self.cleaned_data["gtin"])
        except LotInvalid:
            raise forms.ValidationError(_("Scan the bars of the pack again.")) from None

    def clean_expiry(self) -> date:
        try:
            return read_expiry(self.cleaned_data["expiry"])
        except LotInvalid:
            raise forms.ValidationError(_("Write it as on the pack: year-month or year-month-day.")) from None

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if not self.errors:
            label = PackLabel(known["gtin"], known["number"], known["expiry"])
            known["code"] = scan_of(label)
            if not _says(known["code"], label):
                self.add_error("number", _("No lot is written like this. Read it from the pack again."))
        return known


def bars_scanned(code: str) -> BarsForm | None:
    """A form to be filled in where the bars of a product were scanned; None for any other code."""
    try:
        read_scan(code)
    except LotNotNamed as bars:
        return BarsForm(initial={"gtin": bars.gtin})
    except ScanInvalid:
        pass
    return None


def bars_typed(request: HttpRequest) -> BarsForm | None:
    """The form as it was filled in; None where a scanner sent the code."""
    return BarsForm(request.POST) if "bars-gtin" in request.POST else None


def _says(code: str, label: PackLabel) -> bool:
    try:
        return read_scan(code) == label
    except ScanInvalid:
        return False
