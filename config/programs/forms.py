"""The forms of the page of programs: keys and scopes, and the hospital."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.errors import KeySetInvalid, PartnerClientInvalid
from records.key_sets import KEY_SET_MAX_BYTES, KEYS_MOST
from records.models import BackendService, PartnerClient

SCOPES_LONGEST = BackendService._meta.get_field("scopes").max_length
KEYS_WRONG = _(
    "This is no set of public keys that can be used. It must be JSON like {“keys”: […]} with 1 to %(most)s public "
    "keys, each ES384 on P-384 or RS384, with a name of its own (kid), and never a private key."
)
SCOPES_WRONG = _("Name each kind of record by itself, such as system/Patient.rs system/Task.rus.")


class LinkForm(forms.Form):
    hospital = forms.TypedChoiceField(
        label=_("Hospital that it speaks for"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, hospitals: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["hospital"].choices = [("", _("none")), *hospitals]


class ProgramForm(LinkForm):
    client = forms.ModelChoiceField(
        label=_("Partner"), queryset=PartnerClient.objects.none(), empty_label=_("Choose a partner")
    )
    scopes = forms.CharField(
        label=_("What it may ask for"),
        help_text=_("Scopes, such as system/Patient.rs system/Task.rus"),
        max_length=SCOPES_LONGEST,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    jwks = forms.CharField(
        label=_("Its public keys"),
        help_text=_("The key set (JWKS) that the partner gives you. Keys that are not in it end at once."),
        max_length=KEY_SET_MAX_BYTES,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("client", "hospital", "scopes", "jwks")

    def show(self, error: PartnerClientInvalid) -> None:
        """Say it beside the field; a private key that was pasted is never given back."""
        if isinstance(error, KeySetInvalid):
            self.data = self.data.copy()
            self.data["jwks"] = ""
            self.add_error("jwks", KEYS_WRONG % {"most": KEYS_MOST})
        else:
            self.add_error("scopes", SCOPES_WRONG)
