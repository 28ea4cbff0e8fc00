"""Refusals in the words of a form: what is wrong with which field, and what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.intake.answers import NoneAndSomething, Unreadable
from pharmacy.errors import SafetyAnswersError
from records.errors import (
    CharacterUnseen,
    ConsentMissing,
    PatientChanged,
    PatientInvalid,
    RecordNumberTaken,
)
from risk.domain.plausibility import PLAUSIBLE, Implausibility
from risk.errors import ImplausibleAnswer
from screening.errors import (
    EncounterCancelled,
    ExamHasPhotographs,
    ExamIncomplete,
    ExamNotOpen,
    LateralityTaken,
    NotDoneReasonMissing,
    PhotographDamaged,
    ReleaseUnknown,
    SamePhotographBothEyes,
    TooManyPhotographs,
)
from screening.imaging.gate import PhotographRefused, RefusalCode

PHOTOGRAPH: Mapping[RefusalCode, LazyText] = {
    RefusalCode.EMPTY: gettext_lazy("The file is empty. Export the photograph from the camera again."),
    RefusalCode.TOO_LARGE: gettext_lazy("The file is larger than 20 MB. Export the photograph as JPEG."),
    RefusalCode.NOT_A_PHOTOGRAPH: gettext_lazy(
        "The file is neither JPEG nor PNG. Export the photograph as JPEG."
    ),
    RefusalCode.SEVERAL_FRAMES: gettext_lazy("The file holds several pictures. Export the one photograph."),
    RefusalCode.TOO_SMALL: gettext_lazy("The photograph is too small. Export it at full size."),
    RefusalCode.TOO_MANY_PIXELS: gettext_lazy(
        "The photograph has more than 40 megapixels. Export it smaller."
    ),
    RefusalCode.CMYK: gettext_lazy("The photograph is in print colours. Export it as an RGB JPEG."),
    RefusalCode.DEEP_COLOUR: gettext_lazy(
        "The photograph has more than 8 bits a colour. Export it with 8 bits."
    ),
    RefusalCode.NO_COLOUR: gettext_lazy("The photograph has no colour. Take a colour photograph."),
    RefusalCode.DAMAGED: gettext_lazy("The file is damaged or incomplete. Copy it from the camera again."),
}
ERRORS: Mapping[type[Exception], LazyText] = {
    ConsentMissing: gettext_lazy("There is no consent to screening. Ask the patient and record it first."),
    EncounterCancelled: gettext_lazy("This visit was cancelled. Begin a new visit for the patient."),
    ExamHasPhotographs: gettext_lazy("This visit has a photograph. Submit it, or take it back first."),
    ExamIncomplete: gettext_lazy("There is no photograph yet. Take at least one eye."),
    ExamNotOpen: gettext_lazy("These photographs were submitted already."),
    LateralityTaken: gettext_lazy("This eye has a photograph already. Check which eye this one shows."),
    NotDoneReasonMissing: gettext_lazy("Say why no photograph can be taken."),
    PatientChanged: gettext_lazy(
        "Somebody else has corrected these details meanwhile. Compare with what the record says now."
    ),
    PhotographDamaged: gettext_lazy("The stored photograph cannot be read. Send it again."),
    ReleaseUnknown: gettext_lazy("No image model is in force. Ask an administrator to activate one."),
    SamePhotographBothEyes: gettext_lazy("This very photograph is stored for the other eye."),
    TooManyPhotographs: gettext_lazy(
        "There is one photograph for each eye already. Take one back, or use this one instead."
    ),
}
TAKEN = gettext_lazy("This record number is taken. Find that patient, or check the number.")
UNSEEN = gettext_lazy("It holds a character that cannot be seen. Delete all of it and type it again.")
PATIENT: Mapping[str, LazyText] = {
    "mrn": gettext_lazy("Enter the record number, at most 64 characters."),
    "name": gettext_lazy("Enter the name, at most 200 characters."),
    "birth_date": gettext_lazy("This lies in the future or before 1890. Check year, month and day."),
    "reason": gettext_lazy("Say why it is corrected, in at most 200 characters."),
}
CONTRADICTIONS: Mapping[str, LazyText] = {
    "diastolic_mmhg": gettext_lazy("The second number must be smaller than the first. Were they exchanged?"),
    "diabetes_duration_years": gettext_lazy(
        "This does not fit the answer about diabetes, or is longer than the patient has lived."
    ),
    "iop_method": gettext_lazy("No eye pressure is entered. Enter one, or choose “Not known”."),
    "pregnant": gettext_lazy("This contradicts the sex in the record. Correct one of the two."),
    "next_eye_appointment": gettext_lazy(
        "There is a date although the answer is no. Correct one of the two."
    ),
}
DATES: Mapping[str, LazyText] = {
    Implausibility.DATE_IN_PAST: gettext_lazy("This date is past. Enter a later one, or leave it empty."),
    Implausibility.DATE_TOO_FAR: gettext_lazy("This date lies years ahead. Check the year."),
}
OTHER_UNITS: Mapping[str, LazyText] = {
    "hba1c_percent": gettext_lazy("This looks like mmol/mol. Enter HbA1c in percent."),
    "refraction_right_dioptres": gettext_lazy("This looks like hundredths. Enter dioptres, such as -3.5."),
    "refraction_left_dioptres": gettext_lazy("This looks like hundredths. Enter dioptres, such as -3.5."),
}
PRESSURE_UNIT = gettext_lazy("This looks like kPa. Enter mmHg.")
UNDERSTOOD = (*ERRORS, PhotographRefused)


def refusal(error: Exception) -> str:
    """What a refusal says to the person at the form."""
    if isinstance(error, PhotographRefused):
        return str(PHOTOGRAPH[error.code])
    return str(ERRORS[type(error)])


def patient_refusal(error: PatientInvalid) -> str:
    """Why a detail of a patient cannot be right."""
    if isinstance(error, RecordNumberTaken | CharacterUnseen):
        return str(TAKEN if isinstance(error, RecordNumberTaken) else UNSEEN)
    return str(PATIENT.get(error.field, _("This cannot be right. Check it.")))


def answer_refusal(error: ImplausibleAnswer | SafetyAnswersError | Unreadable) -> str:
    """Why an answer cannot be true, and what to do."""
    if isinstance(error, NoneAndSomething):
        return _("“None” is ticked and something is named. Take one of the two back.")
    if isinstance(error, Unreadable):
        return _("This cannot be read. Correct it, or leave it empty.")
    if isinstance(error, SafetyAnswersError):
        return _("Write the names with commas between them, each at most 120 characters.")
    name = error.field.rpartition(".")[2]
    if error.code == Implausibility.WRONG_UNIT:
        return str(OTHER_UNITS.get(name, PRESSURE_UNIT))
    if error.code == Implausibility.CONTRADICTION:
        return str(CONTRADICTIONS.get(name, _("Two answers contradict each other. Correct one.")))
    if error.code == Implausibility.OUT_OF_RANGE and name in PLAUSIBLE:
        allowed = PLAUSIBLE[name]
        return _("Enter %(low)s to %(high)s %(unit)s, or leave it empty.") % {
            "low": f"{allowed.low:g}",
            "high": f"{allowed.high:g}",
            "unit": allowed.unit,
        }
    return str(DATES.get(error.code, _("This cannot be read. Correct it, or leave it empty.")))
