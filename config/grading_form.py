"""A read as it is typed in: one form for each eye, and the signature. It fills in only what a reader may see."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from risk.texts import LABELS
from screening.domain.exam_result import EyeResult
from screening.domain.findings import DISEASES, Decision
from screening.domain.grading import OverrideReason
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.domain.reading import EyeReading
from screening.domain.severity import AmdStage, Severity
from screening.errors import ReadingInvalid
from screening.services import EyeEntry
from screening.texts import AMD_STAGES, ICDR, OVERRIDE_REASONS, QUALITY_REASONS, READ_PROBLEMS

YES, NO = "yes", "no"
NOT_STATED = ("", _("Not stated"))
_DECIDED = {"present": True, "absent": False}


class EyeForm(forms.Form):
    """`machine` is the eye as the machine judged it, None for a reader who must not see it.

    `disputed` names what two readers differ in: nothing is proposed for it.
    """

    gradable = forms.ChoiceField(
        label=_("Can this eye be judged?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether this eye can be judged.")},
    )
    ungradable_reason = forms.ChoiceField(
        label=_("Why it cannot be judged"), choices=[("", "–"), *QUALITY_REASONS.items()], required=False
    )
    icdr = forms.ChoiceField(
        label=_("Diabetic retinopathy, grade"),
        choices=[NOT_STATED, *((str(grade), text) for grade, text in ICDR.items())],
        required=False,
    )
    macular_oedema = forms.ChoiceField(
        label=_("Diabetic macular oedema"),
        choices=[NOT_STATED, (NO, _("Not suspected")), (YES, _("Suspected"))],
        required=False,
    )
    amd = forms.ChoiceField(
        label=_("Macular degeneration, stage"), choices=[NOT_STATED, *AMD_STAGES.items()], required=False
    )
    override = forms.ChoiceField(
        label=_("Why different from the machine"),
        choices=[("", "–"), *OVERRIDE_REASONS.items()],
        required=False,
    )
    override_text = forms.CharField(label=_("In words"), max_length=300, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        eye: Laterality,
        machine: EyeResult | None,
        earlier: EyeReading | None = None,
        disputed: frozenset[str] = frozenset(),
    ) -> None:
        proposed = {name: value for name, value in _as_judged(machine).items() if name not in disputed}
        initial = _as_read(earlier) if earlier else proposed
        super().__init__(data, prefix=eye.value, initial=initial)
        self.eye, self.machine = eye, machine
        for label in DISEASES:
            self.fields[label.value] = forms.ChoiceField(
                label=LABELS[label.value],
                choices=[("present", _("There")), ("absent", _("Not there"))],
                widget=forms.RadioSelect,
                required=False,
            )
        if machine is None:
            del self.fields["override"], self.fields["override_text"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("gradable") == NO and not cleaned.get("ungradable_reason"):
            self.add_error("ungradable_reason", _("Say why this eye cannot be judged."))
        return cleaned

    def entry(self) -> EyeEntry:
        """What was typed, as the service takes it."""
        typed = self.cleaned_data
        if typed["gradable"] == NO:
            return EyeEntry(EyeReading(self.eye, ungradable=QualityReason(typed["ungradable_reason"])))
        decided = {label: _DECIDED.get(typed[label.value]) for label in DISEASES}
        severity = Severity(
            icdr=int(typed["icdr"]) if typed["icdr"] else None,
            macular_oedema={YES: True, NO: False}.get(typed["macular_oedema"]),
            amd=AmdStage(typed["amd"]) if typed["amd"] else None,
        )
        present = frozenset(label for label, is_there in decided.items() if is_there)
        override = typed.get("override", "")
        return EyeEntry(
            reading=EyeReading(self.eye, present=present, severity=severity),
            decided=decided,
            override=OverrideReason(override) if override else None,
            override_text=typed.get("override_text", ""),
        )

    def refuse(self, invalid: ReadingInvalid) -> None:
        """Show what a read lacks beside the field of this eye."""
        for (eye, name), code in invalid.problems.items():
            if eye == self.eye:
                shown = "gradable" if name == "gradability" else name
                self.add_error(shown if shown in self.fields else None, READ_PROBLEMS[code])

    def findings(self) -> list[tuple[forms.BoundField, Any]]:
        """Each disease's field with the machine's finding of it, where that is shown."""
        scored = {finding.label: finding for finding in self.machine.findings} if self.machine else {}
        return [(self[label.value], scored.get(label)) for label in DISEASES]


def _as_judged(machine: EyeResult | None) -> dict[str, str]:
    """The machine's decisions as a proposal. What it left open, and an eye it could not judge, stays open."""
    if machine is None or machine.gradability is Gradability.UNGRADABLE:
        return {}
    decided = {
        f.label.value: f.decision.value for f in machine.findings if f.decision is not Decision.ABSTAIN
    }
    return {"gradable": YES} | decided


def _as_read(earlier: EyeReading) -> dict[str, str]:
    if earlier.ungradable is not None:
        return {"gradable": NO, "ungradable_reason": earlier.ungradable.value}
    severity = earlier.severity
    oedema = {True: YES, False: NO, None: ""}[severity.macular_oedema]
    there = {label.value: "present" if label in earlier.present else "absent" for label in DISEASES}
    grade = "" if severity.icdr is None else str(severity.icdr)
    return {"gradable": YES, "icdr": grade, "macular_oedema": oedema, "amd": severity.amd or ""} | there


class SignForm(forms.Form):
    """`position`: the read that the page was opened for."""

    position = forms.CharField(widget=forms.HiddenInput, max_length=8)
    confirm = forms.BooleanField(
        label=_("I looked at every photograph myself. I sign this read, and it is final."),
        error_messages={"required": _("Confirm that you sign.")},
    )


class AmendForm(SignForm):
    reason = forms.CharField(
        label=_("Why the read is changed"),
        max_length=300,
        error_messages={"required": _("Say why. The reason is kept with the read.")},
    )
