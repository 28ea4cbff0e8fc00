"""What staff type at the hand-over: why packs are put aside, and what they counted in a locked bay."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pharmacy.dispense_texts import ASIDE, REASONS
from pharmacy.domain.counts import Counted
from pharmacy.models import Lot

WORDS_LONGEST = 150
PACKS_MOST = 9_999


class Aside(forms.Form):
    code = forms.ChoiceField(
        label=_("Why are the packs put aside?"),
        choices=[(code, REASONS[code]) for code in ASIDE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why. It is kept with it.")},
    )
    words = forms.CharField(label=_("In your words"), max_length=WORDS_LONGEST, required=False)

    def reason(self) -> str:
        """The code, and what was typed behind it."""
        return ": ".join(part for part in (self.cleaned_data["code"], self.cleaned_data["words"]) if part)


def _packs(label: Any, **more: Any) -> forms.IntegerField:
    short = forms.NumberInput({"class": "short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=PACKS_MOST, widget=short, **more)


class OwnLot(forms.Form):
    """The lot of the order of a locked bay, counted."""

    in_machine = _packs(_("On the machine's shelf"))
    in_bay = _packs(_("Loose in the bay"))
    with_patient = _packs(
        _("Taken away by the patient"),
        help_text=_("Only what you know for certain, for example because you saw it."),
    )

    def counted(self, lot: int) -> Counted:
        return Counted(lot, **self.cleaned_data)


class OtherLot(forms.Form):
    """Another lot of which packs lay in the bay; empty: none."""

    lot = forms.ModelChoiceField(
        label=_("Another lot found in the bay"),
        queryset=Lot.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    in_machine = _packs(_("On the machine's shelf"), required=False)
    in_bay = _packs(_("Loose in the bay"), required=False)

    def __init__(self, *args: Any, lots: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        named = list(lots)
        field = self.fields["lot"]
        field.queryset = Lot.objects.filter(pk__in=[pk for pk, _name in named])
        field.widget.choices = [("", field.empty_label), *named]

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if known.get("lot"):
            for name in ("in_machine", "in_bay"):
                if known.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Count this lot, both on the shelf and in the bay."))
        return known

    def counted(self) -> Counted | None:
        known = self.cleaned_data
        if not known.get("lot"):
            return None
        return Counted(known["lot"].pk, known["in_machine"], in_bay=known["in_bay"])
