"""What is asked on the recalls page: which of them to show, and how an attempt to reach somebody went."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.recall_register import RecallList
from risk.models import ContactChannel, ContactResult
from risk.texts import RECALL_CAUSES


class RecallFilterForm(forms.Form):
    list = forms.ChoiceField(
        label=_("List"),
        choices=[(RecallList.OVERDUE, _("Overdue")), (RecallList.UPCOMING, _("Upcoming"))],
        required=False,
    )
    cause = forms.ChoiceField(
        label=_("Why"), choices=[("", _("Any")), *RECALL_CAUSES.items()], required=False
    )
    after = forms.IntegerField(label=_("Page"), min_value=1, max_value=2**62, required=False)
    before = forms.IntegerField(label=_("Page"), min_value=1, max_value=2**62, required=False)


class ContactForm(forms.Form):
    """`submission` is of the form as it was shown: sent twice, it is one attempt."""

    channel = forms.ChoiceField(label=_("How"), choices=ContactChannel, widget=forms.RadioSelect)
    result = forms.ChoiceField(label=_("What came of it"), choices=ContactResult, widget=forms.RadioSelect)
    submission = forms.UUIDField(widget=forms.HiddenInput)
