"""The page on which it is told how a patient is reached, and what they need of a hospital."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config.intake.dates import DateField
from records.actor import Actor
from records.guard import members_only
from records.models import Patient
from records.permission import INTAKE_ROLES
from records.session import typed_before
from referrals.domain.directory import InsuranceClass
from referrals.errors import NeedsInvalid
from referrals.models import PatientNeeds
from referrals.services import needs_record
from referrals.texts import INSURANCES
from screening.selectors import encounter_by_public_id

PHONE = {"inputmode": "tel", "autocomplete": "off"}
FIELDS = ("phone", "caretaker", "caretaker_phone", "insurance", "first_level_letter_on", "wheelchair")


class NeedsForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("Telephone of the patient"),
        max_length=32,
        required=False,
        widget=forms.TextInput(PHONE),
    )
    caretaker = forms.CharField(
        label=gettext_lazy("Who cares for the patient"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    caretaker_phone = forms.CharField(
        label=gettext_lazy("Their telephone"), max_length=32, required=False, widget=forms.TextInput(PHONE)
    )
    insurance = forms.ChoiceField(label=gettext_lazy("Insurance"), required=False)
    first_level_letter_on = DateField(
        label=gettext_lazy("Referral letter of a first-level clinic, issued on"),
        help_text=gettext_lazy("For medical aid only. It is valid for 7 days."),
    )
    wheelchair = forms.BooleanField(label=gettext_lazy("Comes in a wheelchair"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["insurance"].choices = [("", gettext_lazy("Not known")), *INSURANCES.items()]

    def clean_insurance(self) -> InsuranceClass | None:
        code = self.cleaned_data["insurance"]
        return InsuranceClass(code) if code else None


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def needs(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    if encounter.cancelled_at is not None:
        return redirect("case", public_id)
    told = PatientNeeds.objects.filter(patient=encounter.patient).first() or PatientNeeds()
    typed = (typed_before(request) or QueryDict()).dict()
    initial = typed or {name: getattr(told, name) for name in FIELDS}
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _stored(form, encounter.patient, by):
        messages.success(request, _("Stored. The next search for a hospital heeds it."))
        return redirect("case", public_id)
    context = {"encounter": encounter, "form": form}
    return render(request, "config/needs.html", context, status=422 if form.errors else 200)


def _stored(form: NeedsForm, patient: Patient, by: Actor) -> bool:
    try:
        needs_record(patient=patient, by=by, now=timezone.now(), **form.cleaned_data)
    except NeedsInvalid as invalid:
        form.add_error(invalid.field, _("This day lies in the future. Write the day on the letter."))
        return False
    return True
