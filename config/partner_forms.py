"""The forms of the partners page: make a token, revoke one."""

from collections.abc import Mapping
from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from records.allowed_hosts import HOST_LONGEST
from records.errors import HostInvalid, PartnerClientInvalid
from records.models import PartnerClient

NAME_LONGEST = PartnerClient._meta.get_field("name").max_length
REASON_LONGEST = PartnerClient._meta.get_field("revoked_reason").max_length

# In the words of the page; the service's own message is for programmers.
INVALID: Mapping[str, tuple[str, LazyText]] = {
    "name": ("name", _("This name is in use. Choose another one, or revoke the token that has it first.")),
    "expires_at": ("expires_on", _("This day has passed. Choose a later one, or leave it empty.")),
    "host": (
        "host",
        _(
            "This is no host. Write the name of the server only, such as hospital.example or *.hospital.example, "
            "without https and without a path."
        ),
    ),
    "reason": ("reason", _("Say why in a few words. The reason is kept.")),
}
# What a form that was sent twice says of its first sending, whose page with the token nobody saw.
MADE_JUST_NOW = _(
    "You made the token of this name a moment ago. It was shown once: if you did not copy it, revoke it above and "
    "make it anew."
)


def show(error: PartnerClientInvalid, form: forms.Form, *, made_just_now: bool = False) -> None:
    """Say it beside the field. `made_just_now`: the reader themselves made the token that has the name."""
    field, text = INVALID[error.field]
    form.add_error(field, MADE_JUST_NOW if made_just_now and field == "name" else text)


class PartnerForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the partner"),
        help_text=_("Who uses the token, such as the hospital and its program."),
        max_length=NAME_LONGEST,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        help_text=_("The token ends after this day. Empty: it stays until it is revoked."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def expires_at(self) -> datetime | None:
        """The end of the last day at the clinic."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None


HOSTS_FULL = _("This partner has as many hosts as it may have. Take one off the list first.")


class HostForm(forms.Form):
    host = forms.CharField(
        label=_("Host to put on the list"),
        help_text=_("The name of the partner's server; *. before it stands for one more part."),
        max_length=HOST_LONGEST,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def show(self, error: HostInvalid) -> None:
        """Say it beside the field."""
        self.add_error("host", HOSTS_FULL if error.why else INVALID[error.field][1])


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it revoked?"),
        max_length=REASON_LONGEST,
        error_messages={"required": INVALID["reason"][1]},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
