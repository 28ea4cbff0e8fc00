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
