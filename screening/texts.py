"""The words for this app's codes. Short sentences: the person at the camera reads them while the patient waits."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from screening.domain.quality import RETAKE_ACTIONS, QualityReason, RetakeAction

EYES: Mapping[str, LazyText] = {"R": _("Right eye"), "L": _("Left eye")}
GRADABILITIES: Mapping[str, LazyText] = {
    "gradable": _("Can be judged"),
    "limited": _("Can be judged with limits"),
    "ungradable": _("Cannot be judged"),
}
QUALITY_REASONS: Mapping[str, LazyText] = {
    QualityReason.BLURRED: _("Blurred"),
    QualityReason.TOO_DARK: _("Too dark"),
    QualityReason.TOO_BRIGHT: _("Too bright"),
    QualityReason.FIELD_CUT_OFF: _("Part of the view is cut off"),
    QualityReason.NOT_A_FUNDUS: _("Not a photograph of the retina"),
    QualityReason.UNREADABLE: _("The file cannot be read"),
}
_ADVICE: Mapping[RetakeAction, LazyText] = {
    RetakeAction.REFOCUS: _("Wipe the lens, ask the patient to blink, focus again, and take it again."),
    RetakeAction.MORE_LIGHT: _(
        "Darken the room so that the pupil opens, raise the flash, and take it again."
    ),
    RetakeAction.LESS_LIGHT: _("Lower the flash and take it again."),
    RetakeAction.REALIGN: _("Lift the lid, centre the pupil in the camera, and take it again."),
    RetakeAction.PHOTOGRAPH_THE_FUNDUS: _("Check the file: take a colour photograph of the retina."),
    RetakeAction.EXPORT_AGAIN: _("Export the photograph from the camera again as JPEG or PNG."),
}
RETAKE_ADVICE: Mapping[str, LazyText] = {reason: _ADVICE[action] for reason, action in RETAKE_ACTIONS.items()}
DECISIONS: Mapping[str, LazyText] = {
    "present": _("Suspected"),
    "abstain": _("Unclear, a grader decides"),
    "absent": _("Not suspected"),
}

GRADING_WHY: Mapping[str, LazyText] = {
    "red-flag": _("Warning sign"),
    "ungradable": _("The machine could not judge it"),
    "abstained": _("The machine was not sure"),
    "held": _("The model is on hold"),
    "second-read": _("Random second read"),
    "arbitration": _("Two readers differ"),
}
READ_POSITIONS: Mapping[str, LazyText] = {
    "first": _("First read"),
    "second": _("Second read"),
    "arbiter": _("Arbitration"),
}
# ICDR, the international scale of diabetic retinopathy.
ICDR: Mapping[int, LazyText] = {
    0: _("0, no change"),
    1: _("1, mild"),
    2: _("2, moderate"),
    3: _("3, severe"),
    4: _("4, proliferative"),
}
AMD_STAGES: Mapping[str, LazyText] = {"dry": _("dry"), "wet": _("wet")}
GRADES: Mapping[str, LazyText] = {
    "gradability": _("Can it be judged"),
    "icdr": _("Grade of diabetic retinopathy"),
    "macular_oedema": _("Swelling of the macula"),
    "amd": _("Stage of macular degeneration"),
}
OVERRIDE_REASONS: Mapping[str, LazyText] = {
    "artefact": _("Reflection, dust or another artefact"),
    "normal-variant": _("Within normal"),
    "another-disease": _("It is another disease"),
    "overlooked": _("The machine overlooked it"),
    "known-history": _("Known from the history"),
    "other": _("Another reason, in words"),
}
READ_PROBLEMS: Mapping[str, LazyText] = {
    "undecided": _("Decide this one."),
    "contradiction": _("This contradicts what you decided above."),
    "reason-missing": _("You decided differently from the machine. Say why."),
    "words-missing": _("Say it in words."),
}

# How far a confirmed disease went (`screening.domain.diagnosis.SEVERITIES`).
DIAGNOSIS_SEVERITIES: Mapping[str, Mapping[str, LazyText]] = {
    "D": {
        "none": _("diabetic retinopathy: looked for, not there"),
        "mild": _("mild diabetic retinopathy"),
        "moderate": _("moderate diabetic retinopathy"),
        "severe": _("severe diabetic retinopathy"),
        "proliferative": _("proliferative diabetic retinopathy"),
        "present": _("diabetic retinopathy, stage not told"),
    },
    "G": {"none": _("glaucoma: looked for, not there"), "present": _("glaucoma")},
    "C": {"none": _("cataract: looked for, not there"), "present": _("cataract")},
    "A": {
        "none": _("macular degeneration: looked for, not there"),
        "early": _("early macular degeneration"),
        "intermediate": _("intermediate macular degeneration"),
        "late-dry": _("late macular degeneration, dry"),
        "late-wet": _("late macular degeneration, wet"),
        "present": _("macular degeneration, stage not told"),
    },
    "H": {
        "none": _("hypertensive retinopathy: looked for, not there"),
        "present": _("hypertensive retinopathy"),
    },
    "M": {"none": _("pathologic myopia: looked for, not there"), "present": _("pathologic myopia")},
    "O": {"none": _("another disease: looked for, not there"), "present": _("another disease of the eye")},
}
