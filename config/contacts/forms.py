"""How an attempt to reach somebody about a referral went."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.models import ContactOutcome, ContactParty
from referrals.services.step_facts import REASON_LONGEST
from risk.models import ContactChannel


class AttemptForm(forms.Form):
    """`submission` is of the form as it was shown: sent twice, it is one attempt."""

    party = forms.ChoiceField(label=_("Who was called?"), choices=ContactParty, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How"), choices=ContactChannel, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=ContactOutcome, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("For example who answered, or when to call again."),
        max_length=REASON_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if known.get("party") == ContactParty.HOSPITAL and known.get("outcome") == ContactOutcome.WILL_COME:
            self.add_error("outcome", _("A hospital does not come. Choose what it said."))
        return known


class ListForm(forms.Form):
    list = forms.CharField(required=False)
    after = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False)
