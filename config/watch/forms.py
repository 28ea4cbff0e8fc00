"""Holding a release, and lifting a hold, each with a reason."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from risk.models import ReleaseHold

LONGEST = ReleaseHold._meta.get_field("reason").max_length


class ReasonForm(forms.Form):
    """Why; the next reader has nothing else."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST, widget=forms.Textarea({"rows": 2}))


REPAIRED, AS_IT_IS_NOW = "repaired", "as-it-is-now"


class LiftForm(ReasonForm):
    """`became`: whether the cause is gone, or things stay as they are now."""

    became = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (REPAIRED, _("It was repaired, or was nothing: compare with before")),
            (AS_IT_IS_NOW, _("It stays so, as with another camera: compare with what comes from now on")),
        ],
        widget=forms.RadioSelect,
    )

    @property
    def stays_so(self) -> bool:
        return bool(self.cleaned_data["became"] == AS_IT_IS_NOW)


class HoldForm(ReasonForm):
    """`release`: one of those in force."""

    def __init__(self, *args: object, releases: Iterable[str], **options: object) -> None:
        super().__init__(*args, **options)
        names = [(one, one) for one in releases]
        self.fields = {"release": forms.ChoiceField(label=_("Model"), choices=names), **self.fields}
