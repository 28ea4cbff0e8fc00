"""The form of what a clinician confirmed: one disease, how far it went in each eye, by whom and when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.intake.dates import DateField
from risk.texts import LABELS
from screening.domain.diagnosis import SEVERITIES, Diagnosis
from screening.domain.diagnosis import DiagnosisSource as Source
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.errors import DiagnosisInvalid
from screening.models import DiagnosisSource
from screening.services.diagnoses import CLINICIAN_LONGEST
from screening.texts import DIAGNOSIS_SEVERITIES

EYES = {"right": Laterality.RIGHT, "left": Laterality.LEFT}
INVALID: Mapping[str, LazyText] = {
    "severity": _("Choose a stage of this disease for one eye at least."),
    "confirmed_on": _("This day lies in the future. Write the day of the examination."),
    "confirmed_by": _("Name the clinician who wrote the letter."),
}


def stage_name(label: str, severity: str) -> str:
    return str(DIAGNOSIS_SEVERITIES[label][severity])


def _stages() -> list[tuple[Any, Any]]:
    """Every stage under its disease: "A:intermediate"."""
    groups = [
        (LABELS[label], [(f"{label}:{one}", stage_name(label, one)) for one in stages])
        for label, stages in SEVERITIES.items()
    ]
    return [("", _("Not said")), *groups]


class DiagnosisForm(forms.Form):
    source = forms.ChoiceField(label=_("Where is it from?"), required=False, widget=forms.RadioSelect)
    right = forms.ChoiceField(label=_("Right eye"), required=False)
    left = forms.ChoiceField(label=_("Left eye"), required=False)
    confirmed_on = DateField(label=_("Examined on"))
    confirmed_by = forms.CharField(
        label=_("Clinician who examined the eyes"),
        required=False,
        max_length=CLINICIAN_LONGEST,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, may_examine: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["source"].choices = [one for one in DiagnosisSource.choices if one[0] != Source.HOSPITAL]
        for name in EYES:
            self.fields[name].choices = _stages()
        if may_examine:
            self.fields["confirmed_by"].help_text = _("From a letter only.")
        else:
            del self.fields["source"]

    def clean_confirmed_on(self) -> date:
        if not self.cleaned_data["confirmed_on"]:
            raise forms.ValidationError(_("Write the day of the examination."))
        return self.cleaned_data["confirmed_on"]

    @property
    def chosen_source(self) -> Source:
        return Source(self.cleaned_data.get("source") or Source.LETTER)

    def diagnoses(self) -> list[Diagnosis]:
        """What was said of each eye; nothing of one about which nothing was."""
        said = {eye: self.cleaned_data[name].partition(":") for name, eye in EYES.items()}
        return [
            Diagnosis(eye, Label(label), severity) for eye, (label, _colon, severity) in said.items() if label
        ]

    def refuse(self, refused: DiagnosisInvalid) -> None:
        field = "right" if refused.field == "severity" else refused.field
        self.add_error(field, INVALID[refused.field])
