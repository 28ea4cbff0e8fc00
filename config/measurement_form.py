"""The form of what few clinics measure: refraction, eye pressure, schooling. Each field may stay unknown."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.intake.answers import Unreadable, number
from config.intake.choices import NOT_KNOWN, YES_NO
from config.intake.refusals import answer_refusal
from risk.domain.answers import parse_risk_factors
from risk.domain.features import IopMethod, Measurements, Sex
from risk.errors import ImplausibleAnswer

METHODS = (
    (IopMethod.GOLDMANN.value, _("Goldmann")),
    (IopMethod.REBOUND.value, _("Rebound")),
    (IopMethod.NON_CONTACT.value, _("Air puff")),
    NOT_KNOWN,
)
SAID = {"yes": True, "no": False}
EYES = ("refraction_right_dioptres", "refraction_left_dioptres", "iop_right_mmhg", "iop_left_mmhg")


def _number(label: LazyText, hint: LazyText | str = "") -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off", "inputmode": "decimal", "class": "short"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=20, widget=widget)


def _choice(label: LazyText, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


class MeasurementForm(forms.Form):
    refraction_right_dioptres = _number(
        _("Refraction, right eye (dioptres)"), _("Spherical equivalent, such as -3.5.")
    )
    refraction_left_dioptres = _number(_("Refraction, left eye (dioptres)"))
    iop_right_mmhg = _number(_("Eye pressure, right eye (mmHg)"))
    iop_left_mmhg = _number(_("Eye pressure, left eye (mmHg)"))
    iop_method = _choice(_("How the eye pressure was measured"), METHODS)
    low_education = _choice(_("Left school at middle school or earlier"), YES_NO)

    def measurements(self, *, today: date) -> Measurements | None:
        """What was typed; None when something cannot be true, and then it says so beside the field."""
        told: dict[str, object] = {}
        for name in EYES:
            try:
                told[name] = number(name, self.cleaned_data[name])
            except Unreadable as refused:
                self.add_error(name, answer_refusal(refused))
        if self.errors:
            return None
        told["iop_method"] = self.cleaned_data["iop_method"] or None
        told["low_education"] = SAID.get(self.cleaned_data["low_education"])
        return self._parsed(told, today)

    def _parsed(self, told: Mapping[str, object], today: date) -> Measurements | None:
        try:
            return parse_risk_factors(
                {"measurements": told}, age_years=None, sex=Sex.UNKNOWN, today=today
            ).measurements
        except ImplausibleAnswer as refused:
            self.add_error(refused.field.rpartition(".")[2], answer_refusal(refused))
            return None


def shown(stored: Measurements) -> dict[str, Any]:
    """Stored measurements as the fields show them."""
    numbers = {name: getattr(stored, name) for name in EYES}
    schooling = {True: "yes", False: "no", None: ""}[stored.low_education]
    method = "" if stored.iop_method is IopMethod.UNKNOWN else stored.iop_method.value
    return {name: "" if value is None else f"{value:g}" for name, value in numbers.items()} | {
        "iop_method": method,
        "low_education": schooling,
    }
