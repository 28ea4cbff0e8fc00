"""What a person decides, as forms. A reason is a code, and words where no code says enough."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.authorise.waiting import alert_values
from config.reason_words import alert_words
from pharmacy.domain.alerts import Alert
from pharmacy.domain.overrides import OverrideGiven
from pharmacy.domain.overrides import OverrideReason as Reason
from pharmacy.models import OverrideReason, RefusalCode
from pharmacy.services.releases import REASON_LONGEST
from referrals.domain.decisions import HAND_ON_CODES, HOSPITAL_CODES, REFUSAL_CODES, DecisionCode
from referrals.models import Hospital
from referrals.texts import DECISIONS

OTHER = "other"


class ReasonForm(forms.Form):
    """`code` and `words`; another reason takes words."""

    code = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        help_text=_("Kept with the case and shown in its timeline."),
        max_length=REASON_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if known.get("code") == OTHER and not known.get("words"):
            self.add_error("words", _("Say what the other reason is."))
        return known


class MedicineRefusal(ReasonForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].choices = RefusalCode.choices


class ReferralRefusal(ReasonForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].choices = worded(REFUSAL_CODES)


class HandOn(ReasonForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].choices = worded(HAND_ON_CODES)


class HospitalChoice(ReasonForm):
    """Another hospital, and why it is not the proposed one; `hospital` empty: the proposed one."""

    hospital = forms.ModelChoiceField(
        label=_("Hospital"),
        queryset=Hospital.objects.none(),
        empty_label=_("Choose a hospital"),
        error_messages={"required": _("Choose a hospital.")},
    )
    field_order = ("hospital", "code", "words")

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        hospital, code = self.fields["hospital"], self.fields["code"]
        hospital.queryset = Hospital.objects.filter(pk__in=[pk for pk, _name in choices])
        hospital.widget.choices = [("", hospital.empty_label), *choices]
        code.choices = worded(HOSPITAL_CODES)


class Release(forms.Form):
    warning_signs_asked = forms.BooleanField(
        label=_("I asked about all of them, and there is none"),
        required=False,
        error_messages={"required": _("Ask about the warning signs first. If there is one, refuse.")},
    )

    def __init__(self, *args: Any, to_ask: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["warning_signs_asked"].required = to_ask


class Overriding(forms.Form):
    """A coded reason, and words if wanted, for each soft stop; read as `overrides`."""

    def __init__(self, *args: Any, stops: Sequence[Alert], **more: Any) -> None:
        super().__init__(*args, **more)
        self.stops = tuple(stops)
        for place, stop in enumerate(self.stops):
            self.fields[f"reason_{place}"] = forms.ChoiceField(
                label=alert_words(alert_values(stop)),
                choices=[("", _("Choose a reason")), *OverrideReason.choices],
                error_messages={"required": _("Say why this stop does not stand, or refuse the medicine.")},
            )
            self.fields[f"words_{place}"] = forms.CharField(
                label=_("In your words"), max_length=REASON_LONGEST, required=False
            )

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        return {
            "overrides": [
                OverrideGiven(
                    stop.rule_id,
                    Reason(known[f"reason_{place}"]),
                    stop.subject,
                    known.get(f"words_{place}", ""),
                )
                for place, stop in enumerate(self.stops)
                if known.get(f"reason_{place}")
            ]
        }


class EndSupply(forms.Form):
    words = forms.CharField(
        label=_("Why is the rest not given?"),
        help_text=_("For example: not fetched, or the patient does not want it any more."),
        max_length=REASON_LONGEST,
        error_messages={"required": _("Say why. It is kept with it.")},
    )


class FollowUp(forms.Form):
    words = forms.CharField(
        label=_("What was done"),
        help_text=_("For example: seen today, treated elsewhere, patient told when to come back."),
        max_length=REASON_LONGEST,
        error_messages={"required": _("Say what was done. It is kept with the case.")},
        widget=forms.Textarea({"rows": 2}),
    )


def worded(codes: Iterable[DecisionCode]) -> list[tuple[str, Any]]:
    return [(code.value, DECISIONS[code]) for code in codes]
