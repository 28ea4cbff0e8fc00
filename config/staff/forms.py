"""The forms of the admin site that set somebody else's password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from records.models import Membership, Practitioner, Role


class ColleagueForm(UserCreationForm):
    """A new colleague: the account, the name, and the first role."""

    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.ChoiceField(label=_("Role"), choices=Role)

    class Meta(UserCreationForm.Meta):
        fields = ("username",)


class RoleForm(forms.ModelForm):
    """`organization_id` is set by the page that uses the form."""

    organization_id: int

    def clean(self) -> dict[str, Any]:
        """The form does not hold the organization, so the database's rule has to be asked for here."""
        cleaned = super().clean()
        given = {name: cleaned.get(name) for name in ("practitioner", "role")}
        same = Membership.objects.filter(organization_id=self.organization_id, **given)
        if all(given.values()) and same.exists():
            raise forms.ValidationError(_("They have this role here already. Open it and switch it on."))
        return cleaned


class PasswordSetForm(AdminPasswordChangeForm):
    """Whoever sets a password knows it: its owner chooses another at the next sign-in."""

    usable_password = None

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        user: User = super().save(commit)
        Practitioner.objects.filter(user=user).update(must_change_password=True)
        return user
