"""What a hospital says by telephone, and what became of an appointment, as forms."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.authorise.forms import worded
from config.intake.dates import DateField
from referrals.domain.deadlines import is_late, too_far
from referrals.domain.decisions import CANCEL_CODES, DecisionCode
from referrals.domain.status import TRANSITIONS, ReferralStatus, needs_reason
from referrals.models import Referral
from referrals.services.step_facts import REASON_LONGEST
from referrals.texts import STATUSES
from risk.texts import LABELS
from screening.domain.diagnosis import SEVERITIES, Diagnosis
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality
from screening.texts import DIAGNOSIS_SEVERITIES

EYES = {"right": Laterality.RIGHT, "left": Laterality.LEFT}
FAR = _("This is more than two years from now. Check the year.")


class Words(forms.Form):
    words = forms.CharField(
        label=_("In your words"),
        max_length=REASON_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class LateForm(forms.Form):
    """A day after the deadline is told before it is stored, and stored with a reason."""

    late_reason = forms.CharField(
        label=_("Why may it be after the deadline?"), max_length=REASON_LONGEST, required=False
    )

    def __init__(self, *args: Any, one: Referral, **more: Any) -> None:
        super().__init__(*args, **more)
        self.due_by = one.due_by
        due = {"due": one.due_by.isoformat()}
        self.fields["late_reason"].help_text = _("Only where the day is after %(due)s.") % due

    def check_late(self, day: date, known: Mapping[str, Any]) -> None:
        """Ask for the reason, with a plain sentence, where there is none yet."""
        if is_late(day, self.due_by) and not known.get("late_reason", "").strip():
            warning = _(
                "The patient must be seen by %(due)s, and this is later. Ask for an earlier date or another hospital. "
                "If it stays, say why."
            )
            self.add_error("late_reason", warning % {"due": self.due_by.isoformat()})


class StepForm(LateForm, Words):
    """The next step, as the transition table allows; the one that takes a finding has a page of its own."""

    status = forms.ChoiceField(label=_("What did the hospital say?"), widget=forms.RadioSelect)
    held_until = DateField(label=_("On hold until"), help_text=_("Only where it is on hold."))
    code = forms.ChoiceField(
        label=_("Why is it cancelled?"), help_text=_("Only where it is cancelled."), required=False
    )
    field_order = ("status", "held_until", "late_reason", "code", "words")

    def __init__(self, *args: Any, one: Referral, **more: Any) -> None:
        super().__init__(*args, one=one, **more)
        self.current = ReferralStatus(one.status)
        steps = [status for status in TRANSITIONS[self.current] if status is not ReferralStatus.COMPLETED]
        self.fields["status"].choices = [(status.value, STATUSES[status]) for status in steps]
        self.fields["code"].choices = [("", _("Choose a reason")), *worded(CANCEL_CODES)]

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        status = known.get("status")
        if not status:
            return known
        wanted, until = ReferralStatus(status), known.get("held_until")
        self._check_code(wanted, known.get("code", ""))
        said = known.get("words") or known.get("code", "") not in ("", DecisionCode.OTHER)
        if needs_reason(self.current, wanted) and not said:
            self.add_error("words", _("Say why. It is kept with the referral."))
        if wanted is ReferralStatus.ON_HOLD:
            self._check_until(until, known)
        elif until:
            self.add_error("held_until", _("Only a referral on hold has such a day."))
        return known | {"status": wanted}

    def _check_code(self, wanted: ReferralStatus, code: str) -> None:
        if wanted is ReferralStatus.CANCELLED and not code:
            self.add_error("code", _("Choose a reason"))
        elif code and wanted is not ReferralStatus.CANCELLED:
            self.add_error("code", _("Only where it is cancelled."))

    def _check_until(self, until: date | None, known: Mapping[str, Any]) -> None:
        if until is not None and too_far(until, today=timezone.localdate()):
            self.add_error("held_until", FAR)
        elif until is None or until < timezone.localdate():
            self.add_error("held_until", _("Write until when, a day that is not past."))
        elif self.current is not ReferralStatus.IN_PROGRESS:  # who was seen already waits for what comes next
            self.check_late(until, known)


class AppointmentForm(LateForm, Words):
    day = DateField(label=_("Day"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput({"type": "time", "class": "short"}))
    field_order = ("day", "time", "late_reason", "words")

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        day, time = known.pop("day", None), known.pop("time", None)
        if day is None and "day" not in self.errors:
            self.add_error("day", _("Write the day of the appointment."))
        if day is not None and too_far(day, today=timezone.localdate()):
            self.add_error("day", FAR)
            return known
        if day is None or time is None:
            return known
        starts_at = timezone.make_aware(timezone.datetime.combine(day, time))
        if starts_at <= timezone.now():
            self.add_error("day", _("This is past. Write when the patient is expected."))
        else:
            self.check_late(day, known)
        return known | {"starts_at": starts_at}


class KeptForm(forms.Form):
    """Why a date after the deadline stays, where nobody said it yet."""

    words = forms.CharField(
        label=_("Why may it be after the deadline?"),
        max_length=REASON_LONGEST,
        error_messages={"required": _("Say why. It is kept with the referral.")},
    )


class OutcomeForm(Words):
    """Each disease of each eye: not said, looked for and not there, or how far it went."""

    examined_on = DateField(label=_("Examined on"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for label in DISEASES:
            stages = [(one, DIAGNOSIS_SEVERITIES[label][one]) for one in SEVERITIES[label]]
            for name, eye in (("right", _("Right eye")), ("left", _("Left eye"))):
                field = forms.ChoiceField(label=eye, choices=[("", _("Not said")), *stages], required=False)
                self.fields[f"{label}_{name}"] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"name": LABELS[label], "fields": [self[f"{label}_{name}"] for name in EYES]}
            for label in DISEASES
        ]

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        on = known.get("examined_on")
        if "examined_on" not in self.errors and (on is None or on > timezone.localdate()):
            self.add_error("examined_on", _("Write the day of the examination, today or before."))
        if not self.found(known):
            self.add_error(None, _("Say what was found of one disease in one eye at least."))
        return known

    def found(self, known: Mapping[str, Any]) -> list[Diagnosis]:
        """What was said, by eye and disease."""
        return [
            Diagnosis(eye, Label(label), stage)
            for label in DISEASES
            for name, eye in EYES.items()
            if (stage := known.get(f"{label}_{name}"))
        ]


def course_forms(one: Referral, initial: Mapping[str, Mapping[str, str]]) -> dict[str, forms.Form]:
    """The forms of a referral's way, by their prefix."""
    return {
        "step": StepForm(prefix="step", initial=initial["step"], one=one),
        "appointment": AppointmentForm(prefix="appointment", initial=initial["appointment"], one=one),
        "missed": Words(prefix="missed", initial=initial["missed"]),
        "kept": KeptForm(prefix="kept", initial=initial["kept"]),
    }
