"""The form that cancels a visit."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.errors import CaseUnderWay
from screening.services.cancellations import REASON_LONGEST

UNDER_WAY: Mapping[str, LazyText] = {
    "medicine": _(
        "A pharmacist released the medicine. If it was not handed out, let the pharmacist refuse it first."
    ),
    "referral": _("A hospital has the referral. Agree with the hospital and withdraw the referral first."),
}


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is this visit cancelled?"),
        help_text=_("It is kept with the visit. Name no other patient."),
        max_length=REASON_LONGEST,
        error_messages={"required": _("Say why. The reason is kept with the visit.")},
        widget=forms.Textarea({"rows": 3}),
    )

    def refuse(self, under_way: CaseUnderWay) -> None:
        """Say above the form what must be done first."""
        self.add_error(None, UNDER_WAY[under_way.what])
