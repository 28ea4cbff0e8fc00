"""The questionnaire on one page: at most 25 fields, each of which may stay unknown.

An answer that no field asks for (`under_eye_care`) or that two share comes by REST too, and stays as it is stored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.intake.choices import (
    DIABETES,
    FAMILY,
    FEELS,
    HYPERTENSION,
    PREGNANCY,
    SMOKING,
    TAKES,
    WARNING_SIGNS,
    YES_NO,
)
from config.intake.dates import DateField
from risk.domain.red_flags import CHILD_UP_TO_AGE_YEARS, GIANT_CELL_ARTERITIS_FROM_AGE_YEARS

MOST_FIELDS = 25
PREGNANCY_AGES = range(10, 61)
COMPLAINTS, HISTORY, MEASURES, SAFETY, WARNING = "complaints", "history", "measures", "safety", "warning"
TITLES: Mapping[str, LazyText] = {
    WARNING: _("Warning signs"),
    COMPLAINTS: _("Complaints"),
    HISTORY: _("History"),
    MEASURES: _("Measurements"),
    SAFETY: _("Before a medicine"),
}


@dataclass(frozen=True)
class Group:
    """`questions` are rows of one or two controls; `none` is the value its "none of these" button chooses."""

    key: str
    title: LazyText
    questions: list[list[BoundField]]
    none: bool


def _choice(label: LazyText, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _text(label: LazyText, hint: LazyText | str = "", **attributes: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off"} | attributes)
    return forms.CharField(label=label, help_text=hint, required=False, max_length=500, widget=widget)


def _number(label: LazyText, hint: LazyText | str = "", *, inputmode: str = "decimal") -> forms.CharField:
    return _text(label, hint, inputmode=inputmode, **{"class": "short"})


def _fields(
    age_years: int | None, sex: str, *, under_age: bool
) -> Iterator[tuple[str, list[tuple[str, forms.Field]]]]:
    """(group, controls of one question), only those that can apply to this patient."""
    for name, (label, choices) in WARNING_SIGNS.items():
        if _applies(name, age_years):
            yield WARNING, [(name, _choice(label, choices))]
    yield COMPLAINTS, [("feels", _choice(_("The eyes feel"), FEELS))]
    years = _number(_("Years with diabetes"))
    yield HISTORY, [("diabetes", _choice(_("Diabetes"), DIABETES)), ("diabetes_years", years)]
    yield HISTORY, [("hypertension", _choice(_("High blood pressure"), HYPERTENSION))]
    yield HISTORY, [("smoking", _choice(_("Smokes"), SMOKING))]
    family = forms.MultipleChoiceField(
        label=_("Eye disease or diabetes in the family"),
        help_text=_("Nothing chosen: not known."),
        choices=FAMILY,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    yield HISTORY, [("family", family)]
    yield HISTORY, [("appointment", DateField(label=_("Next appointment at an eye clinic")))]
    yield (
        MEASURES,
        [("pressure", _number(_("Blood pressure (mmHg)"), _("Such as 148/86."), inputmode="numeric"))],
    )
    yield MEASURES, [("hba1c", _number(_("HbA1c (%)")))]
    yield MEASURES, [("bmi", _number(_("Body mass index (kg/m²)")))]
    yield from _safety(age_years, sex, under_age=under_age)


def _safety(
    age_years: int | None, sex: str, *, under_age: bool
) -> Iterator[tuple[str, list[tuple[str, forms.Field]]]]:
    names = _("Names, with commas between them.")
    none = forms.BooleanField(label=_("No allergy"), required=False)
    yield SAFETY, [("allergies_none", none), ("allergies", _text(_("Allergies to medicines"), names))]
    yield (
        SAFETY,
        [("takes", _choice(_("Medicines now"), TAKES)), ("medicines", _text(_("Which ones"), names))],
    )
    if sex != "male" and (age_years is None or age_years in PREGNANCY_AGES):
        yield SAFETY, [("pregnancy", _choice(_("Pregnant or breastfeeding"), PREGNANCY))]
    yield SAFETY, [("contact_lenses", _choice(_("Wears contact lenses"), YES_NO))]
    yield (
        SAFETY,
        [("eye_surgery_last_3_months", _choice(_("Eye operation in the last 3 months"), YES_NO))],
    )
    yield SAFETY, [("narrow_angle", _choice(_("Was told of narrow eye angles"), YES_NO))]
    if under_age:
        yield SAFETY, [("guardian_present", _choice(_("A guardian is here"), YES_NO))]


def _applies(sign: str, age_years: int | None) -> bool:
    """Signs that mean something at some ages only; at an unknown age every one is asked."""
    if age_years is None:
        return True
    if sign == "white_pupil":
        return age_years <= CHILD_UP_TO_AGE_YEARS
    if sign == "jaw_pain_or_scalp_tenderness":
        return age_years >= GIANT_CELL_ARTERITIS_FROM_AGE_YEARS
    return True


class Questionnaire(forms.Form):
    """`age_years` and `sex` decide which questions can apply; `under_age`: somebody must be there with the patient."""

    def __init__(
        self, *args: Any, age_years: int | None, sex: str, under_age: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.asked = list(_fields(age_years, sex, under_age=under_age))
        for _group, controls in self.asked:
            self.fields.update(controls)

    def groups(self) -> list[Group]:
        """The questions as the page shows them."""
        return [
            Group(
                key,
                title,
                [[self[name] for name, _field in controls] for group, controls in self.asked if group == key],
                none=key in (WARNING, HISTORY, SAFETY),
            )
            for key, title in TITLES.items()
        ]
