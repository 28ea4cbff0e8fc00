from django import forms
from django.utils.translation import gettext_lazy as _

from config.intake.dates import DateField


class Who(forms.Form):
    """The two identifiers."""

    number = forms.CharField(
        label=_("The number on your slip"),
        max_length=64,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    birth_date = DateField(label=_("Your birth date"), help_text=_("8 digits, such as 19600501"))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["birth_date"].required = True
