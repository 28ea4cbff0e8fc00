"""What is asked on the board: which referrals to show, and from where on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.board.page import SECTIONS, BoardList
from referrals.domain.board import STATUSES_OF
from risk.domain.urgency import Urgency
from risk.texts import URGENCIES


class BoardForm(forms.Form):
    list = forms.ChoiceField(label=_("List"), choices=[(one, one) for one in BoardList], required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("Any")), *((one, SECTIONS[one]) for one in STATUSES_OF)],
        required=False,
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=[("", _("Any")), *((one.value, URGENCIES[one]) for one in Urgency)],
        required=False,
    )
    after = forms.IntegerField(label=_("Page"), min_value=1, max_value=2**62, required=False)
    before = forms.IntegerField(label=_("Page"), min_value=1, max_value=2**62, required=False)
