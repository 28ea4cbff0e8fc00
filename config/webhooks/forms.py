"""The form of the page of webhooks: where to send, and what."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from config.errors import EndpointInvalid
from config.webhooks.work import NOT_LISTED
from records.models import PartnerClient, Topic, WebhookEndpoint
from referrals.gateways.partner.addresses import Refused

URL_LONGEST = WebhookEndpoint._meta.get_field("url").max_length

# In the words of the page; the service's own message is for programmers.
INVALID: Mapping[str, LazyText] = {
    Refused.UNREADABLE: _(
        "This is no address of a web server. Write it as https://name/path, without a password."
    ),
    Refused.NOT_HTTPS: _("The address must begin with https://, so that nobody reads along."),
    Refused.PORT: _("Webhooks go to the usual ports of web servers only. Leave the port out."),
    Refused.NOT_PUBLIC: _(
        "This address lies inside a network. The partner's server must be reachable from outside."
    ),
    NOT_LISTED: _(
        "Its host is not on the list of this partner. Put it there first, on the page of partners."
    ),
    "hosts-full": _("This partner has as many hosts as it may have. Take one off the list first."),
    "taken": _("This partner is told of this at this address already."),
    "too-many": _("This partner has as many addresses as it may have. Switch one off first."),
    "ended": _("The token of this partner has ended. Make a new one first."),
    "none": _("Choose at least one."),
}


class EndpointForm(forms.Form):
    client = forms.ModelChoiceField(
        label=_("Partner"), queryset=PartnerClient.objects.none(), empty_label=_("Choose a partner")
    )
    url = forms.CharField(
        label=_("Address"),
        help_text=_("Of the partner's server, beginning with https://"),
        max_length=URL_LONGEST,
        widget=forms.URLInput({"autocomplete": "off", "inputmode": "url"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("Tell it of"), choices=Topic.choices, widget=forms.CheckboxSelectMultiple
    )

    def show(self, error: EndpointInvalid) -> None:
        """Say it beside the field."""
        self.add_error(error.field, INVALID[error.why])
