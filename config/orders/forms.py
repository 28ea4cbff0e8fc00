"""The forms of orders and confirmed diagnoses. What a field may hold is decided by the rules, not here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.intake.dates import DateField
from config.orders.words import UNITS, fault_words
from pharmacy.domain.formulary import FormularyEntry
from pharmacy.domain.order_reading import (
    DOSE_TEXT_MAX,
    LICENCE_MAX,
    NAME_MAX,
    OrderSource,
    OrderTyped,
)
from pharmacy.errors import OrderInvalid
from pharmacy.models import OrderSource as SourceChoices
from pharmacy.services.orders import REASON_LONGEST
from pharmacy.texts import MEDICINES


def _text(
    label: LazyText, hint: LazyText | str = "", *, longest: int, short: bool = False
) -> forms.CharField:
    attributes = {"autocomplete": "off", "maxlength": longest} | ({"class": "short"} if short else {})
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=forms.TextInput(attributes), max_length=longest
    )


class OrderForm(forms.Form):
    """Nothing is `required` here: what is missing is said by the rules, with everything else, at once."""

    source = forms.ChoiceField(label=_("Whose order is it?"), required=False, widget=forms.RadioSelect)
    medicine = forms.CharField(label=_("Medicine"), required=False, max_length=64, widget=forms.Select)
    dose_text = _text(
        _("How it is used"), _("As the prescription says it, word by word."), longest=DOSE_TEXT_MAX
    )
    units_per_day = _text(_("How many a day"), _("A number, such as 1."), longest=40, short=True)
    unit = forms.CharField(label=_("Of what"), required=False, max_length=20, widget=forms.Select)
    supply_days = _text(_("Days that one supply lasts"), longest=40, short=True)
    refills = _text(
        _("Refills"),
        _("How often it may be fetched again after the first time; 0 for never."),
        longest=8,
        short=True,
    )
    written_on = DateField(label=_("Written on"))
    valid_until = DateField(label=_("May be fetched until"), help_text=_("The last day, such as 20271231."))
    prescriber = _text(_("Physician who signed it"), _("On paper only."), longest=NAME_MAX)
    licence = _text(_("Licence number"), _("On paper only."), longest=LICENCE_MAX, short=True)

    def __init__(self, *args: Any, medicines: Iterable[FormularyEntry], may_sign: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        named = sorted((str(MEDICINES[one.code]), one.code) for one in medicines)
        empty = ("", _("Choose"))
        self.fields["medicine"].widget.choices = [empty, *((code, name) for name, code in named)]
        self.fields["unit"].widget.choices = [empty, *UNITS.items()]
        self.fields["source"].choices = SourceChoices.choices
        if not may_sign:
            del self.fields["source"]
            for name in ("prescriber", "licence"):
                self.fields[name].help_text = ""

    def clean_source(self) -> str:
        """Whose order it is, is never assumed where it could be one's own."""
        if not self.cleaned_data["source"]:
            raise forms.ValidationError(_("Choose whose order it is."))
        return str(self.cleaned_data["source"])

    def typed(self) -> OrderTyped:
        """What was typed, as the rules read it."""
        known = self.cleaned_data
        texts = ("medicine", "dose_text", "units_per_day", "unit", "supply_days", "refills")
        return OrderTyped(
            **{name: known.get(name, "") for name in (*texts, "prescriber", "licence")},
            written_on=known.get("written_on"),
            valid_until=known.get("valid_until"),
            source=OrderSource(known.get("source") or OrderSource.PAPER),
        )

    def refuse(self, refused: OrderInvalid) -> None:
        """Say beside each field what to correct; what is said there already stands."""
        for name, fault in refused.faults.items():
            if name not in self.errors:
                self.add_error(name, fault_words(name, fault))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("It is kept and shown. Name no other patient."),
        max_length=REASON_LONGEST,
        error_messages={"required": _("Say why. The reason is kept.")},
        widget=forms.Textarea({"rows": 2}),
    )


class FillForm(forms.Form):
    pharmacy = forms.CharField(
        label=_("Pharmacy that filled it"),
        max_length=NAME_MAX,
        error_messages={"required": _("Name the pharmacy. It is kept with the order.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
