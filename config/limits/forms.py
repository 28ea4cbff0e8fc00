"""The limits of the fused risks in percent, and saving them with a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

import risk.texts
from risk.domain.bands import FUSED_LABELS, BandRow, Bands
from risk.domain.policy import check_bands
from risk.errors import PolicyInvalid
from risk.models import Policy
from screening.domain.findings import Label

ENDS = ("raised", "high")
REASON_LONGEST = Policy._meta.get_field("reason").max_length
# The ends of the measured curves (risk.fusion.operating_curve), in percent: nothing is shown of what lies beyond.
LOWEST, HIGHEST = 0.2, 96.1


def name_of(label: Label, end: str) -> str:
    return f"{label.value}_{end}"


def in_percent(bands: Bands) -> dict[str, float]:
    """Bands as the form's fields."""
    return {
        name_of(label, end): round(100 * limit, 9)  # as it was typed, whatever 100 * limit is in binary
        for label, row in bands.items()
        for end, limit in zip(ENDS, (row.raised_from, row.high_from), strict=True)
    }


class LimitsForm(forms.Form):
    """Two limits a disease. `bands`, once valid, are what was typed."""

    bands: Bands

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        for label in FUSED_LABELS:
            for end, text in zip(ENDS, (_("Raised from (%)"), _("High from (%)")), strict=True):
                self.fields[name_of(label, end)] = forms.FloatField(
                    label=text,
                    min_value=LOWEST,
                    max_value=HIGHEST,
                    widget=forms.NumberInput({"step": "any", "inputmode": "decimal", "data-limit": end}),
                )

    def clean(self) -> dict[str, object]:
        typed = super().clean() or {}
        if not self.errors:
            self.bands = {
                label: BandRow(*(typed[name_of(label, end)] / 100 for end in ENDS)) for label in FUSED_LABELS
            }
            self._check()
        return typed

    def _check(self) -> None:
        for label in FUSED_LABELS:
            try:
                check_bands(
                    {**self.bands, **{other: BandRow(0.1, 0.2) for other in FUSED_LABELS if other != label}}
                )
            except PolicyInvalid as error:
                self.add_error(name_of(label, ENDS[1]), str(risk.texts.POLICY_FAULTS[error.code]))


class SaveForm(forms.Form):
    """`version`: the one the limits were changed from; `back_to`: the one whose limits are taken up again."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why the limits change. It is kept with your name."),
        max_length=REASON_LONGEST,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    back_to = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
