"""What is typed or scanned about packs. A refused form gives back every word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pharmacy.domain.formulary import FORMULARY, Supply
from pharmacy.models import ExcursionDecision
from pharmacy.texts import MEDICINES, STORAGES

REASON_LONGEST = 200
PACKS_MOST = 10_000


PACKS = _("Packs")


def _packs(label: Any = PACKS, least: int = 1) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=PACKS_MOST, widget=widget)


def _reason(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Why?"), help_text=help_text, max_length=REASON_LONGEST, widget=forms.Textarea({"rows": 2})
    )


class MedicineField(forms.ChoiceField):
    """A medicine of the formulary that is ever given; empty where the product number is known."""

    def __init__(self) -> None:
        given = [entry.code for entry in FORMULARY if entry.supply is not Supply.NEVER]
        choices = [("", _("Known by its product number")), *((code, MEDICINES[code]) for code in given)]
        super().__init__(
            label=_("Medicine"),
            help_text=_("Only for the first delivery of a product."),
            choices=choices,
            required=False,
        )


class ScanForm(forms.Form):
    """`scan`: what a scanner types, with the separator of its parts."""

    scan = forms.CharField(
        label=_("Square code of the pack"),
        help_text=_(
            "Put the cursor here and scan one pack of the delivery. Bars are read where there is no square code."
        ),
        max_length=400,
        widget=forms.TextInput(
            {"autocomplete": "off", "autofocus": True, "spellcheck": "false", "data-scan": ""}
        ),
    )
    packs = _packs()
    medicine = MedicineField()


class HandForm(forms.Form):
    gtin = forms.CharField(
        label=_("Product number"), help_text=_("Under the bars, 8 to 14 digits."), max_length=20
    )
    number = forms.CharField(label=_("Lot number"), max_length=40)
    expiry = forms.CharField(
        label=_("Expiry"), help_text=_("As printed: 2028-01 or 2028-01-31."), max_length=20
    )
    packs = _packs()
    medicine = MedicineField()


class MoveForm(forms.Form):
    packs = _packs()
    reason = _reason(_("It is kept with your name."))


class CountForm(forms.Form):
    in_machine = _packs(_("Packs that you found on the shelf"), least=0)


class RecallForm(forms.Form):
    """`number` empty: every lot of the product."""

    gtin = forms.CharField(label=_("Product number"), max_length=20)
    number = forms.CharField(
        label=_("Lot number"),
        help_text=_("Leave it empty to recall every lot."),
        max_length=20,
        required=False,
    )
    reason = _reason(_("The notice, or what was found. It is kept with your name."))


class StorageField(forms.ChoiceField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Where the thermometer is"), choices=list(STORAGES.items()), widget=forms.RadioSelect
        )


class ReadingForm(forms.Form):
    """Now, by hand."""

    storage = StorageField()
    celsius = forms.CharField(
        label=_("Degrees Celsius"), max_length=10, widget=forms.TextInput({"inputmode": "decimal"})
    )


class LogForm(forms.Form):
    storage = StorageField()
    file = forms.FileField(
        label=_("File of the logger"),
        help_text=_("CSV with the columns “time” and “celsius”."),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> str:
        """The text of the file."""
        try:
            return str(self.cleaned_data["file"].read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8 text. Export it as CSV again.")) from None


class DecisionForm(forms.Form):
    """`seen`: how many readings outside the limits the pharmacist saw."""

    decision = forms.ChoiceField(
        label=_("What becomes of these packs?"), choices=ExcursionDecision, widget=forms.RadioSelect
    )
    reason = _reason(_("For example what the maker said. It is kept with your name."))
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
